"""The generic message: the vocabulary of `POST /channels/{id}/messages`, whatever envelope brings it.

Our own door: what is not understood is refused with a pointer, because an integrator can mend it and a citizen cannot.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.channels.contract import Attachment, DeliveryStatus, Event, EventType, Geo, Party, PointKind
from app.channels.kit.json import JsonRefused, member, number, text
from app.channels.kit.opt_out import with_opt_out
from app.channels.kit.phone import phone_party
from app.channels.kit.signatures import sha256_hex
from app.channels.kit.times import from_iso

_TYPES = {
    "message.received": EventType.MESSAGE_RECEIVED,
    "message.edited": EventType.MESSAGE_EDITED,
    "message.deleted": EventType.MESSAGE_DELETED,
    "message.delivery": EventType.DELIVERY_UPDATE,
    "message.opt_out": EventType.OPT_OUT,
    "message.call": EventType.MESSAGE_RECEIVED,
}
_WORDS = ("text", "html", "subject", "attachments")


def type_of(name: str | None) -> EventType | None:
    """Returns the event a type name stands for: `fr.parvis.message.received.v1`, or the short `message.received`."""
    return _TYPES.get((name or "").removeprefix("fr.parvis.").removesuffix(".v1"))


def looks_like_a_message(document: object) -> bool:
    return isinstance(document, dict) and any(name in document for name in _WORDS)


def events(
    document: object, *, kind: EventType, key: str, territory: str, zone: str, pointer: str = ""
) -> Sequence[Event]:
    """Reads one message, or one thing said about a message. Raises `JsonRefused` with the pointer of a fault."""
    if not isinstance(document, Mapping):
        raise JsonRefused("a message is an object", pointer=pointer)
    occurred = text(document, "occurred_at")
    occurred_at = from_iso(occurred, zone=zone)
    if occurred is not None and occurred_at is None:
        raise JsonRefused("not an RFC 3339 instant", pointer=f"{pointer}/occurred_at")
    event = Event(
        type=kind,
        event_key=key,
        external_id=text(document, "external_id") or key,
        account=text(document, "account"),
        sender=_party(member(document, "sender"), territory=territory, pointer=f"{pointer}/sender"),
        recipients=_recipients(document, territory=territory, pointer=pointer),
        subject=_text(document, "subject", pointer=pointer),
        text=_text(document, "text", pointer=pointer),
        html=_text(document, "html", pointer=pointer),
        attachments=_pieces(document, pointer=pointer),
        occurred_at=occurred_at,
        occurred_raw=occurred,
        thread_key=text(document, "conversation_ref"),
        in_reply_to=_strings(document, "in_reply_to"),
        references=_strings(document, "references"),
        automatic=member(document, "automatic") is True,
        public=member(document, "public") is True,
        geo=_geo(document, pointer=pointer),
        fields=_fields(document, pointer=pointer),
    )
    return _about_another(event, document, pointer=pointer) if kind is not EventType.MESSAGE_RECEIVED else _said(event)


def _said(event: Event) -> Sequence[Event]:
    if event.text is None and event.html is None and event.subject is None and not event.attachments:
        return [replace(event, warnings=["a message without words nor pieces"])]
    return with_opt_out(event)


def _about_another(event: Event, document: Mapping[str, object], *, pointer: str) -> Sequence[Event]:
    subject = text(document, "reports_on") or text(document, "ref") or text(document, "external_id")
    status = text(document, "status")
    if event.type is not EventType.DELIVERY_UPDATE:
        return [replace(event, reports_on=subject)]
    if status not in {known.value for known in DeliveryStatus}:
        raise JsonRefused("not a delivery status", pointer=f"{pointer}/status")
    return [replace(event, reports_on=subject, status=DeliveryStatus(status), reason=text(document, "reason"))]


def _party(value: object, *, territory: str, pointer: str) -> Party | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise JsonRefused("somebody is an object with kind, address and display_name", pointer=pointer)
    kind, address, name = text(value, "kind") or "http", text(value, "address"), text(value, "display_name")
    if kind not in {known.value for known in PointKind}:
        raise JsonRefused("not a kind of address", pointer=f"{pointer}/kind")
    if kind == PointKind.PHONE and address:
        found = phone_party(address, territory=territory)
        return Party(found.kind, found.address, name) if found else None
    if kind == PointKind.EMAIL and address:
        local, _, domain = address.strip().rpartition("@")
        address = f"{local}@{domain.lower()}" if local else address
    return Party(PointKind(kind), address, name)


def _recipients(document: Mapping[str, object], *, territory: str, pointer: str) -> Sequence[Party]:
    listed = member(document, "recipients")
    if not isinstance(listed, list):
        return []
    found = (
        _party(item, territory=territory, pointer=f"{pointer}/recipients/{index}") for index, item in enumerate(listed)
    )
    return [party for party in found if party]


def _text(document: Mapping[str, object], name: str, *, pointer: str) -> str | None:
    value = member(document, name)
    if value is not None and not isinstance(value, str):
        raise JsonRefused("not a string", pointer=f"{pointer}/{name}")
    return value


def _strings(document: Mapping[str, object], name: str) -> Sequence[str]:
    value = member(document, name)
    listed = value if isinstance(value, list) else [value]
    return [item for item in listed if isinstance(item, str)]


def _geo(document: Mapping[str, object], *, pointer: str) -> Geo | None:
    location = member(document, "location")
    if location is None:
        return None
    lat, lon = number(location, "lat"), number(location, "lon")
    if lat is None or lon is None:
        return None  # an address without a position: it is kept among the fields
    if abs(lat) > 90 or abs(lon) > 180:
        raise JsonRefused("not a place on Earth (WGS 84, degrees)", pointer=f"{pointer}/location")
    return Geo(lat, lon)


def _fields(document: Mapping[str, object], *, pointer: str) -> Mapping[str, object]:
    fields = member(document, "fields")
    if fields is not None and not isinstance(fields, Mapping):
        raise JsonRefused("fields are an object", pointer=f"{pointer}/fields")
    address = text(document, "location", "address")
    return {**(fields or {}), **({"address": address} if address else {})}


def _pieces(document: Mapping[str, object], *, pointer: str) -> Sequence[Attachment]:
    listed = member(document, "attachments")
    if listed is None:
        return []
    if not isinstance(listed, list):
        raise JsonRefused("attachments are a list", pointer=f"{pointer}/attachments")
    return [_piece(item, pointer=f"{pointer}/attachments/{index}") for index, item in enumerate(listed)]


def _piece(item: object, *, pointer: str) -> Attachment:
    name, content_type = text(item, "name"), text(item, "content_type") or "application/octet-stream"
    content_id, encoded = text(item, "content_id"), text(item, "content")
    if encoded is None:
        source = text(item, "upload_id") or text(item, "url")
        if source is None:
            raise JsonRefused("a piece has content (base64), an upload_id or a url", pointer=pointer)
        size = number(item, "size")
        return Attachment(
            name=name,
            content_type=content_type,
            size=int(size) if size is not None else None,
            content_id=content_id,
            sha256=text(item, "sha256"),
            source=source,
        )
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise JsonRefused("not base64", pointer=f"{pointer}/content") from None
    return Attachment(
        name=name,
        content_type=content_type,
        size=len(content),
        content_id=content_id,
        sha256=sha256_hex(content),
        content=content,
    )
