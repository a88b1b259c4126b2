"""The trials of conformance: what is sent at a door, what must not happen, and how a provider may answer."""

import ast
import inspect
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from app.channels.contract import (
    ChannelAdapter,
    ChannelConfig,
    Context,
    Delivery,
    Event,
    Handshake,
    Outcome,
    Party,
    PointKind,
    Sender,
    SendRequest,
    Verdict,
    Webhook,
)
from app.channels.errors import Unreadable

Instant = datetime
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
_CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "localtime", "gmtime"}
_CLOCK_OWNERS = {"datetime", "date", "time"}
_BODIES = (
    b"",
    b"\x00",
    b"\xff\xfe\xfd",
    b"null",
    b"[]",
    b"{}",
    b'"text"',
    b"12",
    b"[" * 100_000,
    b'{"a":' * 200 + b"1" + b"}" * 200,
    b'{"a":NaN,"b":Infinity}',
    b'{"a":1,"a":2}',
    b'{"id":' + b"9" * 5000 + b"}",
    b'{"text":"\\ud800\\u0000"}',
    b'{"object":"page","entry":5,"items":[null,1,"x",[]],"data":"no","message":[],"event":{},"type":7}',
    b'{"entry":[{"messaging":[{"message":{"mid":[1],"text":{"a":1}},"timestamp":1e308}]}],"object":"page"}',
    b"=&=&%ZZ&a=%00&" + b"b=1&" * 1100,
    b"Event: \r\n: \r\n\r\n" * 50,
    b"From: a\r\n\r\n",
)
_TYPES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "")
_URLS = ("", "https://example.fr/hooks/x?a=1&hub.mode=subscribe&crc_token=t", "http://[::1", "//%zz:99999/?=&=")


def hostile() -> Iterator[Delivery]:
    """Yields deliveries nobody would send by accident."""
    for body in _BODIES:
        for content_type in _TYPES:
            yield Delivery(body=body, headers=[("Content-Type", content_type)], url="https://example.fr/hooks/x")
    for url in _URLS:
        for method in ("GET", "POST", "OPTIONS", "BREW"):
            headers = [("webhook-request-origin", "\x00\u2028"), ("Authorization", "Bearer a.b.c"), ("ce-id", "1")]
            yield Delivery(body=b"{}", method=method, url=url, headers=headers)


def mutilated(delivery: Delivery) -> Iterator[Delivery]:
    """Yields a delivery cut short at several places, and without its headers."""
    yield replace(delivery, headers=[])
    for part in range(8):
        yield replace(delivery, body=delivery.body[: len(delivery.body) * part // 8])


def changed_by_a_byte(delivery: Delivery) -> Iterator[Delivery]:
    """Yields a delivery with one byte of its body changed, at several places; without a body, there is none."""
    size = len(delivery.body)
    for at in sorted({0, size // 3, size // 2, size - 1}) if size else ():
        flipped = bytes([delivery.body[at] ^ 1])
        yield replace(delivery, body=delivery.body[:at] + flipped + delivery.body[at + 1 :])


def fault(door: Webhook, delivery: Delivery, config: ChannelConfig) -> str:
    """Returns what an adapter did wrong with a delivery, or nothing."""
    try:
        # As objects: somebody else's adapter may return anything.
        answer: object = door.handshake(delivery, config, now=NOON)
        verdict: object = door.verify(delivery, config, now=NOON)
    except Exception as error:  # noqa: BLE001 — whatever it is, it is the finding
        return f"{type(error).__name__} from verify or handshake: {error}"[:300]
    if not isinstance(answer, Handshake | None) or not isinstance(verdict, Verdict):
        return "verify or handshake returns something else than the contract says"
    try:
        first, second = list(door.parse(delivery, config)), list(door.parse(delivery, config))
    except Unreadable:
        return ""
    except Exception as error:  # noqa: BLE001 — the same
        return f"{type(error).__name__} from parse: {error}"[:300]
    if first != second:
        return "parse gave two answers to one delivery"
    return next((told for event in first if (told := _wrong(event))), "")


def _wrong(event: Event) -> str:
    if not event.event_key:
        return "an event without a key"
    if event.occurred_at is not None and event.occurred_at.tzinfo is None:
        return "an instant without a zone"
    return ""


@contextmanager
def without_network() -> Iterator[None]:
    """Makes every connection and name look-up fail for a while."""

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("an adapter's verify and parse may not touch the network")

    held = socket.socket.connect, socket.getaddrinfo
    socket.socket.connect, socket.getaddrinfo = forbidden, forbidden  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        socket.socket.connect, socket.getaddrinfo = held  # type: ignore[method-assign]


def clock_readings(adapter: ChannelAdapter) -> str:
    """Returns where the adapter's own module reads a clock, or nothing; sending is handed its time too."""
    module = sys.modules.get(type(adapter).__module__)
    try:
        tree = ast.parse(inspect.getsource(module)) if module else None
    except (OSError, TypeError):
        return "the source cannot be read"
    for node in ast.walk(tree) if tree else ():
        if (
            isinstance(node, ast.Attribute)
            and node.attr in _CLOCKS
            and isinstance(node.value, ast.Name | ast.Attribute)
        ):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            if owner in _CLOCK_OWNERS:
                return f"line {node.lineno} reads a clock ({owner}.{node.attr})"
    return ""


async def wrong_outcome(sender: Sender, config: ChannelConfig) -> str:
    """Returns the first provider's answer that the adapter misjudges, or nothing."""
    import httpx

    request = SendRequest(ref="out_trial", to=Party(PointKind.HTTP, "+33600000000"), text="Bonjour")

    async def outcome(handler: object) -> Outcome:
        async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as client:  # type: ignore[arg-type]
            context = Context(http=client, now=lambda: NOON)
            return (await sender.send(request, config, context)).outcome

    def raising(error: type[httpx.HTTPError]) -> object:
        def handler(_: httpx.Request) -> httpx.Response:
            raise error("trial")

        return handler

    cases = [
        ("401", lambda _: httpx.Response(401, json={}), {Outcome.AUTH}),
        ("429", lambda _: httpx.Response(429, headers={"Retry-After": "7"}), {Outcome.THROTTLED}),
        ("500", lambda _: httpx.Response(500), {Outcome.RETRY}),
        ("302", lambda _: httpx.Response(302, headers={"Location": "https://example.org"}), {Outcome.CONFIG}),
        ("no connection", raising(httpx.ConnectError), {Outcome.RETRY}),
        ("no answer", raising(httpx.ReadTimeout), {Outcome.UNKNOWN}),
        ("garbage in a success", lambda _: httpx.Response(200, content=b"\xff<"), {Outcome.UNKNOWN, Outcome.OK}),
    ]
    for name, handler, expected in cases:
        try:
            found = await outcome(handler)
        except Exception as error:  # noqa: BLE001 — an adapter never raises for a provider's answer
            return f"{name}: raised {type(error).__name__}"
        if found not in expected:
            return f"{name}: {found.value}, expected {' or '.join(sorted(one.value for one in expected))}"
    return ""
