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
from app.rest.quotas import told_of
from app.rest.retiring import retired_fields
from app.rest.route_names import route_template
from app.rest.tracing import parent_of
from app.spans import Key, Kind, span

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# An answer that is not a page renders nothing and is framed by nobody.
_NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_PAGE = _NOTHING + "; require-trusted-types-for 'script'; trusted-types 'none'"
# None of it is ours to use; a page that needs one of them names it in a header of its own.
_POWERS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
# Two years, as RFC 6797 leaves to us; told to those who came by TLS, the subdomains being the administration's own.
_HSTS = "max-age=63072000; includeSubDomains"
# Anybody may invent a method; a span tells those that exist.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PERSONAL = ("/api/", "/hooks/", "/open311/", "/health/", "/metrics", "/chat/")


class Envelope:
    """Adds the request identifier and the security headers, and times the request. The outermost of our floors.

    `trusted_proxies` are the networks whose `X-Request-Id` is taken over; anybody else's is ignored. Where `base_url`
    is of https, browsers are told never to come without it (RFC 6797).
    """

    def __init__(self, app: ASGIApp, *, trusted_proxies: Sequence[str] = (), base_url: str = "") -> None:
        self._app = app
        self._enciphered = base_url.startswith("https:")
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
                headers = MutableHeaders(scope=message)
                headers.update(told_of(scope))
                for name, value in retired_fields(scope).items():
                    headers.append(name, value)  # a list may have a Link of its own
                dress(headers, path=path, identifier=identifier, enciphered=self._enciphered)
            await send(message)

        method = str(scope["method"]) if scope["method"] in _METHODS else "_OTHER"
        try:
            with span(method, kind=Kind.SERVER, parent=parent_of(scope)) as told, unbounded():
                # Until the caller is known; and whatever was seen through is over with the request.
                try:
                    await self._app(scope, receive, dressed)
                finally:
                    route = route_template(scope)
                    told.name(f"{method} {route}")
                    told.tell(Key.METHOD, method)
                    told.tell(Key.ROUTE, route)
                    told.tell(Key.STATUS, status)
                    if status >= 500:
                        told.fail(str(status))
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


def dress(headers: MutableHeaders, *, path: str, identifier: str, enciphered: bool = False) -> None:
    """Sets what the route did not set itself; a page that brings no content policy of its own gets one that shows text."""
    headers["X-Request-Id"] = identifier
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    if path.startswith(_PERSONAL):
        headers.setdefault("Cache-Control", "no-store")
        if headers.get("content-type", "").startswith("text/event-stream"):
            headers["Cache-Control"] = "no-store"  # FastAPI says no-cache of a stream, which lets it be kept
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", _POWERS)
    if enciphered:
        headers.setdefault("Strict-Transport-Security", _HSTS)
    is_page = headers.get("content-type", "").startswith("text/html")
    headers.setdefault("Content-Security-Policy", _PAGE if is_page else _NOTHING)
