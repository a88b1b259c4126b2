"""What every answer carries, whoever made it: a correlation, and orders to browsers to trust nothing.

Pure ASGI: bodies stream through untouched.
"""

import ipaddress
import time
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.db.sight import unbounded
from app.rest.correlation import adopt_request_id, request_id
from app.rest.metrics import observe_request
from app.rest.route_names import route_template

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# An answer that is not a page renders nothing and is framed by nobody.
_NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_PERSONAL = ("/api/", "/hooks/", "/open311/", "/health/", "/metrics")


class Envelope:
    """Adds the request identifier and the security headers, and times the request. The outermost of our floors.

    `trusted_proxies` are the networks whose `X-Request-Id` is taken over; anybody else's is ignored.
    """

    def __init__(self, app: ASGIApp, *, trusted_proxies: Sequence[str] = ()) -> None:
        self._app = app
        self._trusted: list[Network] = [ipaddress.ip_network(network) for network in trusted_proxies]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._is_trusted(scope):
            adopt_request_id(scope, Headers(scope=scope).get("x-request-id", ""))
        identifier, path = request_id(scope), str(scope["path"])
        started, status = time.perf_counter(), 500

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                dress(MutableHeaders(scope=message), path=path, identifier=identifier)
            await send(message)

        try:
            with unbounded():  # until the caller is known; and whatever was seen through is over with the request
                await self._app(scope, receive, dressed)
        finally:
            observe_request(
                scope["method"], route=route_template(scope), status=status, seconds=time.perf_counter() - started
            )

    def _is_trusted(self, scope: Scope) -> bool:
        client = scope.get("client")
        if not client or not self._trusted:
            return False
        try:
            address = ipaddress.ip_address(client[0])
        except ValueError:  # a Unix socket has no address
            return False
        return any(address in network for network in self._trusted)


def dress(headers: MutableHeaders, *, path: str, identifier: str) -> None:
    """Sets what the route did not set itself; a page (text/html) brings its own, strict, content policy."""
    headers["X-Request-Id"] = identifier
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    if path.startswith(_PERSONAL):
        headers.setdefault("Cache-Control", "no-store")
    if not headers.get("content-type", "").startswith("text/html"):
        headers.setdefault("Content-Security-Policy", _NOTHING)
