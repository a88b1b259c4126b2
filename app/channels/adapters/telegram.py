"""Telegram, by a bot: private conversations with the administration.

Source: core.telegram.org/bots/api (Update, Message, setWebhook). A message's number is unique in its chat only; groups
are passed over; nothing tells that a person deleted a message.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from pydantic import SecretStr

from app.channels.adapters import telegram_content
from app.channels.contract import (
    Capabilities,
    ChannelConfig,
    Delivery,
    Event,
    EventType,
    Meta,
    Party,
    PointKind,
    Verdict,
)
from app.channels.errors import Unreadable
from app.channels.kit.json import load_provider, member, text
from app.channels.kit.keys import digest
from app.channels.kit.opt_out import with_opt_out
from app.channels.kit.signatures import SignedConfig, in_force, judged, same
from app.channels.kit.times import from_epoch
from app.channels.kit.unsigned import WithoutHandshake

_RECEIVED = ("message", "business_message")
_EDITED = ("edited_message", "edited_business_message")


class TelegramConfig(SignedConfig):
    """A bot, and the secret given to `setWebhook`, which Telegram repeats in a header."""

    secret_token: SecretStr | None = None
    previous_secret_token: SecretStr | None = None
    bot_token: SecretStr | None = None

    def signing_secrets(self) -> Sequence[SecretStr]:
        return in_force(self.secret_token, self.previous_secret_token)


class TelegramAdapter(WithoutHandshake):
    """Conversations of one bot."""

    meta: ClassVar[Meta] = Meta(
        type="telegram", name_fr="Telegram", name_en="Telegram", homepage="https://core.telegram.org/bots/api"
    )
    Config: ClassVar[type[ChannelConfig]] = TelegramConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:  # noqa: ARG002
        return Capabilities(text_max=4096, credential_hosts=("api.telegram.org",))

    def config_for(self, secret: str | None) -> ChannelConfig:
        return TelegramConfig(secret_token=SecretStr(secret) if secret else None, accept_unsigned=secret is None)

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:  # noqa: ARG002
        assert isinstance(config, TelegramConfig)
        given = delivery.header("X-Telegram-Bot-Api-Secret-Token") or ""
        what = "the X-Telegram-Bot-Api-Secret-Token"
        return judged(config.signing_secrets(), lambda key: same(given, key), what=what)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:  # noqa: ARG002
        update = load_provider(delivery.body)
        if not isinstance(update, dict):
            raise Unreadable("a Telegram update is a JSON object")
        for kind in (*_RECEIVED, *_EDITED):
            message = member(update, kind)
            if isinstance(message, dict):
                return _message(update, message, edited=kind in _EDITED)
        if isinstance(member(update, "callback_query"), dict):
            return [_pressed(update)]
        if isinstance(member(update, "my_chat_member"), dict):
            return [_membership(update)]
        what = next((name for name in update if name != "update_id"), "nothing")
        return [_ignored(update, f"update of kind {what!r}"[:200])]


def _message(update: Mapping[str, object], message: Mapping[str, object], *, edited: bool) -> Sequence[Event]:
    chat, number = text(message, "chat", "id"), text(message, "message_id")
    kind = text(message, "chat", "type")
    if kind != "private":
        return [_ignored(update, f"a message of a {kind or 'nameless chat'}"[:200])]
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


def _pressed(update: Mapping[str, object]) -> Event:
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


def _membership(update: Mapping[str, object]) -> Event:
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


def _ignored(update: Mapping[str, object], reason: str) -> Event:
    return Event(type=EventType.IGNORED, event_key=_key(update), reason=reason)


def _key(update: Mapping[str, object]) -> str:
    identifier = text(update, "update_id")
    return f"update:{identifier}" if identifier else digest(repr(update))
