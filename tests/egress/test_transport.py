"""HTTP through the policy, against a real server on the loopback (T28–T30, T33, T97)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import httpx
import pytest
import pytest_asyncio

from app.egress.policy import EgressPolicy
from app.egress.transport import AddressRefused, AnswerRefused, guarded_client

Serve = Callable[[bytes], Awaitable[int]]
Head = "HTTP/1.1 {} X\r\nConnection: close\r\n{}\r\n"


@pytest_asyncio.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts servers that answer the same bytes to whoever calls; the last request is kept in `asked`."""
    servers: list[asyncio.Server] = []

    async def start(answer: bytes, *, drip: float = 0) -> int:
        async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            ASKED.append(await reader.readuntil(b"\r\n\r\n"))
            try:
                writer.write(answer)
                while drip:
                    await asyncio.sleep(drip)
                    writer.write(b"x")
                    await writer.drain()
            except ConnectionError:
                pass
            writer.close()

        server = await asyncio.start_server(speak, "127.0.0.1", 0)
        servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    yield start
    for server in servers:
        server.close()


ASKED: list[bytes] = []


def client(*allowed: str, answers: Sequence[Sequence[str]] = (("127.0.0.1",),)) -> httpx.AsyncClient:
    turns = list(answers)

    async def resolve(host: str, port: int) -> Sequence[str]:
        return turns.pop(0) if len(turns) > 1 else turns[0]

    return guarded_client(EgressPolicy(allowed, resolve=resolve))


def answer(status: int, body: bytes = b"", *headers: str) -> bytes:
    lines = "".join(f"{line}\r\n" for line in (*headers, f"Content-Length: {len(body)}"))
    return Head.format(status, lines).encode() + body


async def test_the_connection_goes_to_the_judged_address_and_the_host_stays_the_name(serve: Serve) -> None:
    port = await serve(answer(200, b"ici"))
    async with client("ville.example.fr") as http:
        response = await http.get(f"http://ville.example.fr:{port}/a")
    assert response.content == b"ici"
    assert f"Host: ville.example.fr:{port}".encode() in ASKED[-1]
    assert b"Accept-Encoding: identity" in ASKED[-1]


async def test_an_address_that_changes_after_it_was_judged_is_never_called(serve: Serve) -> None:
    """The name answers once a public address, then the loopback: whatever is asked again is judged again."""
    port = await serve(answer(200, b"secret"))
    before = len(ASKED)
    async with client(answers=[["192.0.2.1"], ["127.0.0.1"]]) as http:
        for _ in range(3):
            with pytest.raises(httpx.TransportError):
                await http.get(f"https://ville.example.fr:{port}/", timeout=0.2)
    assert len(ASKED) == before


async def test_a_name_that_points_inside_is_a_setting_to_correct() -> None:
    async with client() as http:
        with pytest.raises(AddressRefused):
            await http.get("https://ville.example.fr/")


async def test_a_written_inner_address_is_refused_before_anything_is_resolved() -> None:
    async with client() as http:
        with pytest.raises(AddressRefused):
            await http.get("https://169.254.169.254/latest/meta-data")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_told_and_followed_by_nobody(serve: Serve, status: int) -> None:
    port = await serve(answer(status, b"", "Location: http://127.0.0.1:1/"))
    async with client("127.0.0.1") as http:
        response = await http.get(f"http://127.0.0.1:{port}/")
    assert response.status_code == status


async def test_a_redirect_somebody_follows_is_judged_again(serve: Serve) -> None:
    port = await serve(answer(302, b"", "Location: http://169.254.169.254/"))
    async with client(f"127.0.0.1:{port}") as http:
        with pytest.raises(AddressRefused):
            await http.get(f"http://127.0.0.1:{port}/", follow_redirects=True)


async def test_an_answer_is_read_no_further_than_its_bound(serve: Serve) -> None:
    port = await serve(answer(200, b"a" * 4000))
    async with client("127.0.0.1") as http:
        with pytest.raises(AnswerRefused):
            await http.get(f"http://127.0.0.1:{port}/", extensions={"max_bytes": 1000})
        assert len((await http.get(f"http://127.0.0.1:{port}/", extensions={"max_bytes": 4000})).content) == 4000


async def test_an_answer_that_drips_for_ever_ends(serve: Serve) -> None:
    head = b"HTTP/1.1 200 X\r\nConnection: close\r\n\r\n"
    port = await serve(head, drip=0.02)  # type: ignore[call-arg]  # the fixture's own option
    async with client("127.0.0.1") as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.get(f"http://127.0.0.1:{port}/", extensions={"max_seconds": 0.3})


async def test_a_compressed_answer_is_refused(serve: Serve) -> None:
    port = await serve(answer(200, b"\x1f\x8b", "Content-Encoding: gzip"))
    async with client("127.0.0.1") as http:
        with pytest.raises(AnswerRefused):
            await http.get(f"http://127.0.0.1:{port}/")


async def test_no_proxy_of_the_environment_leads_around(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    port = await serve(answer(200, b"mandataire"))
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{port}")
    async with client() as http:
        with pytest.raises(AddressRefused):
            await http.get("https://ville.example.fr/")
