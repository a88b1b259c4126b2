"""Whose word about a trace is taken: a proxy's that settings trust, judged by the connection itself."""

import ipaddress
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

_STATE = "traceparent"


class TrustedTraces:
    """Notes the `traceparent` (W3C Trace Context) of connections that come from a trusted proxy; anybody else's is ignored.

    Stands outside of what reads X-Forwarded-For, which puts the citizen's address in the place of the proxy's.
    """

    def __init__(self, app: ASGIApp, *, trusted: Sequence[str]) -> None:
        self._app = app
        self._all = "*" in trusted
        self._networks = [ipaddress.ip_network(one, strict=False) for one in trusted if _is_network(one)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._trusts(scope):
            given = Headers(scope=scope).getlist("traceparent")
            if len(given) == 1:
                scope.setdefault("state", {})[_STATE] = given[0]
        await self._app(scope, receive, send)

    def _trusts(self, scope: Scope) -> bool:
        client = scope.get("client")
        if self._all or not client:
            return self._all
        try:
            address = ipaddress.ip_address(client[0])
        except ValueError:
            return False
        return any(address in network for network in self._networks)


def parent_of(scope: Scope) -> str | None:
    """Returns the trace a trusted proxy has begun for this request."""
    found = scope.get("state", {}).get(_STATE)
    return found if isinstance(found, str) else None


def _is_network(one: str) -> bool:
    try:
        ipaddress.ip_network(one, strict=False)
    except ValueError:
        return False
    return True
