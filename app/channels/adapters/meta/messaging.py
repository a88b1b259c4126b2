"""Conversations of Messenger and Instagram: the elements of `messaging` and `standby`.

Source: developers.facebook.com/docs/messenger-platform/reference/webhook-events. A batch may mix accounts; nothing in
one element depends on another.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.channels.contract import Attachment, DeliveryStatus, Event, EventType, Geo, Party, PointKind
from app.channels.kit.json import member, number, objects, text
from app.channels.kit.keys import digest
from app.channels.kit.opt_out import with_opt_out
from app.channels.kit.times import from_epoch

# The three sizes of the thumb that Messenger's own button sends, as a picture without words.
_LIKES = {"369239263222822", "369239343222814", "369239383222810"}
_CONTENT_TYPES = {"image": "image/*", "video": "video/*", "audio": "audio/*"}
_WITHOUT_PIECE = {"location", "fallback", "template", "appointment_booking"}
STANDBY = "another application holds this conversation: answering takes it over (handover protocol)"


@dataclass(frozen=True, slots=True)
class Element:
    """One element of `messaging`, with what all its events share."""

    value: Mapping[str, object]
    kind: PointKind
    account: str | None
    standby: bool = False

    @property
    def person(self) -> Party | None:
        address = text(self.value, "sender", "id")
        return Party(self.kind, address) if address else None

    @property
    def occurred_at(self) -> datetime | None:
        return from_epoch(member(self.value, "timestamp"))

    def event(self, kind: EventType, key: str, *, reason: str | None = None) -> Event:
        address = text(self.value, "recipient", "id")
        return Event(
            type=kind,
            event_key=key,
            account=self.account,
            sender=self.person,
            recipients=[Party(self.kind, address)] if address else [],
            occurred_at=self.occurred_at,
            occurred_raw=text(self.value, "timestamp"),
            thread_key=text(self.value, "sender", "id"),
            warnings=[STANDBY] if self.standby else [],
            reason=reason,
        )

    def key(self, *parts: object) -> str:
        """Returns a key for what carries no id: account, person, instant and content."""
        person, instant = text(self.value, "sender", "id"), text(self.value, "timestamp")
        return digest(self.account, person, instant, *parts)


def of_entry(entry: Mapping[str, object], *, kind: PointKind, account: str | None) -> Iterator[Event]:
    """Yields the events of an entry's conversations, those another application holds included."""
    for value in objects(entry, "messaging"):
        yield from events(Element(value, kind, account))
    for value in objects(entry, "standby"):
        yield from events(Element(value, kind, account, standby=True))


def events(element: Element) -> Iterator[Event]:
    """Reads one element. What is unknown is ignored with its reason."""
    value = element.value
    if isinstance(member(value, "message"), dict):
        yield from _message(element)
    elif isinstance(member(value, "message_edit"), dict):
        yield _edited(element)
    elif isinstance(member(value, "postback"), dict):
        yield _postback(element)
    elif isinstance(member(value, "delivery"), dict):
        yield from _delivered(element)
    elif isinstance(member(value, "read"), dict):
        yield _read(element)
    elif isinstance(member(value, "policy_enforcement"), dict):
        yield _enforced(element)
    else:
        known = ("reaction", "referral", "optin", "pass_thread_control", "take_thread_control", "app_roles")
        what = next((name for name in known if name in value), "unknown element")
        ignored = element.event(EventType.IGNORED, element.key(what, repr(member(value, what))), reason=what)
        yield replace(
            ignored,
            external_id=text(value, what, "mid"),
            fields={name: said for name in ("emoji", "action", "ref") if (said := text(value, what, name))},
        )


def _message(element: Element) -> Iterator[Event]:
    message = member(element.value, "message")
    mid = text(message, "mid")
    if member(message, "is_deleted") is True:
        deleted = element.event(EventType.MESSAGE_DELETED, f"{mid}:deleted" if mid else element.key("deleted"))
        yield replace(deleted, external_id=mid, reports_on=mid)
        return
    received = _content(element, message, mid=mid)
    if member(message, "is_echo") is True:
        # Written from the page itself: by us, by another tool, or by a colleague in Meta's own inbox.
        person = text(element.value, "recipient", "id")
        echo = replace(received, type=EventType.OWN_ECHO, thread_key=person, reports_on=mid, warnings=[])
        # The metadata we send with a message is our own reference.
        ref = text(message, "metadata")
        named = {"ref": ref} if ref else {}
        yield replace(echo, fields={**echo.fields, **_kept(message, "app_id"), **named})
    elif not (received.text or received.attachments or received.geo or member(message, "is_unsupported")):
        # A share that Meta does not describe comes as a bare `fallback`: somebody did send something.
        shared = any(text(one, "type") in _WITHOUT_PIECE for one in objects(message, "attachments"))
        unread = "the person shared something Meta does not describe: open the conversation there"
        silent = replace(received, type=EventType.IGNORED, reason="a message without content we can keep")
        yield replace(received, warnings=[*received.warnings, unread]) if shared else silent
    else:
        yield from with_opt_out(received)


def _content(element: Element, message: object, *, mid: str | None) -> Event:
    pieces, geo, links, liked = _attachments(message)
    words = text(message, "text") or ("👍" if liked else "") or _shared(message)
    reply = text(message, "reply_to", "mid")
    fields: dict[str, object] = _kept(message, "is_unsupported")
    if payload := text(message, "quick_reply", "payload"):
        fields["payload"] = payload
    if story := text(message, "reply_to", "story", "url"):
        fields["story"] = story
    if links:
        fields["links"] = links
    base = element.event(EventType.MESSAGE_RECEIVED, mid or element.key("message", words, repr(links)))
    warnings = list(base.warnings)
    if member(message, "is_unsupported") is True:
        warnings.append("the person sent something Meta does not pass on: open the conversation there")
    return replace(
        base,
        external_id=mid,
        text=words,
        attachments=pieces,
        geo=geo,
        in_reply_to=[reply] if reply else [],
        fields=fields,
        warnings=warnings,
    )


def _attachments(message: object) -> tuple[Sequence[Attachment], Geo | None, Sequence[str], bool]:
    pieces: list[Attachment] = []
    geo, links, liked = None, [], False
    for attachment in objects(message, "attachments"):
        kind, url = text(attachment, "type") or "file", text(attachment, "payload", "url")
        lat = number(attachment, "payload", "coordinates", "lat")
        lon = number(attachment, "payload", "coordinates", "long")
        if kind == "location" and lat is not None and lon is not None:
            geo = Geo(lat, lon)
        elif text(attachment, "payload", "sticker_id") in _LIKES:
            liked = True
        elif kind in _WITHOUT_PIECE:
            # A link's preview is not a piece; the words already hold the link.
            links += [found for found in (url, text(attachment, "url")) if found]
        elif url and url.startswith("https://"):
            content_type = _CONTENT_TYPES.get(kind, "application/octet-stream")
            pieces.append(Attachment(name=None, content_type=content_type, source=url))
        elif url:
            links.append(url)  # a relative address, `/reel/…`: nothing that could be fetched
    return pieces, geo, links, liked


def _shared(message: object) -> str:
    """What stands for words in a message that has none: the title and the address of what was shared, or booked."""
    lines: list[str] = []
    for attachment in objects(message, "attachments"):
        kind = text(attachment, "type")
        if kind == "appointment_booking":
            start = from_epoch(member(attachment, "payload", "start_time"))
            said = f"[rendez-vous : {text(attachment, 'payload', 'status') or '?'}]"
            lines.append(f"{said} {start.isoformat()}" if start else said)
        elif kind in _WITHOUT_PIECE:
            title = text(attachment, "title") or text(attachment, "payload", "title")
            url = text(attachment, "payload", "url") or text(attachment, "url") or text(attachment, "URL")
            lines += [line for line in (title, url) if line]
    return "\n".join(lines)


def _enforced(element: Element) -> Event:
    """Meta warned, blocked or released the page: blocked, nothing comes nor leaves any more."""
    action = text(element.value, "policy_enforcement", "action") or "unknown"
    told = text(element.value, "policy_enforcement", "reason") or ""
    kind = EventType.IGNORED if action == "unblock" else EventType.CHANNEL_PROBLEM
    reason = f"Meta's rules: {action} {told}".strip()[:500]
    return element.event(kind, element.key("policy_enforcement", action, told), reason=reason)


def _edited(element: Element) -> Event:
    edit = member(element.value, "message_edit")
    mid, words = text(edit, "mid"), text(edit, "text") or ""
    edited = element.event(EventType.MESSAGE_EDITED, element.key("edit", mid, text(edit, "num_edit"), words))
    return replace(edited, external_id=mid, reports_on=mid, text=words)


def _postback(element: Element) -> Event:
    postback = member(element.value, "postback")
    mid, title, payload = text(postback, "mid"), text(postback, "title"), text(postback, "payload")
    # Before Graph 11 a postback had no id: two presses differ by their instant alone.
    pressed = element.event(EventType.MESSAGE_RECEIVED, mid or element.key("postback", title, payload))
    fields = {"payload": payload, "ref": text(postback, "referral", "ref")}
    return replace(
        pressed, external_id=mid, text=title or "", fields={name: value for name, value in fields.items() if value}
    )


def _delivered(element: Element) -> Iterator[Event]:
    report = member(element.value, "delivery")
    watermark = member(report, "watermark")
    mids = member(report, "mids")
    base = element.event(EventType.DELIVERY_UPDATE, element.key("delivery", watermark))
    base = replace(base, status=DeliveryStatus.DELIVERED, fields={"watermark": watermark} if watermark else {})
    found = [mid for mid in mids if isinstance(mid, str)] if isinstance(mids, list) else []
    for mid in found:
        yield replace(base, event_key=f"{mid}:delivered", external_id=mid, reports_on=mid)
    if not found:
        yield replace(base, type=EventType.READ_UP_TO, occurred_at=from_epoch(watermark) or base.occurred_at)


def _read(element: Element) -> Event:
    mid, watermark = text(element.value, "read", "mid"), member(element.value, "read", "watermark")
    if mid:
        read = element.event(EventType.DELIVERY_UPDATE, f"{mid}:read")
        return replace(read, external_id=mid, reports_on=mid, status=DeliveryStatus.READ)
    person = text(element.value, "sender", "id")
    read = element.event(EventType.READ_UP_TO, f"{element.account}:{person}:read:{watermark}")
    return replace(
        read,
        status=DeliveryStatus.READ,
        occurred_at=from_epoch(watermark) or read.occurred_at,
        fields={"watermark": watermark} if watermark else {},
    )


def _kept(value: object, *names: str) -> dict[str, object]:
    return {name: said for name in names if (said := member(value, name)) is not None}
