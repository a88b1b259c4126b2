r"""Asking clamd what it thinks of a content: INSTREAM over TCP or a Unix socket.

Source: clamd(8), "COMMANDS": `zINSTREAM\0`, then chunks of a length in four bytes, network order, and its data; a chunk of
length zero ends. The answer is one line that a NUL ends. The libraries on PyPI (clamd, pyclamd) are blocking and no longer
kept; the protocol is this page.
"""

import asyncio
import contextlib
import re
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.files.antivirus.values import ScanState, Verdict

_CHUNK = 2**16
_LONGEST_ANSWER = 4096
# However long or odd the name: whatever is said to be found is set aside.
_FOUND = re.compile(r"stream: (.*) FOUND", re.DOTALL)
# Names come from signatures anybody may write: printable, short, and shown as any other foreign word.
_ODD = re.compile(r"[^\x21-\x7e]")


class Away(Exception):
    """clamd cannot be reached: nothing is known of the content, and it was no attempt."""


class Clamd:
    """A clamd at `host:port` or a socket's path. One connection a content; nothing is kept open."""

    def __init__(
        self,
        address: tuple[str, int] | Path,
        *,
        seconds: float = 60.0,
        dial_s: float = 5.0,
        most_bytes: int = 100 * 2**20,
    ) -> None:
        self._address, self._seconds, self._dial_s, self._most_bytes = address, seconds, dial_s, most_bytes

    async def examine(self, content: bytes) -> Verdict:
        """Returns what clamd says. Never raises for what a content does to it; raises `Away`."""
        if len(content) > self._most_bytes:
            most = self._most_bytes // 2**20
            return Verdict(state=ScanState.FAILED, reason=f"elle pèse plus de {most} Mo")
        async with self._connected() as (reader, writer):
            try:
                async with asyncio.timeout(self._seconds):
                    answer = await _streamed(reader, writer, content)
            except TimeoutError:
                return Verdict(state=ScanState.FAILED, reason="l'antivirus a mis trop de temps", again=True)
            except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                return Verdict(state=ScanState.FAILED, reason="l'antivirus s'est arrêté sur cette pièce", again=True)
        return understood(answer)

    async def answers(self) -> bool:
        """Says whether clamd is there and answers, within the time of a dial."""
        try:
            async with asyncio.timeout(self._dial_s), self._connected() as (reader, writer):
                writer.write(b"zPING\0")
                return (await reader.readuntil(b"\0")) == b"PONG\0"
        except (Away, OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return False

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        address = self._address
        try:
            async with asyncio.timeout(self._dial_s):
                reader, writer = await (
                    asyncio.open_unix_connection(str(address), limit=_LONGEST_ANSWER)
                    if isinstance(address, Path)
                    else asyncio.open_connection(*address, limit=_LONGEST_ANSWER)
                )
        except (OSError, TimeoutError) as error:
            raise Away(type(error).__name__) from error
        try:
            yield reader, writer
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


def understood(answer: bytes) -> Verdict:
    """Reads one line of clamd's; anything that is neither OK nor FOUND is no verdict."""
    line = answer.rstrip(b"\0\n").decode("utf-8", "replace")
    if line == "stream: OK":
        return Verdict(state=ScanState.CLEAN)
    if found := _FOUND.fullmatch(line):
        return Verdict(state=ScanState.INFECTED, virus=_ODD.sub("?", found[1][:100]) or "?")
    if "size limit exceeded" in line:
        return Verdict(
            state=ScanState.FAILED, reason="elle dépasse la taille que l'antivirus accepte (StreamMaxLength)"
        )
    return Verdict(state=ScanState.FAILED, reason="l'antivirus n'a pas su l'examiner", again=True)


def address_of(written: str) -> tuple[str, int] | Path:
    """Reads `host:port` or `unix:/path`. Raises `ValueError`."""
    if written.startswith("unix:/"):
        return Path(written.removeprefix("unix:"))
    host, colon, port = written.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(written)
    return host.strip("[]"), int(port)


async def _streamed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, content: bytes) -> bytes:
    """Gives the content while the answer is awaited: clamd may answer, and hang up, before the end."""
    giving = asyncio.create_task(_give(writer, content))
    try:
        return await reader.readuntil(b"\0")
    finally:
        giving.cancel()
        await asyncio.gather(giving, return_exceptions=True)


async def _give(writer: asyncio.StreamWriter, content: bytes) -> None:
    # A server that hung up has said why, or the reading of its answer tells.
    with contextlib.suppress(OSError):
        writer.write(b"zINSTREAM\0")
        for start in range(0, len(content), _CHUNK):
            chunk = content[start : start + _CHUNK]
            writer.write(struct.pack("!I", len(chunk)) + chunk)
            await writer.drain()
        writer.write(struct.pack("!I", 0))
        await writer.drain()
