"""What Vonage tells: messages of the SMS API and of the Messages API, whatever network carried them, and receipts.

Sources: developer.vonage.com/en/messaging/sms/guides/inbound-sms, /delivery-receipts, /api/messages (inbound message).
"""

from collections.abc import Mapping, Sequence

from app.channels.contract import Attachment, DeliveryStatus, Event, EventType, Geo, Party, PointKind
from app.channels.kit.json import member, number, objects, text
from app.channels.kit.keys import digest
from app.channels.kit.opt_out import with_opt_out
from app.channels.kit.phone import phone_party
from app.channels.kit.times import from_epoch, from_iso

STATUSES = {
    "submitted": DeliveryStatus.ACCEPTED,
    "accepted": DeliveryStatus.SENT,
    "buffered": DeliveryStatus.SENT,
    "unknown": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "expired": DeliveryStatus.FAILED,
    "failed": DeliveryStatus.FAILED,
    "rejected": DeliveryStatus.FAILED,
    "undeliverable": DeliveryStatus.FAILED,
}
_PIECES = ("image", "audio", "video", "file", "sticker", "vcard")
_TYPES = {"file": "application/octet-stream", "sticker": "image/webp", "vcard": "text/vcard"}
_NUMBERED = {"", "sms", "mms", "rcs", "viber_service", "viber_service_msg"}  # who writes is a telephone number there


def message(document: Mapping[str, object], *, identifier: str, territory: str) -> Sequence[Event]:
    stamp = text(document, "message-timestamp") or text(document, "timestamp")
    to = _party(document, "to", territory=territory)
    message = Event(
        type=EventType.MESSAGE_RECEIVED,
        event_key=identifier,
        external_id=identifier,
        account=text(document, "api-key"),
        sender=_party(document, "msisdn", territory=territory) or _party(document, "from", territory=territory),
        recipients=[to] if to else [],
        text=_words(document),
        attachments=_pieces(document),
        geo=_geo(document),
        in_reply_to=[answered] if (answered := text(document, "context", "message_uuid")) else [],
        # "2020-01-01 12:00:00", in UTC.
        occurred_at=from_iso(stamp) or from_epoch(stamp),
        occurred_raw=stamp,
        fields=_fields(document),
        warnings=["Vonage does not pass on what was sent"] if text(document, "message_type") == "unsupported" else [],
    )
    part, total = number(document, "concat-part"), number(document, "concat-total")
    group = text(document, "concat-ref")
    if text(document, "concat") == "true" and part and total and group:
        person = message.sender.address if message.sender else None
        return [_part(message, group=digest(person, group), index=int(part), total=int(total))]
    return with_opt_out(message)


def _part(message: Event, *, group: str, index: int, total: int) -> Event:
    return Event(
        type=EventType.PART_RECEIVED,
        event_key=message.event_key,
        external_id=message.external_id,
        account=message.account,
        sender=message.sender,
        recipients=message.recipients,
        text=message.text,
        occurred_at=message.occurred_at,
        occurred_raw=message.occurred_raw,
        fields={**message.fields, "group": group, "index": index, "total": total},
    )


def status_of(document: Mapping[str, object], *, identifier: str, status: str, territory: str) -> Event:
    # A receipt of the SMS API names the person `msisdn` and us `to`; one of the Messages API names the person `to`.
    person = _party(document, "to" if "message_uuid" in document else "msisdn", territory=territory)
    stamp = text(document, "message-timestamp") or text(document, "timestamp")
    code = text(document, "err-code") or text(document, "error", "title")
    reason = text(document, "error", "detail")
    kept = {"status": status, "error_code": code, "ref": text(document, "client-ref") or text(document, "client_ref")}
    return Event(
        type=EventType.DELIVERY_UPDATE,
        event_key=digest(identifier, status, stamp),
        external_id=identifier,
        recipients=[person] if person else [],
        occurred_at=from_iso(stamp) or from_epoch(stamp),
        occurred_raw=stamp,
        status=STATUSES[status],
        reports_on=identifier,
        fields={name: said for name, said in kept.items() if said},
        reason=reason or (f"Vonage {code}" if code and code != "0" else None),
    )


def named(document: Mapping[str, object], name: str) -> str | None:
    return text(document, name) or text(document, name, "number") or text(document, name, "id")


def _channel(document: Mapping[str, object], name: str) -> str:
    """The network of a message; the first version of the Messages API says it of each party."""
    return text(document, "channel") or text(document, name, "type") or ""


def _party(document: Mapping[str, object], name: str, *, territory: str) -> Party | None:
    address, channel = named(document, name), _channel(document, name)
    if address is not None and channel == "whatsapp":
        if not address.lstrip("+").isdecimal():
            return Party(PointKind.WHATSAPP_USER, address, text(document, "profile", "name"))
        return Party(PointKind.WHATSAPP, address.lstrip("+"), text(document, "profile", "name"))
    if address is not None and channel == "messenger":
        return Party(PointKind.MESSENGER, address, text(document, "profile", "name"))
    if address is not None and channel == "instagram":
        return Party(PointKind.INSTAGRAM, address, text(document, "profile", "name"))
    if channel not in _NUMBERED:
        return Party(PointKind.UNKNOWN, address) if address else None
    return phone_party(address, territory=territory, international=True)


def _words(document: Mapping[str, object]) -> str:
    """What the person said: their words, a caption, the button or the line of a list they chose, a card, an order."""
    content = member(document, "message", "content")
    said = text(document, "text") or text(content, "text")
    captions = [text(document, kind, "caption") or text(content, kind, "caption") for kind in _PIECES]
    chosen = (text(document, "button", "text"), text(document, "reply", "title"))
    found = next((one for one in (said, *captions, *chosen) if one), "")
    if not found and isinstance(member(document, "location"), dict):
        found = ", ".join(part for name in ("name", "address") if (part := text(document, "location", name)))
    if not found and (cards := [*objects(document, "contacts"), *objects(document, "contact", "contacts")]):
        found = "\n".join(text(card, "name", "formatted_name") or "?" for card in cards)
    if not found and isinstance(member(document, "order"), dict):
        found = "\n".join(
            f"{text(item, 'quantity') or '1'} × {text(item, 'product_retailer_id') or '?'}"
            for item in objects(document, "order", "product_items")
        )
    return found


def _geo(document: Mapping[str, object]) -> Geo | None:
    lat, lon = number(document, "location", "lat"), number(document, "location", "long")
    return Geo(lat, lon) if lat is not None and lon is not None else None


def _fields(document: Mapping[str, object]) -> dict[str, object]:
    kept = {
        **{name: text(document, name) for name in ("type", "channel", "message_type")},
        "keyword": text(document, "keyword") or text(document, "sms", "keyword"),
        "payload": text(document, "button", "payload") or text(document, "reply", "id"),
    }
    return {name: said for name, said in kept.items() if said}


def _pieces(document: Mapping[str, object]) -> Sequence[Attachment]:
    content = member(document, "message", "content")
    found = [
        Attachment(name=text(holder, kind, "name"), content_type=_TYPES.get(kind, f"{kind}/*"), source=url)
        for holder in (document, content)
        for kind in _PIECES
        if isinstance(member(holder, kind), dict) and (url := text(holder, kind, "url"))
    ]
    # Several pieces of one MMS come as a list, each with its kind.
    listed = [
        Attachment(name=text(one, "name"), content_type=_TYPES.get(kind, f"{kind}/*"), source=url)
        for one in objects(document, "content")
        if (url := text(one, "url")) and (kind := text(one, "type"))
    ]
    return [*found, *listed]
