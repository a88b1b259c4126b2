"""Peers that accept and say nothing: one that never said a word, and a line to PostgreSQL that falls silent (F32)."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_NAME = ".s.PGSQL.5432"


@contextlib.asynccontextmanager
async def nobody() -> AsyncIterator[int]:
    """A port where connections are taken and nothing is ever said, nor closed."""
    held: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: held.append(writer), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in held:
            writer.close()


class Line:
    """A socket in front of PostgreSQL's. Once it falls silent, what passed through it stays silent for ever, unclosed."""

    def __init__(self, folder: Path, url: str) -> None:
        parts = urlsplit(url)
        self._to = dict(parse_qsl(parts.query))["host"]
        query = [(name, str(folder) if name == "host" else value) for name, value in parse_qsl(parts.query)]
        self.url = urlunsplit(parts._replace(query=urlencode(query)))
        self._path = folder / _NAME
        self._silent = asyncio.Event()
        self._passing: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_unix_server(self._taken, self._path)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    def fall_silent(self) -> None:
        """From now on nothing passes, in what stands and in what is made."""
        self._silent.set()

    def speak(self) -> None:
        """New connections pass again; those that fell silent never do."""
        self._silent = asyncio.Event()

    async def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._passing.add(task)
        silent = self._silent
        theirs, ours = await asyncio.open_unix_connection(f"{self._to}/{_NAME}")
        try:
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await asyncio.gather(_pumped(reader, ours, silent), _pumped(theirs, writer, silent))
        finally:
            for one in (ours, writer):
                one.close()


async def _pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, silent: asyncio.Event) -> None:
    while chunk := await reader.read(1 << 16):
        if silent.is_set():
            await asyncio.Event().wait()
        writer.write(chunk)
        await writer.drain()
    writer.close()
