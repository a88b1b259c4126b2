"""Clients that send one delivery after the other, and each of them again, the same, until it is acknowledged."""

import asyncio
import itertools
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import SecretStr

from app.channels.kit.webhooks import signed_headers
from tests.faults.soak.account import Account
from tests.faults.soak.letters import Letter, Letters, Way
from tests.faults.soak.town import WEBHOOK_SECRET
from tests.faults.soak.wire import BROKEN, HttpLine, SmtpLine

_TRIES = 2_000
_AGAIN_S = (0.05, 0.4)


@dataclass(frozen=True, slots=True)
class Doors:
    """Where one API process listens."""

    http: int
    smtp: int


class GaveUp(RuntimeError):
    """Nobody took a delivery for minutes: whatever is wrong, it is not a passing fault."""


class Gate:
    """Lets clients begin something new, or not; tells when none is at anything any more."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._busy = 0
        self.closed_for_good = False

    def open(self) -> None:
        self._open.set()

    async def close(self) -> None:
        """Closes, and waits until everything begun was acknowledged."""
        self._open.clear()
        await self._idle.wait()

    async def __aenter__(self) -> None:
        await self._open.wait()
        self._busy += 1
        self._idle.clear()

    async def __aexit__(self, *_: object) -> None:
        self._busy -= 1
        if not self._busy:
            self._idle.set()


class Clients:
    """All who write: each has a line to either process and goes to the other one when its own does not answer."""

    def __init__(self, letters: Letters, account: Account, doors: Sequence[Doors], gate: Gate, *, seed: int) -> None:
        self._letters, self._account, self._doors, self._gate = letters, account, doors, gate
        self._chance = random.Random(f"clients {seed}")
        self._lines = itertools.count()

    async def run(self, *, full: Callable[[], bool]) -> None:
        """Sends until cancelled, and holds back while `full` says that the house has enough to do."""
        correspondent = self.correspondent()
        while True:
            while full():  # noqa: ASYNC110 — of a look that another task takes
                await asyncio.sleep(0.1)
            async with self._gate:
                await correspondent.deliver(self._letters.next())

    async def probe(self, *, pause_s: float) -> None:
        """Sends one small delivery after the other, however much the house has to do: how soon it takes any is measured."""
        correspondent = self.correspondent()
        while True:
            async with self._gate:
                await correspondent.deliver(self._letters.next(way=Way.HOOK))
            await asyncio.sleep(pause_s)

    async def fifty_times(self) -> None:
        """Sends one delivery fifty times at once, to either process (F12)."""
        letter = self._letters.next(way=Way.HOOK)
        async with self._gate:
            await asyncio.gather(*(self.correspondent().deliver(letter) for _ in range(50)))

    async def burst(self, count: int) -> None:
        """Sends so many deliveries from forty senders at once (F28)."""

        async def send(some: int) -> None:
            correspondent = self.correspondent()
            for _ in range(some):
                async with self._gate:
                    await correspondent.deliver(self._letters.next())

        await asyncio.gather(*(send(count // 40) for _ in range(40)))

    def correspondent(self) -> "Correspondent":
        number = next(self._lines)
        return Correspondent(self._account, self._doors, first=number % len(self._doors), chance=self._chance)


NO_WORD = "without Retry-After"  # added to a 429 or a 503 that does not say when to come back


class Correspondent:
    """One sender and its lines; a `polite` one comes back when it is told to, any other when it likes."""

    def __init__(
        self,
        account: Account,
        doors: Sequence[Doors],
        *,
        first: int,
        chance: random.Random,
        polite: bool = False,
    ) -> None:
        self._account, self._chance, self._at, self._polite = account, chance, first, polite
        self._told_to_wait_s = 0.0
        self._http = [HttpLine(door.http) for door in doors]
        self._smtp = [SmtpLine(door.smtp) for door in doors]

    async def deliver(self, letter: Letter) -> None:
        """Sends until acknowledged: what had no answer is sent again as it was. Raises `GaveUp`."""
        self._at = self._chance.randrange(len(self._http))
        for number in range(_TRIES):
            self._account.sends(letter.sent)
            begun = time.time()
            try:
                taken, receipt, answer = await self._tried(letter)
            except BROKEN as error:
                taken, receipt, answer = False, None, type(error).__name__
            if taken:
                self._account.was_told(letter.sent, begun=begun, receipt=receipt)
                return
            self._account.was_refused(letter.sent.key, answer)
            if number % 3 == 2:
                self._at = (self._at + 1) % len(self._http)
            await asyncio.sleep(self._chance.uniform(*_AGAIN_S) + (self._told_to_wait_s if self._polite else 0))
        raise GaveUp(letter.sent.key)

    async def _tried(self, letter: Letter) -> tuple[bool, str | None, str]:
        self._told_to_wait_s = 0.0
        if letter.way is Way.SMTP:
            assert letter.sent.sender
            reply = await self._smtp[self._at].send(
                letter.body, sender=letter.sent.sender, recipient=letter.town.address
            )
            return reply.startswith("250"), None, reply[:3]
        path, head = _addressed(letter)
        answer = await self._http[self._at].ask("POST", path, head=head, body=letter.body)
        receipt = answer.document["receipt_id"] if answer.status == 202 else None
        if answer.status not in (429, 503):
            return answer.status in (200, 202), receipt, str(answer.status)
        self._told_to_wait_s = float(answer.head.get("retry-after", "0"))
        return False, None, f"{answer.status}" if "retry-after" in answer.head else f"{answer.status} {NO_WORD}"


def _addressed(letter: Letter) -> tuple[str, Mapping[str, str]]:
    key = {"Authorization": f"Bearer {letter.town.key}", "Idempotency-Key": letter.sent.key}
    match letter.way:
        case Way.HOOK:
            return letter.town.hook, {"Content-Type": "application/json", **_signed(letter)}
        case Way.BATCH:
            return letter.town.hook, {"Content-Type": "application/cloudevents-batch+json", **_signed(letter)}
        case Way.GENERIC:
            return letter.town.messages, {"Content-Type": "application/json", **key}
        case Way.MAIL | Way.SMTP:
            return letter.town.mails, {"Content-Type": "message/rfc822", **key}


def _signed(letter: Letter) -> Mapping[str, str]:
    secrets = [SecretStr(WEBHOOK_SECRET)]
    return signed_headers(identifier=letter.sent.key, at=datetime.now(UTC), body=letter.body, secrets=secrets)
