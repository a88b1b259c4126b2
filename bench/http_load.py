"""A closed loop of HTTP clients over kept connections, cheap enough to leave the machine to what is measured."""

import asyncio
import time
from collections.abc import Mapping, Sequence

from bench.figures import Round


class Refused(RuntimeError):
    """A request was not answered as it had to be: the round measures nothing."""


async def posted(port: int, requests: Sequence[bytes], *, clients: int) -> Round:
    """Posts whole requests (head and body), each client its next one when the last was answered with a 2xx."""
    waiting = iter(requests)
    latencies: list[float] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for request in waiting:
                sent = time.perf_counter()
                writer.write(request)
                await _answer(reader)
                latencies.append(time.perf_counter() - sent)
        finally:
            writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return Round(len(requests), time.perf_counter() - begun, latencies)


async def asked(port: int, path: str, headers: Mapping[str, str], *, times: int) -> list[float]:
    """Asks for a page again and again over one connection; returns how many seconds each took."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "127.0.0.1", **headers}.items())
    request, latencies = f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode(), list[float]()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for _ in range(times):
            sent = time.perf_counter()
            writer.write(request)
            await _answer(reader)
            latencies.append(time.perf_counter() - sent)
    finally:
        writer.close()
    return latencies


async def _answer(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    low = head.lower()
    at = low.find(b"content-length:")
    length = int(low[at + 15 : low.index(b"\r\n", at)]) if at >= 0 else 0
    body = await reader.readexactly(length)
    if not head.startswith(b"HTTP/1.1 2"):
        raise Refused(head.split(b"\r\n", 1)[0].decode() + " " + body[:300].decode("utf-8", "replace"))
