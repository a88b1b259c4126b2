"""A consumer of webhooks on the loopback: it answers as it is told, and keeps what it was sent."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

RESET, HANG = "reset", "hang"


@dataclass
class Called:
    """One call: its headers in lower case, its body."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Consumer:
    """Answers `answers` in order, then 204."""

    port: int = 0
    calls: list[Called] = field(default_factory=list)
    answers: deque[str | bytes] = field(default_factory=deque)
    always: str | bytes | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/parvis"

    @property
    def ids(self) -> list[str]:
        return [call.headers["webhook-id"] for call in self.calls]

    async def speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lines = (line.partition(": ") for line in head.split("\r\n")[1:] if line)
            headers = {name.lower(): value for name, _, value in lines}
            self.calls.append(Called(headers, await reader.readexactly(int(headers["content-length"]))))
            said = self.answers.popleft() if self.answers else self.always or answer(204)
            if said == HANG:
                await reader.read()
            elif isinstance(said, bytes):
                writer.write(said)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def answer(status: int, body: bytes = b"", *headers: str) -> bytes:
    lines = "".join(f"{line}\r\n" for line in (*headers, f"Content-Length: {len(body)}", "Connection: close"))
    return f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode() + body


@asynccontextmanager
async def a_consumer() -> AsyncIterator[Consumer]:
    consumer = Consumer()
    server = await asyncio.start_server(consumer.speak, "127.0.0.1", 0)
    consumer.port = server.sockets[0].getsockname()[1]
    try:
        yield consumer
    finally:
        server.close()
