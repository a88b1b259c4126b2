"""One message of WhatsApp, by its type.

Source: developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components. A person may hide the phone number: `from`
and `wa_id` are then absent and the business-scoped id (`US.1234`) alone identifies. When both are given they are two
addresses of one person, and both are kept.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from app.channels.contract import Attachment, Event, EventType, Geo, Party, PointKind
from app.channels.errors import Unreadable
from app.channels.kit.json import load_provider, member, number, objects, text
from app.channels.kit.keys import digest
from app.channels.kit.opt_out import with_opt_out
from app.channels.kit.times import from_epoch

_MEDIA = ("image", "video", "document", "audio", "sticker")
Contacts = Sequence[Mapping[str, object]]


def received(message: Mapping[str, object], *, contacts: Contacts, account: str | None) -> Sequence[Event]:
    """Reads a message from a person: what was said, changed or taken back."""
    base = _base(message, contacts=contacts, account=account)
    kind = text(message, "type") or "text"
    if text(message, "group_id"):
        return [replace(base, type=EventType.IGNORED, reason="a message of a group")]
    if kind == "edit":
        changed = member(message, "edit", "message")
        target = text(message, "edit", "original_message_id")
        edited = _said(base, changed if isinstance(changed, dict) else {}, text(changed, "type") or "text")
        return [replace(edited, type=EventType.MESSAGE_EDITED, external_id=target, reports_on=target)]
    if kind == "revoke":
        target = text(message, "revoke", "original_message_id")
        return [replace(base, type=EventType.MESSAGE_DELETED, external_id=target, reports_on=target)]
    if kind == "reaction":
        fields = {"emoji": text(message, "reaction", "emoji") or "", **base.fields}
        target = text(message, "reaction", "message_id")
        return [replace(base, type=EventType.IGNORED, reason="reaction", reports_on=target, fields=fields)]
    if kind == "system":
        return [_system(base, message)]
    if kind == "request_welcome":
        return [replace(base, type=EventType.IGNORED, reason="the person opened the conversation, and wrote nothing")]
    if kind == "interactive" and text(message, "interactive", "type") == "call_permission_reply":
        said = text(message, "interactive", "call_permission_reply", "response") or "?"
        return [replace(base, type=EventType.IGNORED, reason=f"an answer about being called: {said}"[:200])]
    return with_opt_out(_said(base, message, kind))


def echo(message: Mapping[str, object], *, account: str | None) -> Event:
    """Reads what a colleague wrote from the WhatsApp Business application on a phone."""
    base = _base(message, contacts=(), account=account)
    said = _said(base, message, text(message, "type") or "text")
    to = person(text(message, "to"), text(message, "to_user_id"))
    return replace(
        said,
        type=EventType.OWN_ECHO,
        sender=None,
        recipients=[to] if to else [],
        thread_key=to.address if to else None,
        reports_on=said.external_id,
    )


def person(wa_id: str | None, user_id: str | None, name: str | None = None) -> Party | None:
    """Returns who writes: by number when it is given, else by the business-scoped id."""
    if wa_id and not (wa_id[:2].isalpha() and wa_id[2:3] == "."):
        return Party(PointKind.WHATSAPP, wa_id.lstrip("+"), name)
    scoped = user_id or wa_id
    return Party(PointKind.WHATSAPP_USER, scoped, name) if scoped else None


def _base(message: Mapping[str, object], *, contacts: Contacts, account: str | None) -> Event:
    number_from, user_id = text(message, "from"), text(message, "from_user_id")
    contact = _contact_of(contacts, number_from, user_id)
    # A reaction or an edit gives the number alone; the contact beside it holds the scoped id too.
    user_id = user_id or text(contact, "user_id")
    sender = person(number_from or text(contact, "wa_id"), user_id, text(contact, "profile", "name"))
    identifier = text(message, "id")
    answered = text(message, "context", "id")
    aliases: dict[str, object] = {}
    if sender and sender.kind is PointKind.WHATSAPP and user_id:
        aliases["aliases"] = [{"kind": PointKind.WHATSAPP_USER.value, "address": user_id}]
    if username := text(contact, "profile", "username"):
        aliases["username"] = username
    if member(message, "context", "forwarded") is True or member(message, "context", "frequently_forwarded") is True:
        aliases["forwarded"] = True
    if advert := text(message, "referral", "source_url"):
        aliases["advert"] = advert  # the page whose button opened the conversation
    return Event(
        type=EventType.MESSAGE_RECEIVED,
        event_key=identifier or digest(account, number_from, repr(message)),
        external_id=identifier,
        account=account,
        sender=sender,
        occurred_at=from_epoch(member(message, "timestamp")),
        occurred_raw=text(message, "timestamp"),
        thread_key=sender.address if sender else None,
        in_reply_to=[answered] if answered else [],
        fields=aliases,
    )


def _contact_of(contacts: Contacts, number_from: str | None, user_id: str | None) -> Mapping[str, object] | None:
    for contact in contacts:
        if (user_id and text(contact, "user_id") == user_id) or (number_from and text(contact, "wa_id") == number_from):
            return contact
    alone = contacts[0] if len(contacts) == 1 else None
    # A contact under another number is somebody else: it lends neither name nor alias.
    return None if alone and number_from and text(alone, "wa_id") else alone


def _said(base: Event, message: Mapping[str, object], kind: str) -> Event:
    """Adds to a message what its type carries; a type nobody knows is kept with a warning."""
    if kind in _MEDIA and isinstance(member(message, kind), dict):
        caption = text(message, kind, "caption") or ""
        return replace(base, text=caption, attachments=[_media(message, kind)])
    match kind:
        case "text":
            return replace(base, text=text(message, "text", "body") or "")
        case "location":
            return _place(base, message)
        case "button":
            fields = {**base.fields, "payload": text(message, "button", "payload")}
            return replace(base, text=text(message, "button", "text") or "", fields=fields)
        case "interactive":
            return _chosen(base, message)
        case "contacts":
            return replace(base, text="\n".join(_card(card) for card in objects(message, "contacts")))
        case "order":
            return replace(base, text=_order(message), warnings=["an order from a catalogue: open WhatsApp to see it"])
        case _:
            error = next(objects(message, "errors"), None)
            told = text(error, "error_data", "details") or text(error, "title") or kind
            return replace(base, text="", warnings=[f"WhatsApp does not pass on what was sent ({told})"[:300]])


def _media(message: Mapping[str, object], kind: str) -> Attachment:
    size = number(message, kind, "file_size")
    return Attachment(
        name=text(message, kind, "filename"),
        content_type=(text(message, kind, "mime_type") or "application/octet-stream").split(";")[0],
        size=int(size) if size else None,
        # The id is good for days; the URL beside it for five minutes.
        source=text(message, kind, "id") or text(message, kind, "url"),
    )


def _place(base: Event, message: Mapping[str, object]) -> Event:
    lat, lon = number(message, "location", "latitude"), number(message, "location", "longitude")
    kept = {name: said for name in ("name", "address", "url") if (said := text(message, "location", name))}
    geo = Geo(lat, lon) if lat is not None and lon is not None else None
    return replace(base, text="", geo=geo, fields={**base.fields, **({"location": kept} if kept else {})})


def _chosen(base: Event, message: Mapping[str, object]) -> Event:
    kind = text(message, "interactive", "type") or ""
    chosen = member(message, "interactive", kind)
    if kind != "nfm_reply":
        return replace(
            base, text=text(chosen, "title") or "", fields={**base.fields, "payload": text(chosen, "id") or ""}
        )
    answers: object = text(chosen, "response_json") or ""
    with suppress(Unreadable):  # answers that are not JSON are kept as they were written
        answers = load_provider(str(answers).encode())
    return replace(base, text=text(chosen, "body") or "", fields={**base.fields, "answers": answers})


def _card(card: Mapping[str, object]) -> str:
    phones = [found for phone in objects(card, "phones") if (found := text(phone, "phone"))]
    mails = [found for mail in objects(card, "emails") if (found := text(mail, "email"))]
    name, reached = text(card, "name", "formatted_name") or "", ", ".join([*phones, *mails])
    return f"{name} ({reached})" if reached else name


def _order(message: Mapping[str, object]) -> str:
    items = [
        f"{text(item, 'quantity') or '1'} × {text(item, 'product_retailer_id') or '?'}"
        for item in objects(message, "order", "product_items")
    ]
    return "\n".join(line for line in (text(message, "order", "text"), *items) if line)


def _system(base: Event, message: Mapping[str, object]) -> Event:
    kind = text(message, "system", "type") or "system"
    new = text(message, "system", "wa_id") or text(message, "system", "new_wa_id")
    fields = {**base.fields, "system": kind, **({"new_address": new} if new else {})}
    # A person changed number, or identity: the platform proposes to link the two, and asks.
    return replace(
        base, type=EventType.IGNORED, reason=f"{kind}: {text(message, 'system', 'body') or ''}"[:300], fields=fields
    )
