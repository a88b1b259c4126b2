"""Deliveries nobody would send by accident, and those a network spoils; and what an adapter must not do with them."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from app.channels.contract import ChannelConfig, Delivery, Event, Handshake, Verdict, Webhook
from app.channels.errors import Unreadable

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
MOST_CUTS = 1500  # of one case: beyond, they are further apart than seven bytes
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
# The members by which providers say what a delivery is.
_KINDS = {"type", "kind", "event", "event_type", "eventType", "notificationType", "object", "field", "@type", "$type"}
_UNHEARD = "parvis.unheard-of"
_MARK = "parvis-spoiled-here"
_SPOILED = ("null", "[]", "{}", "true", "-1", "9" * 400, "1e308", '""', '"\\ud800\\u0000\\u202e"', "[" * 60 + "]" * 60)
MOST_LEAVES = 120


def hostile() -> Iterator[Delivery]:
    """Yields deliveries nobody would send by accident."""
    for body in _BODIES:
        for content_type in _TYPES:
            yield Delivery(body=body, headers=[("Content-Type", content_type)], url="https://example.fr/hooks/x")
    for url in _URLS:
        for method in ("GET", "POST", "OPTIONS", "BREW"):
            headers = [("webhook-request-origin", "\x00\u2028"), ("Authorization", "Bearer a.b.c"), ("ce-id", "1")]
            yield Delivery(body=b"{}", method=method, url=url, headers=headers)


def cut_short(delivery: Delivery) -> Iterator[Delivery]:
    """Yields a delivery cut at every seventh byte."""
    size = len(delivery.body)
    for at in range(0, size, max(7, size // MOST_CUTS)):
        yield replace(delivery, body=delivery.body[:at])


def other_headers(delivery: Delivery) -> Iterator[Delivery]:
    """Yields a delivery whose headers are gone, sent twice, or forged before or after the genuine ones."""
    yield replace(delivery, headers=[])
    forged = [(name, value[::-1]) for name, value in delivery.headers]
    for headers in ([*delivery.headers, *delivery.headers], [*forged, *delivery.headers], [*delivery.headers, *forged]):
        yield replace(delivery, headers=headers)


def other_case(delivery: Delivery) -> Iterator[Delivery]:
    """Yields a delivery whose header names are written otherwise (RFC 9110 §5.1: their case means nothing)."""
    for written in (str.lower, str.upper):
        yield replace(delivery, headers=[(written(name), value) for name, value in delivery.headers])


def come_again(delivery: Delivery) -> Delivery:
    """Returns a delivery as a provider, or a proxy, sends it a second time: the same but for what travels around it."""
    around = [("Date", "Mon, 05 Jan 2026 13:00:00 GMT"), ("X-Request-Id", "again-2"), ("X-Retry-Count", "2")]
    return replace(delivery, headers=[*around, *delivery.headers])


def of_unknown_kind(delivery: Delivery) -> Iterator[Delivery]:
    """Yields a JSON delivery whose kind nobody heard of: the providers' next release."""
    try:
        document = json.loads(delivery.body)
    except (ValueError, RecursionError):
        return
    for name in sorted(_kinds_in(document)):
        yield replace(delivery, body=json.dumps(_renamed(document, name)).encode())


def spoiled(delivery: Delivery) -> Iterator[Delivery]:
    """Yields a JSON delivery with one of its values turned into what nobody expects there, one after the other."""
    try:
        document = json.loads(delivery.body)
    except (ValueError, RecursionError):
        return
    for at in range(min(_leaves(document), MOST_LEAVES)):
        for written in _SPOILED:
            body = json.dumps(_with_leaf(document, at, _MARK)[0]).replace(f'"{_MARK}"', written)
            yield replace(delivery, body=body.encode())
    if isinstance(document, dict) and document:  # every member twice: which of the two is meant?
        inside = json.dumps(document)[1:-1]
        yield replace(delivery, body=f"{{{inside},{inside}}}".encode())


def changed_by_a_byte(delivery: Delivery) -> Iterator[Delivery]:
    """Yields a delivery with one byte of its body changed, at several places; without a body, there is none."""
    size = len(delivery.body)
    for at in sorted({0, size // 3, size // 2, size - 1}) if size else ():
        flipped = bytes([delivery.body[at] ^ 1])
        yield replace(delivery, body=delivery.body[:at] + flipped + delivery.body[at + 1 :])


def swollen(delivery: Delivery, *, size: int) -> Iterator[Delivery]:
    """Yields a delivery of about that size: its longest word repeated, and garbage of two shapes."""
    words = max(re.findall(rb"[A-Za-z]{3,}", delivery.body) or [b""], key=len)
    if words:
        at = delivery.body.rindex(words)
        filling = (
            (words + b" ") * (size // (len(words) + 1)) if b"{" in delivery.body[:1] else words * (size // len(words))
        )
        yield replace(delivery, body=delivery.body[:at] + filling + delivery.body[at:])
    yield replace(delivery, body=b"[" * size)
    yield replace(delivery, body=b'{"a":"' + b"\\u0041" * (size // 6) + b'"}')


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
    return wrong_events(first)


def wrong_events(events: list[Event]) -> str:
    """Returns what no event may be, or nothing."""
    known: dict[str, Event] = {}
    if any(known.setdefault(event.event_key, event) != event for event in events):  # the same thing said twice is once
        return "two events of one delivery have the same key: the second would be taken for the first"
    return next((told for event in events if (told := _wrong(event))), "")


def _wrong(event: Event) -> str:
    if not event.event_key:
        return "an event without a key"
    if event.occurred_at is not None and event.occurred_at.tzinfo is None:
        return "an instant without a zone"
    if event.sender is not None and event.sender.address == "":
        return "a sender with an empty address: None says that nobody knows it"
    return ""


def _kinds_in(value: object) -> set[str]:
    if isinstance(value, list):
        return {name for one in value for name in _kinds_in(one)}
    if not isinstance(value, dict):
        return set()
    own = {name for name, inner in value.items() if name in _KINDS and isinstance(inner, str)}
    return own | {name for inner in value.values() for name in _kinds_in(inner)}


def _renamed(value: object, name: str) -> object:
    if isinstance(value, list):
        return [_renamed(one, name) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _UNHEARD if key == name and isinstance(inner, str) else _renamed(inner, name)
        for key, inner in value.items()
    }


def _leaves(value: object) -> int:
    if isinstance(value, dict):
        return sum(_leaves(inner) for inner in value.values())
    if isinstance(value, list):
        return sum(_leaves(inner) for inner in value)
    return 1


def _with_leaf(value: object, at: int, given: object) -> tuple[object, int]:
    """Returns a document whose leaf number `at` is another, and how many leaves of it were passed."""
    if isinstance(value, dict | list):
        passed, made = 0, []
        for inner in value.values() if isinstance(value, dict) else value:
            written, more = _with_leaf(inner, at - passed, given)
            made.append(written)
            passed += more
        return (dict(zip(value, made, strict=True)) if isinstance(value, dict) else made), passed
    return (given if at == 0 else value), 1
