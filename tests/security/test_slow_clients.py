"""Clients that are slow on purpose: heads and bodies that never end are cut, and a body without length stops at its limit (T98)."""

import asyncio
import contextlib
import gzip
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from app.cli.patient import PatientProtocol
from app.rest.patience import Patience, TooSlow
from tests.api.conftest import Town


async def length(scope, receive, send) -> None:
    """Answers how long the body was."""
    try:
        body = await Request(scope, receive).body()
    except TooSlow as slow:
        await PlainTextResponse(slow.code, status_code=slow.status)(scope, receive, send)
    else:
        await PlainTextResponse(str(len(body)))(scope, receive, send)


@contextlib.asynccontextmanager
async def serving(app, **patience: float) -> AsyncIterator[tuple[str, int]]:
    protocol = type("Protocol", (PatientProtocol,), patience)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, http=protocol, log_config=None, lifespan="off"))
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign]
        task = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:  # noqa: ASYNC110 — uvicorn keeps a flag, no event
            await asyncio.sleep(0.01)
        yield listening.getsockname()[:2]
        server.should_exit = True
        await task


@pytest.mark.parametrize("begun", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\nX: "])
async def test_a_head_that_never_ends_is_cut_and_others_are_served(begun) -> None:
    async with serving(length, head_within_s=0.2) as (host, port):
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(begun)
        await writer.drain()
        async with httpx.AsyncClient(base_url=f"http://{host}:{port}") as http:
            assert (await http.post("/", content=b"abc")).text == "3"
        assert await asyncio.wait_for(reader.read(), 30) == b""
        writer.close()


async def test_a_second_head_on_the_same_connection_is_waited_for_no_longer() -> None:
    async with serving(length, head_within_s=0.5) as (host, port):
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n0")).startswith(b"HTTP/1.1 200")
        writer.write(b"GET / HT")
        assert await asyncio.wait_for(reader.read(), 30) == b""
        writer.close()


async def test_a_body_that_trickles_is_given_up_and_one_that_goes_on_is_not() -> None:
    at = 0.0

    async def told(step_s: float, size: int, parts: int) -> tuple[int, bytes]:
        nonlocal at
        at, said, left = 0.0, {}, iter(range(parts))

        async def receive():
            nonlocal at
            at += step_s
            if next(left, None) is None:
                return {"type": "http.request", "body": b"", "more_body": False}
            return {"type": "http.request", "body": b"x" * size, "more_body": True}

        async def send(message) -> None:
            said.update(message)

        scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}
        await Patience(length, allowed_s=30, seconds=lambda: at)(scope, receive, send)
        return said["status"], said["body"]

    assert await told(10, 1, 100) == (408, b"too-slow")
    assert await told(10, 100_000, 100) == (200, b"10000000")


async def test_a_body_without_length_is_cut_at_the_limit_and_a_compressed_one_never_opened(town: Town) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1600):
            sent += 2**16
            yield b"x" * 2**16

    head = {"Content-Type": "application/json", "Idempotency-Key": "x"}
    answer = await town.http.post("/api/v1/teams", content=endless(), headers=head)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    assert sent < 2**22
    bomb = gzip.compress(b" " * 2**24)
    answer = await town.http.post("/api/v1/teams", content=bomb, headers={**head, "Content-Encoding": "gzip"})
    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "identity")
