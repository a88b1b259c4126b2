"""A provider in the process, and how it fails: each simulator speaks its own wire format, all of them suffer alike."""

from collections import deque
from collections.abc import Callable
from typing import Any

import httpx

from app.channels.contract import Context
from tests.channels.signing import NOON

Misery = Callable[["Simulator", httpx.Request], httpx.Response]


class Simulator:
    """Answers as the provider does; what it was told to suffer befalls the calls that say something to somebody."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self._miseries: deque[Misery] = deque()

    def suffer(self, *miseries: Misery) -> None:
        self._miseries.extend(miseries)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self._miseries and self.speaks(request):
            return self._miseries.popleft()(self, request)
        return self.answer(request)

    def answer(self, request: httpx.Request) -> httpx.Response:
        raise NotImplementedError

    def speaks(self, request: httpx.Request) -> bool:
        """Whether a call is the one that reaches a person."""
        raise NotImplementedError

    @property
    def told(self) -> list[str]:
        """The words that reached somebody, in order: what a person would read twice stands twice."""
        raise NotImplementedError

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self))

    def context(self, **said: Any) -> Context:
        return Context(**{"http": self.client(), "now": lambda: NOON, **said})


def no_connection(_: Simulator, __: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("nobody answers")


def lost_before_the_body(_: Simulator, __: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("nothing was taken, and nothing said so")


def lost_after_the_body(provider: Simulator, request: httpx.Request) -> httpx.Response:
    provider.answer(request)
    raise httpx.ReadTimeout("it was taken, and the answer was lost")


def cut_short(provider: Simulator, request: httpx.Request) -> httpx.Response:
    whole = provider.answer(request)
    return httpx.Response(whole.status_code, content=whole.content[: len(whole.content) // 2])


def a_page_in_a_success(_: Simulator, __: httpx.Request) -> httpx.Response:
    return httpx.Response(200, html="<h1>Maintenance</h1>")


def sent_elsewhere(_: Simulator, __: httpx.Request) -> httpx.Response:
    return httpx.Response(302, headers={"Location": "https://elsewhere.example.org/"})


def out_of_order(_: Simulator, __: httpx.Request) -> httpx.Response:
    return httpx.Response(503, html="<h1>Service Unavailable</h1>")


def in_full(document: object, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=document, headers=headers)
