"""Telegram, by a bot: private conversations with the administration.

Source: core.telegram.org/bots/api (Update, Message, setWebhook). A message's number is unique in its chat only; groups
are passed over; nothing tells that a person deleted a message.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Literal

from pydantic import SecretStr

from app.channels.adapters import telegram_api, telegram_media, telegram_probing, telegram_updates
from app.channels.contract import (
    Attachment,
    Capabilities,
    ChannelConfig,
    Checked,
    CheckState,
    Context,
    Delivery,
    Event,
    IdentityAssurance,
    Meta,
    Outcome,
    Polled,
    Rendered,
    SendRequest,
    Sent,
    Verdict,
)
from app.channels.errors import Unreadable
from app.channels.kit.json import load_provider, member
from app.channels.kit.signatures import SignedConfig, in_force, judged, same
from app.channels.kit.unsigned import WithoutHandshake

_RECEIVED = ("message", "business_message")
_EDITED = ("edited_message", "edited_business_message")


class TelegramConfig(SignedConfig):
    """A bot, and the secret given to `setWebhook`, which Telegram repeats in a header; or a bot that is asked."""

    secret_token: SecretStr | None = None
    previous_secret_token: SecretStr | None = None
    bot_token: SecretStr | None = None
    receive: Literal["webhook", "poll"] = "webhook"

    def signing_secrets(self) -> Sequence[SecretStr]:
        if self.receive == "poll":
            return in_force(self.bot_token)  # the door stays shut: Telegram never sends that one
        return in_force(self.secret_token, self.previous_secret_token)


class TelegramAdapter(WithoutHandshake):
    """Conversations of one bot."""

    meta: ClassVar[Meta] = Meta(
        type="telegram", name_fr="Telegram", name_en="Telegram", homepage="https://core.telegram.org/bots/api"
    )
    Config: ClassVar[type[ChannelConfig]] = TelegramConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        own = _own(config)
        return Capabilities(
            can_send=own.bot_token is not None,
            text_max=4096,
            edits=True,
            rate_per_second=25,
            identity_assurance=IdentityAssurance.ACCOUNT,
            polls=own.receive == "poll",
            needs_public_url=own.receive == "webhook",
            fetch_max_bytes=telegram_media.MAX_BYTES,
            credential_hosts=(telegram_api.HOST,),
        )

    def config_for(self, secret: str | None) -> ChannelConfig:
        return TelegramConfig(secret_token=SecretStr(secret) if secret else None, accept_unsigned=secret is None)

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:  # noqa: ARG002
        given = delivery.header("X-Telegram-Bot-Api-Secret-Token") or ""
        what = "the X-Telegram-Bot-Api-Secret-Token"
        return judged(_own(config).signing_secrets(), lambda key: same(given, key), what=what)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:  # noqa: ARG002
        update = load_provider(delivery.body)
        if not isinstance(update, dict):
            raise Unreadable("a Telegram update is a JSON object")
        for kind in (*_RECEIVED, *_EDITED):
            message = member(update, kind)
            if isinstance(message, dict):
                return telegram_updates.message_of(update, message, edited=kind in _EDITED)
        if isinstance(member(update, "callback_query"), dict):
            return [telegram_updates.pressed(update)]
        if isinstance(member(update, "my_chat_member"), dict):
            return [telegram_updates.membership(update)]
        what = next((name for name in update if name != "update_id"), "nothing")
        return [telegram_updates.ignored(update, f"update of kind {what!r}"[:200])]

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered:  # noqa: ARG002 — the same for every bot
        return telegram_api.rendered(request)

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:
        token = _own(config).bot_token
        if token is None or not request.to.address:
            return Sent(outcome=Outcome.CONFIG, detail="the bot's token and a person are needed")
        return await telegram_api.send(self.render(request, config), token, context)

    async def poll(self, config: ChannelConfig, context: Context, *, cursor: Mapping[str, object]) -> Polled:
        token = _own(config).bot_token
        if token is None:
            raise Unreadable("le jeton du robot manque")
        return await telegram_api.poll(token, context, cursor=cursor)

    async def fetch(self, attachment: Attachment, config: ChannelConfig, context: Context) -> bytes:
        return await telegram_media.fetch(attachment, context, token=_own(config).bot_token)

    async def check(self, config: ChannelConfig, context: Context) -> Checked:
        own = _own(config)
        return await telegram_probing.check(own.bot_token, context, called=own.receive == "webhook")

    async def on_enable(self, config: ChannelConfig, context: Context, *, public_url: str) -> Checked:
        """Sets the webhook; a bot that is asked has none, for Telegram allows one way only."""
        own = _own(config)
        secrets = own.signing_secrets()
        if own.bot_token is None or not secrets:
            return _INCOMPLETE
        if own.receive == "poll":
            return await telegram_api.delete_webhook(own.bot_token, context)
        return await telegram_api.set_webhook(public_url, secrets[0], own.bot_token, context)

    async def on_disable(self, config: ChannelConfig, context: Context) -> Checked:
        token = _own(config).bot_token
        return _INCOMPLETE if token is None else await telegram_api.delete_webhook(token, context)


_INCOMPLETE = Checked(
    ok=False,
    state=CheckState.INCOMPLETE,
    words_fr="donnez le jeton du robot et le secret du webhook",
    words_en="give the bot's token and the webhook's secret",
)


def _own(config: ChannelConfig) -> TelegramConfig:
    assert isinstance(config, TelegramConfig)
    return config
