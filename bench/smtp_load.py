"""SMTP clients that say one thing at a time, as most senders do; a thread's mails stay in their order."""

import asyncio
import time
from collections.abc import Sequence

from bench.corpus import TO, Mail
from bench.figures import Round
from bench.http_load import Refused

_A_CONNECTION = 50


async def sent(port: int, corpus: Sequence[Mail], *, connections: int) -> Round:
    """Sends a corpus; the latency of a mail runs from its MAIL FROM to the reply that takes responsibility."""
    latencies: list[float] = []
    begun = time.perf_counter()
    lanes = [[mail for mail in corpus if mail.root % connections == lane] for lane in range(connections)]
    await asyncio.gather(*(_lane(port, lane, latencies) for lane in lanes))
    return Round(len(corpus), time.perf_counter() - begun, latencies)


async def _lane(port: int, lane: Sequence[Mail], latencies: list[float]) -> None:
    for start in range(0, len(lane), _A_CONNECTION):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await _reply(reader, b"220")
        await _say(reader, writer, b"EHLO bench.example\r\n", b"250")
        for mail in lane[start : start + _A_CONNECTION]:
            begun = time.perf_counter()
            await _say(reader, writer, f"MAIL FROM:<{mail.sender}>\r\n".encode(), b"250")
            await _say(reader, writer, f"RCPT TO:<{TO}>\r\n".encode(), b"250")
            await _say(reader, writer, b"DATA\r\n", b"354")
            await _say(reader, writer, mail.raw.replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n", b"250")
            latencies.append(time.perf_counter() - begun)
        await _say(reader, writer, b"QUIT\r\n", b"221")
        writer.close()


async def _say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, words: bytes, expected: bytes) -> None:
    writer.write(words)
    await _reply(reader, expected)


async def _reply(reader: asyncio.StreamReader, expected: bytes) -> None:
    while True:
        line = await reader.readline()
        if not line.startswith(expected):
            raise Refused(line.decode("utf-8", "replace") or "the server hung up")
        if line[3:4] != b"-":
            return
