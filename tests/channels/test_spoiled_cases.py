"""The cases that ship with each channel, spoiled by chance: an answer or `Unreadable`, the same twice, never anything else.

What arrives is rarely noise: it is a delivery of a provider's next release, a truncated one, a proxy's. Trees of JSON keep
their shape and change a value; forms keep their names; XML and mail are cut and mended at their own marks.
"""

import functools
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.channels.adapters import BUILT_IN
from app.channels.conformance.cases import Case, case_of, documents_of
from app.channels.contract import Event, Verdict, Webhook
from app.channels.errors import Unreadable
from app.channels.parsing import event_document
from app.channels.registry import Registry

TYPES = sorted(BUILT_IN)
# Enough to meet every branch over some nights, few enough for every push.
LIGHT = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=False)
STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(
        ["", "\u202e", "\x00", "9" * 400, "=?utf-8?B?", "https://[", "2026-02-30T25:61:00+99:99", "-0", "1e400"]
    ),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["id", "text", "type", "url"]), st.text(max_size=3), max_size=2),
)
CRUMBS = st.sampled_from(
    [b"", b"<", b">", b"&", b"\r\n", b"\r\n\r\n", b"--", b"=", b"\xff", b"<!--", b"]]>", b":", b'"', b"%", b"="]
)


BUILT = Registry.installed(allowed=set(BUILT_IN))


@functools.cache
def cases_of(channel_type: str) -> list[Case]:
    adapter = BUILT.get(channel_type)
    return [case_of(adapter, name, document) for name, document in documents_of(adapter)]


def holds(channel_type: str, case: Case, body: bytes) -> None:
    door = BUILT.get(channel_type)
    assert isinstance(door, Webhook)
    delivery = replace(case.delivery, body=body)
    assert isinstance(door.verify(delivery, case.config, now=case.now), Verdict)
    assert read(door, delivery, case) == read(door, delivery, case)


def read(door: Webhook, delivery: Any, case: Case) -> list[Event] | str:
    try:
        events = list(door.parse(delivery, case.config))
    except Unreadable as refusal:
        return str(refusal)
    for event in events:
        assert event.event_key
        assert event.occurred_at is None or event.occurred_at.tzinfo is not None
        json.dumps(event_document(event), ensure_ascii=False).encode("utf-8", "surrogatepass")
    return events


def places(tree: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a tree, the root left out."""
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [found for key, value in inside for found in ((*path, key), *places(value, (*path, key)))]


def changed(tree: Any, path: tuple[Any, ...], change: Callable[[Any], Any]) -> Any:
    if not path:
        return change(tree)
    copy = dict(tree) if isinstance(tree, dict) else list(tree)
    copy[path[0]] = changed(copy[path[0]], path[1:], change)
    return copy


def spoiled_json(data: st.DataObject, tree: Any) -> bytes:
    for _ in range(data.draw(st.integers(1, 3))):
        every = places(tree)
        if not every:
            break
        path = data.draw(st.sampled_from(every))
        match data.draw(st.sampled_from(["value", "gone", "nested", "json"])):
            case "value":
                value = data.draw(STRANGE)
                tree = changed(tree, path, lambda _, value=value: value)
            case "gone":
                tree = changed(tree, path[:-1], lambda holder, key=path[-1]: without(holder, key))
            case "nested":
                tree = changed(tree, path, lambda value: [value, {"id": value}])
            case _:
                tree = changed(tree, path, json.dumps)
    return json.dumps(tree).encode()


def without(holder: Any, key: Any) -> Any:
    if isinstance(holder, dict):
        return {name: value for name, value in holder.items() if name != key}
    return [value for number, value in enumerate(holder) if number != key]


def spoiled_form(data: st.DataObject, pairs: list[tuple[str, str]]) -> bytes:
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(pairs) - 1))
        value = data.draw(
            st.text(max_size=12) | st.sampled_from(["", "-1", "9" * 400, "\x00", "whatsapp:", "+", "{}", "[["])
        )
        name = data.draw(st.sampled_from([pairs[place][0], pairs[place][0].lower(), pairs[0][0]]))
        pairs = [*pairs[:place], (name, value), *pairs[place + data.draw(st.integers(0, 1)) :]]
    return urlencode(pairs, encoding="utf-8", errors="surrogatepass").encode()


def spoiled_bytes(data: st.DataObject, body: bytes) -> bytes:
    for _ in range(data.draw(st.integers(1, 4))):
        at, until = sorted(data.draw(st.tuples(st.integers(0, len(body)), st.integers(0, len(body)))))
        middle = data.draw(st.sampled_from([b"", body[at:until] * 2, body[at:until][::-1]]))
        body = body[:at] + data.draw(CRUMBS) + middle + body[until:]
    return body[:200_000]


@pytest.mark.parametrize("channel_type", TYPES)
@LIGHT
@given(data=st.data())
def test_a_spoiled_case_is_answered_or_unreadable(channel_type: str, data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(cases_of(channel_type)))
    body = case.delivery.body
    try:
        tree = json.loads(body)
    except ValueError:
        tree = None
    form = "urlencoded" in (case.delivery.header("Content-Type") or "")
    if isinstance(tree, dict | list):
        holds(channel_type, case, spoiled_json(data, tree))
    elif form and (pairs := parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)):
        holds(channel_type, case, spoiled_form(data, pairs))
    else:
        holds(channel_type, case, spoiled_bytes(data, body))
