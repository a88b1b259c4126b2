"""A socket in front of PostgreSQL's own that can cut a connection while its commit is under way (F4)."""

import asyncio
import contextlib
import random
from pathlib import Path

NAME = ".s.PGSQL.5432"
_COMMITS = (b"COMMIT", b"keep_reception")  # a transaction's end, and the one statement that is a transaction


class Proxy:
    """Passes everything on, until told to cut the next commits: some before the server hears of them, some after."""

    def __init__(self, folder: Path, *, to: Path, seed: int) -> None:
        self.folder, self._to = folder, to / NAME
        self._chance = random.Random(seed)
        self._to_cut = 0
        self._dark_at: bytes | None = None
        self._dark_s = self._dark_until = 0.0
        self.cuts = 0
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self._server = await asyncio.start_unix_server(self._passed, self.folder / NAME)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    def cut_next(self, count: int) -> None:
        """Has so many of the next commits cut."""
        self._to_cut = count

    def dark_at(self, word: bytes, *, seconds: float) -> None:
        """Has the next statement that holds this word end every connection, and no other made for some time."""
        self._dark_at, self._dark_s = word, seconds

    async def _passed(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if asyncio.get_running_loop().time() < self._dark_until:
            writer.close()
            return
        task = asyncio.current_task()
        assert task is not None
        self._passing.add(task)
        task.add_done_callback(self._passing.discard)
        try:
            theirs, ours = await asyncio.open_unix_connection(self._to)
        except OSError:
            writer.close()
            return
        back = asyncio.create_task(_pumped(theirs, writer))
        try:
            await self._watched(reader, ours)
        except (OSError, asyncio.CancelledError):  # nobody waits for this task: its end is the connection's
            pass
        finally:
            back.cancel()
            await asyncio.gather(back, return_exceptions=True)
            for one in (ours, writer):
                one.close()

    async def _watched(self, reader: asyncio.StreamReader, ours: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(1 << 16):
            if self._dark_at is not None and self._dark_at in chunk:
                self._dark_at, self._dark_until = None, asyncio.get_running_loop().time() + self._dark_s
                for task in self._passing - {asyncio.current_task()}:
                    task.cancel()
                return
            if self._to_cut and any(word in chunk for word in _COMMITS):
                self._to_cut -= 1
                self.cuts += 1
                if self._chance.random() < 0.5:
                    return  # the server never hears of it
                ours.write(chunk)
                await ours.drain()
                await asyncio.sleep(0.02)  # it commits, and its answer has nobody to go to
                return
            ours.write(chunk)
            await ours.drain()


async def _pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(1 << 16):
            writer.write(chunk)
            await writer.drain()
    writer.close()
