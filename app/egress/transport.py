"""HTTP that leaves through the policy: it connects where it was judged, follows nothing, and stops reading in time."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpcore
import httpx

from app.egress.policy import EgressPolicy
from app.egress.ports import Speech
from app.egress.refusing import EgressRefused
from app.spans import Key, Kind, span

# What one answer may weigh and last. A call may ask for other bounds: `extensions={"max_bytes": …, "max_seconds": …}`.
MAX_BYTES, MAX_SECONDS = 8 * 2**20, 120.0
CONNECT_S = 20.0


class AddressRefused(httpx.UnsupportedProtocol):
    """The policy refuses the address: a setting to correct, never an attempt to repeat."""


class AnswerRefused(httpx.RemoteProtocolError):
    """The answer is too large, too slow, or compressed though it was asked not to be."""


class GuardedTransport(httpx.AsyncHTTPTransport):
    """Every request is judged as written, then as resolved; the connection goes to the judged address itself.

    Certificates and `Host` stay those of the name: only the address is pinned.
    """

    def __init__(self, policy: EgressPolicy, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(trust_env=False)
        self._policy = policy
        # httpx leaves no other way to choose where its connections go.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls or httpx.create_ssl_context(trust_env=False),
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=5.0,
            network_backend=_Pinned(policy),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        # The host alone: an address may name a person, or hold a token.
        with span(f"HTTP {request.method}", kind=Kind.CLIENT) as told:
            told.tell(Key.METHOD, request.method)
            told.tell(Key.HOST, request.url.host)
            response = await self._answered(request)
            told.tell(Key.STATUS, response.status_code)
            return response

    async def _answered(self, request: httpx.Request) -> httpx.Response:
        try:
            self._policy.check_url(str(request.url))
        except EgressRefused as refused:
            raise AddressRefused(str(refused)) from None
        # Inflated, a small answer may fill the memory: it is asked for as it is.
        request.headers["Accept-Encoding"] = "identity"
        bounds = _Bounds.of(request)
        try:
            async with asyncio.timeout_at(bounds.ends_at):
                response = await super().handle_async_request(request)
        except TimeoutError:
            raise httpx.ReadTimeout("the answer took too long") from None
        if response.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
            await response.aclose()
            raise AnswerRefused("the answer is compressed")
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Bounded(response.stream, bounds)
        return response


class _Bounds:
    """What one answer may weigh, and when it must have ended (on the loop's clock)."""

    def __init__(self, max_bytes: int | None, seconds: float | None) -> None:
        self.max_bytes = max_bytes
        self.ends_at = None if seconds is None else asyncio.get_running_loop().time() + seconds

    @classmethod
    def of(cls, request: httpx.Request) -> "_Bounds":
        endless = request.headers.get("accept", "") == "text/event-stream"
        size: Any = request.extensions.get("max_bytes", None if endless else MAX_BYTES)
        seconds: Any = request.extensions.get("max_seconds", None if endless else MAX_SECONDS)
        return cls(size, seconds)


class _Bounded(httpx.AsyncByteStream):
    """A stream that ends in an error where its bounds are passed."""

    def __init__(self, stream: httpx.AsyncByteStream, bounds: _Bounds) -> None:
        self._stream, self._bounds = stream, bounds

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        parts = self._stream.__aiter__()
        while True:
            try:
                async with asyncio.timeout_at(self._bounds.ends_at):
                    part = await anext(parts, None)
            except TimeoutError:
                raise httpx.ReadTimeout("the answer took too long") from None
            if part is None:
                return
            size += len(part)
            if self._bounds.max_bytes is not None and size > self._bounds.max_bytes:
                raise AnswerRefused("the answer is too large")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


class _Pinned(httpcore.AsyncNetworkBackend):
    """Connects to the addresses that were judged, in their order, and to no other."""

    def __init__(self, policy: EgressPolicy) -> None:
        self._policy, self._inner = policy, httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 — the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        # Plain HTTP was judged with the URL; here only the address counts.
        try:
            addresses = await self._policy.addresses(host, port, speech=Speech.HTTP)
        except EgressRefused as refused:
            raise AddressRefused(str(refused)) from None
        except (OSError, TimeoutError):
            raise httpcore.ConnectError("the name cannot be resolved") from None
        failure: Exception = httpcore.ConnectError("no address answered")
        for address in addresses[:4]:
            try:
                return await self._inner.connect_tcp(
                    address,
                    port,
                    timeout=CONNECT_S if timeout is None else timeout,
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def guarded_client(policy: EgressPolicy, *, tls: ssl.SSLContext | None = None) -> httpx.AsyncClient:
    """Opens the one HTTP client of the house. No proxy of the environment may lead around the policy."""
    return httpx.AsyncClient(
        transport=GuardedTransport(policy, tls=tls), timeout=20.0, follow_redirects=False, trust_env=False
    )
