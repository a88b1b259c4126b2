"""Many listeners of one event stream, and how long after an event is caused each has it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

_PATIENCE_S = 60.0


class Audience:
    """Open streams; `heard` causes an event and returns how many seconds later each listener had it."""

    def __init__(self, clients: int) -> None:
        self.clients = clients
        self._arrived: list[float] = []
        self._all = asyncio.Event()

    async def heard(self, cause: Callable[[], Awaitable[None]]) -> list[float]:
        """Raises `TimeoutError` when somebody has not heard within a minute."""
        self._arrived.clear()
        self._all.clear()
        began = time.perf_counter()
        await cause()
        async with asyncio.timeout(_PATIENCE_S):
            await self._all.wait()
        return [arrived - began for arrived in self._arrived]

    async def listen(self, reader: asyncio.StreamReader) -> None:
        """Notes each event of one stream, line by line; a heartbeat is none."""
        while line := await reader.readline():
            if line.startswith(b"data:"):
                self._arrived.append(time.perf_counter())
                if len(self._arrived) == self.clients:
                    self._all.set()


@asynccontextmanager
async def listening(port: int, path: str, headers: Mapping[str, str], *, clients: int) -> AsyncIterator[Audience]:
    """Opens streams, fifty at once."""
    audience, open_ = Audience(clients), list[tuple[asyncio.StreamWriter, asyncio.Task[None]]]()
    lines = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "127.0.0.1", **headers}.items())
    request = f"GET {path} HTTP/1.1\r\n{lines}Accept: text/event-stream\r\n\r\n".encode()

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.split(b"\r\n", 1)[0].decode())
        open_.append((writer, asyncio.create_task(audience.listen(reader))))

    try:
        for first in range(0, clients, 50):
            await asyncio.gather(*(one() for _ in range(first, min(first + 50, clients))))
        yield audience
    finally:
        for writer, task in open_:
            task.cancel()
            writer.close()
