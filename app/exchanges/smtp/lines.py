"""What a client sends, read as RFC 5321 §2.3.8 says: a line ends with CR LF and with nothing else.

A bare LF or CR is a character like another. So the sequences that SMTP smuggling plays with (CVE-2023-51764 and its
kin: LF . LF, LF . CR LF, CR LF . LF) end no message here, and no command hides behind them.
"""

import asyncio
from collections.abc import Callable
from typing import Any

LINE_LIMIT = 2048
_CHUNK = 2**16
_CRLF = b"\r\n"
_END = b"\r\n.\r\n"


class Oversize(Exception):
    """The message is larger than the door takes; `over` says whether its end was reached."""

    def __init__(self, *, over: bool) -> None:
        super().__init__()
        self.over = over


class Lines:
    """Stands before asyncio's reader: same names where aiosmtpd uses them, and a message read whole within bounds."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._buffer = bytearray()

    def begin_again(self, transport: asyncio.Transport) -> None:
        """Goes on over another transport, and forgets what came by the one before: it was nobody's secret."""
        self._buffer.clear()
        under: Any = self._reader
        under._buffer.clear()  # noqa: SLF001 — asyncio gives no other way to hand a reader over, and aiosmtpd none
        under._transport = transport  # noqa: SLF001

    async def readuntil(self, separator: bytes = _CRLF) -> bytes:
        """Reads one line. Raises `asyncio.LimitOverrunError` for one that is too long."""
        start = 0
        while (at := self._buffer.find(separator, start)) < 0:
            if len(self._buffer) > LINE_LIMIT:
                raise asyncio.LimitOverrunError("line too long", len(self._buffer) - 1)
            start = max(0, len(self._buffer) - len(separator) + 1)
            self._buffer += await self._more()
        if at > LINE_LIMIT:
            raise asyncio.LimitOverrunError("line too long", at)
        return self._take(at + len(separator))

    async def read(self, count: int) -> bytes:
        """Reads what is already there, `count` bytes at most."""
        if not self._buffer:
            self._buffer += await self._more()
        return self._take(min(count, len(self._buffer)))

    async def body(self, *, limit: int, heard: Callable[[int], None]) -> bytes:
        """Reads a message up to its dot, without the dots of transparency (RFC 5321 §4.5.2).

        `heard` is told of every chunk, and of its bytes as long as they are kept. Raises `Oversize` past `limit` bytes:
        at the end of the message, or before it once twice as much was thrown away.
        """
        # The CR LF of the command before it is part of the end of an empty message.
        buffer, self._buffer = bytearray(_CRLF) + self._buffer, bytearray()
        start, thrown = 0, 0
        while (at := buffer.find(_END, start)) < 0:
            start = max(0, len(buffer) - len(_END) + 1)
            if thrown or len(buffer) > limit + len(_END):
                thrown += start
                del buffer[:start]
                start = 0
                if thrown > 2 * limit:
                    raise Oversize(over=False)
            more = await self._more()
            heard(0 if thrown else len(more))
            buffer += more
        self._buffer = buffer[at + len(_END) :]
        if thrown or at > limit:
            raise Oversize(over=True)
        del buffer[at + len(_CRLF) :]
        return bytes(buffer.replace(b"\r\n.", _CRLF)[len(_CRLF) :])

    async def _more(self) -> bytes:
        more = await self._reader.read(_CHUNK)
        if not more:
            raise ConnectionResetError
        return more

    def _take(self, count: int) -> bytes:
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken
