"""`parvis channels parse`: one delivery in, what the platform would understand of it out. Pure: no database, no network.

A delivery whose `now` is not given is judged without freshness: it is a replay, and no clock is read.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from app.channels.contract import (
    Attachment,
    ChannelAdapter,
    ChannelConfig,
    Delivery,
    Event,
    EventType,
    Handshake,
    Party,
    Verdict,
    Webhook,
)
from app.channels.errors import ChannelError, Unreadable
from app.channels.kit.json import member, number, text
from app.channels.kit.keys import digest
from app.channels.kit.signatures import sha256_hex
from app.channels.kit.times import from_iso
from app.channels.registry import Registry

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class MalformedDelivery(ChannelError):
    """The file is not a delivery: it names what is wrong with it."""


def parse_delivery_file(channel_type: str, document: Mapping[str, object], registry: Registry) -> dict[str, object]:
    """Parses one delivery file: `method`, `url`, `headers`, `body`, `body_encoding`, `secret`, `now`.

    Raises `MalformedDelivery`, `UnknownChannelType` or `BrokenChannelType`; never because of what the delivery says.
    """
    delivery, adapter = delivery_of(document), registry.get(channel_type)
    config, now = trial_of(adapter, document)
    return _parsed(adapter, delivery, config=config, now=now)


def parse_raw(channel_type: str, raw: bytes, registry: Registry) -> dict[str, object]:
    """Parses one message as it lies on disk (RFC 5322 for `email`): there is no request around it, so no signature."""
    adapter = registry.get(channel_type)
    config, now = trial_of(adapter, {})
    return _parsed(adapter, Delivery(body=raw), config=config, now=now)


def trial_of(adapter: ChannelAdapter, document: Mapping[str, object]) -> tuple[ChannelConfig, datetime]:
    """Returns the configuration a sample is tried in, and its instant; without one, freshness is not judged."""
    try:
        config = adapter.config_for(secret_of(document))
    except ValueError as error:  # pydantic's message would repeat the secret
        raise MalformedDelivery(f"the secret is not one for {adapter.meta.type}") from error
    now = _now(document)
    return (config, now) if now else (_without_freshness(config), _EPOCH)


def delivery_of(document: Mapping[str, object]) -> Delivery:
    """Returns the request a delivery file holds. Raises `MalformedDelivery` naming what is wrong with the file."""
    if not isinstance(document, Mapping):
        raise MalformedDelivery("a delivery file is a JSON object")
    return Delivery(
        method=_string(document, "method") or "POST",
        url=_string(document, "url") or "",
        headers=_headers(document.get("headers")),
        body=_body(document),
    )


def secret_of(document: Mapping[str, object]) -> str | None:
    return _string(document, "secret")


def _parsed(adapter: ChannelAdapter, delivery: Delivery, *, config: ChannelConfig, now: datetime) -> dict[str, object]:
    door = adapter if isinstance(adapter, Webhook) else None
    handshake = door.handshake(delivery, config, now=now) if door else None
    verdict = door.verify(delivery, config, now=now) if door else Verdict(None)
    events = [] if handshake or verdict.verified is False or door is None else _events(door, delivery, config)
    return {
        "verified": verdict.verified,
        "refused": verdict.refused,
        "handshake": _handshake(handshake),
        "events": [event_document(event) for event in events],
    }


def _events(door: Webhook, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
    try:
        return door.parse(delivery, config)
    except Unreadable as error:
        # The platform holds such a delivery for a person; here it is told in the same place as the rest.
        key = digest(delivery.method, delivery.url, delivery.body.hex())
        return [Event(type=EventType.CHANNEL_PROBLEM, event_key=key, reason=f"unreadable: {error}")]


def _without_freshness(config: ChannelConfig) -> ChannelConfig:
    return config.model_copy(update={"tolerance_s": None}) if "tolerance_s" in type(config).model_fields else config


def event_document(event: Event) -> dict[str, object]:
    """Returns an event with every key of the outside contract, ready for JSON; contents stay out, their digest is in."""
    return {
        "type": event.type.value,
        "event_key": event.event_key,
        "external_id": event.external_id,
        "account": event.account,
        "sender": _party(event.sender),
        "recipients": [_party(party) for party in event.recipients],
        "subject": event.subject,
        "text": event.text,
        "text_new": event.text_new,
        "html": event.html,
        "attachments": [_attachment(piece) for piece in event.attachments if not piece.embedded],
        "embedded": [_attachment(piece) for piece in event.attachments if piece.embedded],
        "occurred_at": event.occurred_at.isoformat().replace("+00:00", "Z") if event.occurred_at else None,
        "occurred_raw": event.occurred_raw,
        "thread_key": event.thread_key,
        "in_reply_to": list(event.in_reply_to),
        "references": list(event.references),
        "automatic": event.automatic,
        "public": event.public,
        "geo": {"lat": event.geo.lat, "lon": event.geo.lon} if event.geo else None,
        "fields": json.loads(json.dumps(dict(event.fields), default=str)),
        "status": event.status.value if event.status else None,
        "reports_on": event.reports_on,
        "warnings": list(event.warnings),
        "reason": event.reason,
    }


def _party(party: Party | None) -> dict[str, object] | None:
    if party is None:
        return None
    return {"kind": party.kind.value, "address": party.address, "display_name": party.display_name}


def _attachment(piece: Attachment) -> dict[str, object]:
    content = piece.content
    return {
        "name": piece.name,
        "content_type": piece.content_type,
        "size": len(content) if content is not None else piece.size,
        "content_id": piece.content_id,
        "sha256": sha256_hex(content) if content is not None else piece.sha256,
    }


def _handshake(answer: Handshake | None) -> dict[str, object] | None:
    if answer is None:
        return None
    return {
        "status": answer.status,
        "body": answer.body,
        "content_type": answer.content_type,
        "headers": dict(answer.headers),
    }


def _body(document: Mapping[str, object]) -> bytes:
    body, encoding = _string(document, "body") or "", _string(document, "body_encoding") or "utf8"
    if encoding == "utf8":
        return body.encode("utf-8", "surrogatepass")
    if encoding != "base64":
        raise MalformedDelivery("body_encoding is utf8 or base64")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedDelivery("the body is not base64") from None


def _headers(value: object) -> Sequence[tuple[str, str]]:
    if value is None:
        return []
    pairs = list(value.items()) if isinstance(value, Mapping) else value
    if not isinstance(pairs, list):
        raise MalformedDelivery("headers are an object, or a list of pairs")
    result = []
    for pair in pairs:
        if not isinstance(pair, tuple | list) or len(pair) != 2 or not all(isinstance(part, str) for part in pair):
            raise MalformedDelivery("a header is a name and a value, both strings")
        result.append((str(pair[0]), str(pair[1])))
    return result


def _string(document: Mapping[str, object], name: str) -> str | None:
    value = document.get(name)
    if value is not None and not isinstance(value, str):
        raise MalformedDelivery(f"{name} is a string or null")
    return value


def _now(document: Mapping[str, object]) -> datetime | None:
    """Returns the instant to judge freshness by: `now`, or the clock that signed test vectors carry (`verify.clock`)."""
    written = document.get("now")
    if written is not None:
        found = from_iso(written)
        if found is None:
            raise MalformedDelivery("now is an RFC 3339 instant or null")
        return found
    clock = number(document, "verify", "clock")
    if clock is not None:
        return datetime.fromtimestamp(clock, UTC)
    return from_iso(text(member(document, "verify"), "clock"))
