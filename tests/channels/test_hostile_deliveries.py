"""Whatever anybody sends, a door answers: verify never raises, parse raises nothing but Unreadable."""

import functools
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.channels.adapters import BUILT_IN
from app.channels.contract import Delivery, Event, Verdict, Webhook
from app.channels.errors import Unreadable
from app.channels.registry import Registry
from tests.channels.samples import all_signed
from tests.channels.signing import NOON

TYPES = sorted(set(BUILT_IN) - {"email"})
CONTENT_TYPES = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", ""]
KEYS = sorted(
    [
        "object",
        "entry",
        "messaging",
        "message",
        "changes",
        "value",
        "field",
        "id",
        "text",
        "type",
        "attachments",
        "payload",
        "data",
        "messages",
        "items",
        "event",
        "sender",
        "from",
        "statuses",
        "errors",
        "contacts",
        "logs",
        "record",
        "notifications",
        "status",
        "account",
        "content",
        "update_id",
        "chat",
        "date",
        "answers",
        "Message",
        "Type",
        "notificationType",
        "mail",
        "event-data",
        "signature",
        "delivery",
        "read",
        "postback",
        "channel",
        "recording",
        "timestamp",
        "specversion",
        "source",
    ]
)

_leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(KEYS)
_trees = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=25,
)


@functools.cache
def _door(channel_type: str) -> tuple[Webhook, list[Any]]:
    adapter = Registry.installed().get(channel_type)
    assert isinstance(adapter, Webhook)
    return adapter, [adapter.config_for(None), adapter.config_for("Y2xlZi1kZS10ZXN0")]


def _holds(channel_type: str, delivery: Delivery) -> None:
    door, configs = _door(channel_type)
    for config in configs:
        assert isinstance(door.verify(delivery, config, now=NOON), Verdict)
        door.handshake(delivery, config, now=NOON)
        try:
            first = list(door.parse(delivery, config))
        except Unreadable:
            continue
        assert all(isinstance(event, Event) and event.event_key for event in first)
        assert first == list(door.parse(delivery, config))


_SETTINGS = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("channel_type", TYPES)
@_SETTINGS
@given(tree=_trees)
def test_any_json(channel_type: str, tree: object):
    body = json.dumps(tree).encode()
    _holds(channel_type, Delivery(body=body, headers=[("Content-Type", "application/json")]))


@pytest.mark.parametrize("channel_type", TYPES)
@_SETTINGS
@given(body=st.binary(max_size=200), content_type=st.sampled_from(CONTENT_TYPES), url=st.text(max_size=60))
def test_any_bytes(channel_type: str, body: bytes, content_type: str, url: str):
    headers = [("Content-Type", content_type), ("Authorization", "Bearer é.é.é"), ("webhook-id", "é")]
    _holds(channel_type, Delivery(body=body, headers=headers, url=url))


@pytest.mark.parametrize("channel_type", sorted(all_signed()))
@_SETTINGS
@given(data=st.data())
def test_any_damage_to_a_real_delivery(channel_type: str, data: st.DataObject):
    import base64

    sample = all_signed_once()[channel_type][0]
    body = bytearray(base64.b64decode(sample["body"]))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    headers = list(sample["headers"].items())
    _holds(channel_type, Delivery(body=bytes(body), headers=headers, url=sample["url"]))


@functools.cache
def all_signed_once() -> dict[str, list[dict[str, Any]]]:
    return all_signed()
