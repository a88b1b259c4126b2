"""The envelopes our generic door opens: bare JSON, a Standard Webhooks payload, and CloudEvents in its three modes.

Sources: CloudEvents 1.0, HTTP protocol binding §3 (binary, structured, batched) and Web Hooks §4 (validation); Standard
Webhooks 1.0 ("payload"). Idempotency: (source, id) of a CloudEvent, else `webhook-id`, else the sender's own id.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from app.channels.adapters.http import vocabulary
from app.channels.contract import Delivery, Event, EventType, Handshake
from app.channels.kit.json import JsonRefused, clean_text, load_strict, member, text
from app.channels.kit.keys import digest
from app.channels.kit.times import from_iso

MAX_BYTES = 10 << 20
_MOST_IN_A_BATCH = 100
_STRUCTURED = "application/cloudevents+json"
_BATCHED = "application/cloudevents-batch+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What an envelope held: the type and time it says, the key it gives, the message inside."""

    key: str
    identifier: str | None
    kind: str | None
    data: object
    source: str | None = None
    time: str | None = None
    pointer: str = ""


def read(delivery: Delivery, *, territory: str, zone: str) -> Sequence[Event]:
    """Reads every event of a delivery. An unknown type is ignored with its reason."""
    return [event for opened in _opened(delivery) for event in _events(opened, territory=territory, zone=zone)]


def handshake(delivery: Delivery, *, allowed: Sequence[str], rate: int) -> Handshake | None:
    """Answers the question of CloudEvents' Web Hooks §4.1: may this origin post here, and how fast."""
    origin = delivery.header("WebHook-Request-Origin")
    if delivery.method.upper() != "OPTIONS" or origin is None:
        return None
    plain = clean_text(origin).strip()
    if not plain or len(plain) > 253 or not plain.isprintable() or (allowed and plain not in allowed):
        return Handshake(403, "")
    headers = {"Allow": "POST, OPTIONS", "WebHook-Allowed-Origin": plain, "WebHook-Allowed-Rate": str(rate)}
    return Handshake(200, "", headers=headers)


def _opened(delivery: Delivery) -> Iterator[Opened]:
    content_type = (delivery.header("Content-Type") or "").split(";")[0].strip().lower()
    webhook_id = delivery.header("webhook-id")
    if delivery.header("ce-id") is not None and delivery.header("ce-type") is not None:
        yield _binary(delivery, content_type)
        return
    document = load_strict(delivery.body, max_bytes=MAX_BYTES)
    if content_type == _BATCHED:
        if not isinstance(document, list) or len(document) > _MOST_IN_A_BATCH:
            raise JsonRefused(f"a batch is a list of at most {_MOST_IN_A_BATCH} events")
        for index, item in enumerate(document):
            yield _structured(item, pointer=f"/{index}")
    elif content_type == _STRUCTURED or (text(document, "specversion") and text(document, "id")):
        yield _structured(document, pointer="")
    else:
        yield _plain(delivery, document, webhook_id=webhook_id)


def _binary(delivery: Delivery, content_type: str) -> Opened:
    # Header values are percent-encoded UTF-8 (CloudEvents HTTP binding §3.1.3.2).
    said = {name: clean_text(unquote(delivery.header(f"ce-{name}") or "")) for name in ("id", "source", "type", "time")}
    is_json = "json" in content_type or not content_type
    data = load_strict(delivery.body, max_bytes=MAX_BYTES) if is_json and delivery.body else None
    return Opened(
        key=digest(said["source"], said["id"]),
        identifier=said["id"],
        kind=said["type"],
        data=data,
        source=said["source"],
        time=said["time"] or None,
    )


def _structured(document: object, *, pointer: str) -> Opened:
    identifier, source, kind = text(document, "id"), text(document, "source"), text(document, "type")
    if not identifier or not source or not kind:
        raise JsonRefused("a CloudEvent has an id, a source and a type", pointer=pointer)
    return Opened(
        key=digest(source, identifier),
        identifier=identifier,
        kind=kind,
        data=member(document, "data"),
        source=source,
        time=text(document, "time"),
        pointer=f"{pointer}/data",
    )


def _plain(delivery: Delivery, document: object, *, webhook_id: str | None) -> Opened:
    wrapped = isinstance(document, dict) and "type" in document and "data" in document
    data = member(document, "data") if wrapped else document
    own_id = text(data, "external_id")
    kind = text(document, "type") if wrapped else _implied(data)
    # What is told of a message bears its name too: only the message itself is known by it.
    said_once = own_id if vocabulary.type_of(kind) is EventType.MESSAGE_RECEIVED else None
    return Opened(
        key=webhook_id or said_once or digest(delivery.body.hex()),
        identifier=webhook_id or own_id,
        kind=kind,
        data=data,
        time=text(document, "timestamp") if wrapped else None,
        pointer="/data" if wrapped else "",
    )


def _implied(data: object) -> str | None:
    return "message.received" if vocabulary.looks_like_a_message(data) else text(data, "type")


def _events(opened: Opened, *, territory: str, zone: str) -> Sequence[Event]:
    kind = vocabulary.type_of(opened.kind)
    occurred_at = from_iso(opened.time, zone=zone)
    if kind is None:
        reason = f"no event of ours is named {opened.kind!r}" if opened.kind else "neither a type nor a message"
        return [
            Event(
                type=EventType.IGNORED,
                event_key=opened.key,
                external_id=opened.identifier,
                occurred_at=occurred_at,
                occurred_raw=opened.time,
                reason=reason[:200],
                fields=_envelope(opened),
            )
        ]
    found = vocabulary.events(
        opened.data, kind=kind, key=opened.key, territory=territory, zone=zone, pointer=opened.pointer
    )
    return [_completed(event, opened) for event in found]


def _completed(event: Event, opened: Opened) -> Event:
    # What the message does not say of itself, its envelope says.
    occurred_at = event.occurred_at or from_iso(opened.time)
    external_id = event.external_id if event.external_id != opened.key else opened.identifier or opened.key
    return replace(
        event,
        external_id=external_id,
        occurred_at=occurred_at,
        occurred_raw=event.occurred_raw or opened.time,
        fields={**event.fields, **_envelope(opened)},
    )


def _envelope(opened: Opened) -> Mapping[str, object]:
    said = {"type": opened.kind, "source": opened.source}
    kept = {name: value for name, value in said.items() if value}
    return {"envelope": kept} if opened.source else {}
