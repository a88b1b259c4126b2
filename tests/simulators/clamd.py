"""clamd on a real socket: PING and INSTREAM as clamd(8) describes them, and what befalls it."""

import asyncio
import struct
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

# What it recognises: words of ours, so that no test file holds anything an antivirus of the machine would take away.
MARK, NAME = b"a signature of tests", "Parvis.Test.Signature"


class Suffers(Enum):
    HANGS_UP = auto()  # reads everything, closes without a word
    HANGS = auto()  # reads everything, never answers
    REFUSES_EARLY = auto()  # says that it is too much after the first chunk, and closes: its StreamMaxLength
    RAMBLES = auto()  # an answer that is none
    ERRS = auto()  # says ERROR
    STUTTERS = auto()  # its answer comes a byte at a time
    POISONS = auto()  # a signature whose name is a trap


@dataclass
class Clamd:
    """One daemon; `address` is what PARVIS_CLAMD says of it."""

    address: str = ""
    seen: list[bytes] = field(default_factory=list)
    suffering: deque[Suffers] = field(default_factory=deque)
    _ends: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            command = await reader.readuntil(b"\0")
            if command == b"zPING\0":
                writer.write(b"PONG\0")
            elif command == b"zINSTREAM\0":
                await self._stream(reader, writer)
            else:
                writer.write(b"UNKNOWN COMMAND\0")
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pain, content = self.suffering.popleft() if self.suffering else None, b""
        while size := struct.unpack("!I", await reader.readexactly(4))[0]:
            content += await reader.readexactly(size)
            if pain is Suffers.REFUSES_EARLY:
                writer.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.seen.append(content)
        match pain:
            case Suffers.HANGS_UP:
                return
            case Suffers.HANGS:
                await self._ends.wait()
            case Suffers.RAMBLES:
                writer.write(b"\xff\xfe maybe\0")
            case Suffers.ERRS:
                writer.write(b"stream: Can't allocate memory ERROR\0")
            case Suffers.POISONS:
                writer.write("stream: <b>\u202egnp.exe</b>\r\nX: y FOUND\0".encode())
            case Suffers.STUTTERS:
                for byte in f"stream: {NAME} FOUND\0".encode():
                    writer.write(bytes([byte]))
                    await writer.drain()
            case _:
                writer.write(f"stream: {NAME} FOUND\0".encode() if MARK in content else b"stream: OK\0")

    def end(self) -> None:
        self._ends.set()


@asynccontextmanager
async def clamd(socket: Path | None = None) -> AsyncIterator[Clamd]:
    """Serves on a Unix socket, or on a free port of this machine."""
    daemon = Clamd()
    if socket is not None:
        server: asyncio.Server = await asyncio.start_unix_server(daemon.serve, str(socket))
        daemon.address = f"unix:{socket}"
    else:
        server = await asyncio.start_server(daemon.serve, "127.0.0.1", 0)
        daemon.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield daemon
    finally:
        daemon.end()
        server.close()
