"""SMS providers on the loopback, in their own wire formats, with the misery of real ones: what they took is counted."""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

import httpx

from app.channels.contract import Context
from tests.harness.houses import MovableClock

SOON = {"connect": 0.5, "read": 0.5, "write": 0.5, "pool": 0.5}


class Misery(StrEnum):
    """How one request ends. From `TAKEN_THEN_RESET` on, the provider has taken the SMS whatever we hear of it."""

    THROTTLED = "429"
    BROKEN = "503"
    REDIRECT = "302"
    RESET_BEFORE_BODY = "reset before the body"
    REFUSED_IN_A_SUCCESS = "200 with an error body"
    HANGS = "hangs"
    TAKEN_THEN_RESET = "reset after the body"
    TRUNCATED = "truncated answer"
    WRONG_TYPE = "a page instead of JSON"


TAKEN = frozenset({Misery.HANGS, Misery.TAKEN_THEN_RESET, Misery.TRUNCATED, Misery.WRONG_TYPE})


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query)


@dataclass
class SmsProvider:
    """A provider: `taken` are the SMS it will send on, `miseries` what befalls the next requests."""

    answers: Callable[["SmsProvider", Asked], tuple[int, object]]
    error: object = None
    miseries: list[Misery] = field(default_factory=list)
    taken: list[Asked] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    @asynccontextmanager
    async def served(self) -> AsyncIterator[int]:
        """Serves until left; yields the port."""
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            server.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._one(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        sending = method == "POST"
        misery = self.miseries.pop(0) if sending and self.miseries else None
        if misery is Misery.RESET_BEFORE_BODY:
            _reset(writer)
            return
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        asked = Asked(method, target, headers, body)
        self.asked.append(asked)
        if sending and (misery is None or misery in TAKEN):
            self.taken.append(asked)
        await self._answer(asked, misery, writer)

    async def _answer(self, asked: Asked, misery: Misery | None, writer: asyncio.StreamWriter) -> None:
        match misery:
            case Misery.HANGS:
                await asyncio.sleep(2)
            case Misery.TAKEN_THEN_RESET:
                _reset(writer)
            case Misery.THROTTLED:
                await _write(writer, 429, {}, extra="Retry-After: 120\r\n")
            case Misery.BROKEN:
                await _write(writer, 503, {})
            case Misery.REDIRECT:
                await _write(writer, 302, {}, extra="Location: https://evil.example.org/\r\n")
            case Misery.REFUSED_IN_A_SUCCESS:
                await _write(writer, 200, self.error)
            case Misery.WRONG_TYPE:
                await _write(writer, 200, "<html>Welcome</html>", kind="text/html")
            case Misery.TRUNCATED:
                await _write(writer, 200, {"ids": [1, 2, 3], "messages": []}, cut=10)
            case _:
                status, document = self.answers(self, asked)
                await _write(writer, status, document)


async def _write(
    writer: asyncio.StreamWriter,
    status: int,
    document: object,
    *,
    kind: str = "application/json",
    extra: str = "",
    cut: int = 0,
) -> None:
    body = document.encode() if isinstance(document, str) else json.dumps(document).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{extra}Connection: close\r\n\r\n"
    writer.write(head.encode() + body[: len(body) - cut])
    await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Ends the connection as a machine that dies does: without a farewell."""
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class Loopback(httpx.AsyncHTTPTransport):
    """Takes what is meant for a provider to its simulator; a silence of half a second is a long one."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        request.extensions["timeout"] = SOON
        return await super().handle_async_request(request)


@asynccontextmanager
async def open_to(provider: SmsProvider, clock: MovableClock) -> AsyncIterator[Context]:
    """Opens a provider; gives what an adapter reaches it by."""
    async with provider.served() as port, httpx.AsyncClient(transport=Loopback(port)) as http:
        yield Context(http=http, now=clock)


def ovh() -> SmsProvider:
    """OVHcloud: `POST …/jobs` gives ids, `GET …/outgoing?tag=` those sent under a reference."""

    def answers(provider: SmsProvider, asked: Asked) -> tuple[int, object]:
        if asked.method == "POST":
            return 200, {"ids": [len(provider.taken)], "invalidReceivers": [], "totalCreditsRemoved": 1}
        if "outgoing" not in asked.target:  # the live test asks about the service itself
            return 200, {"name": "sms-ab12345-1", "creditsLeft": 500}
        tags = [json.loads(one.body)["tag"] for one in provider.taken]
        return 200, [number for number, tag in enumerate(tags, 1) if tag == asked.query.get("tag", [""])[0]]

    return SmsProvider(answers, error={"ids": [], "invalidReceivers": ["+33612345678"]})


def vonage() -> SmsProvider:
    def answers(provider: SmsProvider, asked: Asked) -> tuple[int, object]:
        return 200, {"message-count": "1", "messages": [{"status": "0", "message-id": f"v{len(provider.taken)}"}]}

    return SmsProvider(answers, error={"message-count": "1", "messages": [{"status": "3", "error-text": "Invalid to"}]})


def mtarget() -> SmsProvider:
    def answers(provider: SmsProvider, asked: Asked) -> tuple[int, object]:
        return 200, {"results": [{"code": "0", "ticket": f"t{len(provider.taken)}"}]}

    return SmsProvider(answers, error={"results": [{"code": "7", "reason": "invalid number"}]})
