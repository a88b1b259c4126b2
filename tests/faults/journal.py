"""The sender's own account: what it sent, and what it was told was kept. At the end, the database must agree."""

import asyncio
import contextlib
import itertools
from collections.abc import Callable

import httpx

from tests.exchanges.smtp_client import Client

MAIL = (
    "From: Usager Exemple <usager@example.org>\r\nSubject: Demande {number}\r\nMessage-ID: <{id}>\r\n"
    "Date: Mon, 02 Mar 2026 09:59:00 +0100\r\n\r\nBonjour, voici ma demande {number}.\r\n"
)


class Journal:
    """Mails sent by this test, acknowledged or not; one that was not is sent again, the same, until it is."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._numbers = itertools.count(1)
        self.sent: dict[str, bytes] = {}
        self.acknowledged: set[str] = set()
        self.refused: list[str] = []

    @property
    def unknown(self) -> set[str]:
        """Those whose sender was told nothing, or to try again."""
        return set(self.sent) - self.acknowledged

    def write(self, *, more: bytes = b"") -> str:
        """Writes one more mail, `more` at its end; returns its Message-ID."""
        number = next(self._numbers)
        message_id = f"{number}.{self._name}@example.org"
        self.sent[f"<{message_id}>"] = MAIL.format(number=number, id=message_id).encode() + more
        return f"<{message_id}>"

    async def send(self, port: int, address: str, message_id: str | None = None) -> bool:
        """Sends a mail, a new one unless named; says whether it was acknowledged."""
        message_id = message_id or self.write()
        with contextlib.suppress(OSError, EOFError, TimeoutError, asyncio.IncompleteReadError):
            async with Client(port) as client:
                (recipient,) = await client.open(address)
                if not recipient.startswith("250"):
                    self.refused.append(recipient)
                    return False
                (answer,) = await client.data(self.sent[message_id])
                if answer.startswith("250"):
                    self.acknowledged.add(message_id)
                    return True
                self.refused.append(answer)
        return False

    async def post(self, url: str, key: str, message_id: str | None = None) -> bool:
        """Hands a mail over by the API, as `send` does by SMTP."""
        message_id = message_id or self.write()
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "message/rfc822", "Idempotency-Key": message_id}
        with contextlib.suppress(httpx.HTTPError):
            async with httpx.AsyncClient(timeout=10) as client:
                answer = await client.post(url, content=self.sent[message_id], headers=headers)
            if answer.status_code == 202:
                self.acknowledged.add(message_id)
                return True
            self.refused.append(str(answer.status_code))
        return False

    async def load(self, port: Callable[[], int], address: str, stop: asyncio.Event) -> None:
        """Sends one mail after the other until told to stop, through whatever happens at the other end."""
        while not stop.is_set():
            if not await self.send(port(), address):
                await asyncio.sleep(0.05)

    async def again(self, port: int, address: str) -> None:
        """Sends again all that was not acknowledged, as a mail server does: again and again while told to come back."""
        for message_id in sorted(self.unknown):
            for _ in range(100):
                if await self.send(port, address, message_id):
                    break
                await asyncio.sleep(0.1)
            else:
                raise AssertionError(f"{message_id} was refused for ten seconds")
