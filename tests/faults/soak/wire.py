"""Lines to the doors, kept open while they hold: HTTP and SMTP as bytes, cheap enough to leave the machine to Parvis."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PATIENCE_S = 20.0
BROKEN = (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP answer."""

    status: int
    head: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


class _Line:
    """A connection made when it is needed; whatever goes wrong with it, it is not used again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._writer: asyncio.StreamWriter | None = None
        self._reader = asyncio.StreamReader()

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    async def _open(self) -> asyncio.StreamWriter:
        self._reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer = writer
        return writer


class HttpLine(_Line):
    """One HTTP connection to one process."""

    async def ask(self, method: str, path: str, *, head: Mapping[str, str], body: bytes = b"") -> Answer:
        """Sends a request, returns the whole answer. Raises one of `BROKEN` when none came."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                writer = self._writer or await self._open()
                lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
                first = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
                writer.write(f"{first}{lines}\r\n".encode() + body)
                return await self._answer()
        except BaseException:
            self.close()
            raise

    async def _answer(self) -> Answer:
        raw = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, *lines = raw.rstrip("\r\n").split("\r\n")
        head = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await self._reader.readexactly(int(head.get("content-length", "0")))
        if head.get("connection", "").lower() == "close":
            self.close()
        return Answer(int(status.split(" ", 2)[1]), head, body)


class SmtpLine(_Line):
    """One SMTP connection, for one mail after the other."""

    async def send(self, mail: bytes, *, sender: str, recipient: str) -> str:
        """Hands a mail over; returns the reply that decides. Raises one of `BROKEN` when none came."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                if self._writer is None:
                    await self._open()
                    await self._reply()
                    await self._say(b"EHLO client.example.org\r\n")
                for words in (f"MAIL FROM:<{sender}>\r\n", f"RCPT TO:<{recipient}>\r\n", "DATA\r\n"):
                    reply = await self._say(words.encode())
                    if reply[:1] not in "23":
                        self.close()
                        return reply
                return await self._say(b"\r\n".join(_dotted(line) for line in mail.split(b"\r\n")) + b".\r\n")
        except BaseException:
            self.close()
            raise

    async def _say(self, words: bytes) -> str:
        assert self._writer is not None
        self._writer.write(words)
        return await self._reply()

    async def _reply(self) -> str:
        while True:
            line = (await self._reader.readuntil(b"\r\n")).decode("ascii", "replace")
            if line[3:4] != "-":
                return line.rstrip("\r\n")


def _dotted(line: bytes) -> bytes:
    return b"." + line if line.startswith(b".") else line
