"""A provider that answers as it is told, without a network: what it was asked stays to be looked at."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from app.channels.conformance.hostile import NOON
from app.channels.contract import Context

if TYPE_CHECKING:
    import httpx

Answering = Callable[["httpx.Request"], "httpx.Response"]
_MOST_REQUESTS = 50


class Endless(AssertionError):
    """The adapter asks again and again."""


@dataclass
class Provider:
    """Answers the prelude first, one request each, then the answer under trial, for ever."""

    answer: Answering
    prelude: Sequence[str] = ()
    requests: list["httpx.Request"] = field(default_factory=list)

    def __call__(self, request: "httpx.Request") -> "httpx.Response":
        import httpx

        self.requests.append(request)
        if len(self.requests) > _MOST_REQUESTS:
            raise Endless(f"more than {_MOST_REQUESTS} requests for one thing")
        number = len(self.requests) - 1
        if number < len(self.prelude):
            headers = {"Content-Type": "application/json"}
            return httpx.Response(200, content=self.prelude[number].encode(), headers=headers)
        return self.answer(request)


Result = TypeVar("Result")


async def spoken(provider: Provider, work: Callable[[Context], Awaitable[Result]]) -> Result:
    """Does some work against a provider, at noon of a day of trials."""
    import httpx

    async with httpx.AsyncClient(transport=httpx.MockTransport(provider)) as client:
        return await work(Context(http=client, now=lambda: NOON))


def answering(status: int, body: object = None, **headers: str) -> Answering:
    """Answers with a status, a JSON body (or bytes), and headers named with underscores."""
    import httpx

    content = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
    named = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return lambda _: httpx.Response(status, content=content, headers=named)


def failing(error: "type[httpx.TransportError]") -> Answering:
    """Answers nothing: the connection ends as the error says."""

    def handler(request: "httpx.Request") -> "httpx.Response":
        raise error("trial", request=request)

    return handler
