"""One update of Telegram: somebody wrote, changed what they wrote, pressed a button, or blocked the bot."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.channels.adapters import telegram_content
from app.channels.contract import Event, EventType, Party, PointKind
from app.channels.kit.json import member, text
from app.channels.kit.keys import digest
from app.channels.kit.opt_out import with_opt_out
from app.channels.kit.times import from_epoch


def message_of(update: Mapping[str, object], message: Mapping[str, object], *, edited: bool) -> Sequence[Event]:
    chat, number = text(message, "chat", "id"), text(message, "message_id")
    kind = text(message, "chat", "type")
    if kind != "private":
        return [ignored(update, f"a message of a {kind or 'nameless chat'}"[:200])]
    answered = text(message, "reply_to_message", "message_id")
    base = Event(
        type=EventType.MESSAGE_RECEIVED,
        event_key=f"{chat}:{number}",
        external_id=number,
        sender=_person(member(message, "from")) or _person(member(message, "chat")),
        occurred_at=from_epoch(member(message, "date")),
        occurred_raw=text(message, "date"),
        thread_key=chat,
        in_reply_to=[answered] if answered else [],
        automatic=member(message, "from", "is_bot") is True,
        fields=telegram_content.fields(message),
    )
    said = telegram_content.filled(base, message)
    if not (said.text or said.attachments or said.geo or said.warnings):
        # A pinned message, a timer, a new photo of the chat: Telegram tells it as a message, and nobody wrote one.
        what = telegram_content.service(message) or "an empty message"
        return [replace(said, type=EventType.IGNORED, event_key=_key(update), reason=what[:200])]
    if edited and member(message, "location", "live_period") is not None:
        return [replace(said, type=EventType.IGNORED, event_key=_key(update), reason="a live location moved")]
    if edited:
        changed_at = member(message, "edit_date")
        return [
            replace(
                said,
                type=EventType.MESSAGE_EDITED,
                event_key=f"update:{text(update, 'update_id')}",
                occurred_at=from_epoch(changed_at) or base.occurred_at,
                reports_on=number,
            )
        ]
    started = (said.text or "").partition(" ")
    if started[0] == "/start":
        fields = {**said.fields, **({"payload": started[2][:64]} if started[2] else {})}
        return [replace(said, type=EventType.IGNORED, reason="conversation started", fields=fields)]
    return with_opt_out(said)


def pressed(update: Mapping[str, object]) -> Event:
    """Reads the press of a button under one of our messages."""
    query = member(update, "callback_query")
    chat, answered = text(query, "message", "chat", "id"), text(query, "message", "message_id")
    identifier = text(query, "id")
    return Event(
        type=EventType.MESSAGE_RECEIVED,
        event_key=f"callback:{identifier}" if identifier else _key(update),
        external_id=identifier,
        sender=_person(member(query, "from")),
        text=text(query, "data") or "",
        thread_key=chat,
        in_reply_to=[answered] if answered else [],
        fields={"payload": text(query, "data") or ""},
    )


def membership(update: Mapping[str, object]) -> Event:
    change = member(update, "my_chat_member")
    status = text(change, "new_chat_member", "status") or ""
    blocked = status == "kicked" and text(change, "chat", "type") == "private"
    return Event(
        type=EventType.OPT_OUT if blocked else EventType.IGNORED,
        event_key=_key(update),
        sender=_person(member(change, "from")),
        occurred_at=from_epoch(member(change, "date")),
        occurred_raw=text(change, "date"),
        thread_key=text(change, "chat", "id"),
        reason="the person blocked the bot" if blocked else f"the bot is now {status or 'elsewhere'}"[:200],
    )


def _person(value: object) -> Party | None:
    identifier = text(value, "id")
    # The name is what the person chose today; only the number identifies.
    name = " ".join(part for part in (text(value, "first_name"), text(value, "last_name")) if part)
    return Party(PointKind.TELEGRAM, identifier, name or text(value, "username")) if identifier else None


def ignored(update: Mapping[str, object], reason: str) -> Event:
    return Event(type=EventType.IGNORED, event_key=_key(update), reason=reason)


def _key(update: Mapping[str, object]) -> str:
    identifier = text(update, "update_id")
    return f"update:{identifier}" if identifier else digest(repr(update))
