"""The e-mail channel: one class that joins the parts of this package to the contract."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from pydantic import SecretStr

from app.channels.adapters.email.config import EmailConfig
from app.channels.adapters.email.push import pushed_recipients, verify_push
from app.channels.adapters.email.reading import read_event
from app.channels.contract import (
    Capabilities,
    ChannelConfig,
    Checked,
    Context,
    Delivery,
    Event,
    Handshake,
    Meta,
    Polled,
    Rendered,
    Renewed,
    SendRequest,
    Sent,
    Verdict,
)
from app.channels.errors import Unreadable
from app.channels.kit.mime.limits import DEFAULT_LIMITS
from app.channels.kit.mime.message import read_mail

_ATTACHMENTS_MAX = 18 * 2**20  # 25 MB is what most mailboxes take, and base64 adds 37 %


class EmailAdapter:
    """Mail by any door: relay push, SMTP, LMTP, IMAP poll, file."""

    meta: ClassVar[Meta] = Meta(type="email", name_fr="Courriel", name_en="E-mail")
    Config: ClassVar[type[ChannelConfig]] = EmailConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        own = _own(config)
        can_send = own.smtp_host is not None
        return Capabilities(
            can_send=can_send,
            can_start=can_send,
            html=True,
            subject=True,
            attachments_max_bytes=_ATTACHMENTS_MAX,
            files=True,
            receipts=True,
            polls=own.imap_host is not None,
            credential_hosts=_token_hosts(own),
        )

    def config_for(self, secret: str | None) -> EmailConfig:
        return EmailConfig(address="contact@example.fr", push_secret=SecretStr(secret) if secret else None)

    def handshake(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Handshake | None:
        del delivery, config, now
        return None

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:
        return verify_push(delivery, _own(config).push_secret, now=now)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        own = _own(config)
        if delivery.envelope.get("refused"):
            uid, size = delivery.envelope.get("uid"), delivery.envelope.get("size")
            raise Unreadable(
                f"la boîte n'a pas pu donner ce message (UID {uid}, {size} octets) : ouvrez-le dans la boîte"
            )
        mail = read_mail(delivery.body, limits=replace(DEFAULT_LIMITS, max_bytes=own.max_bytes))
        envelope = dict(delivery.envelope)
        if "rcpt_to" not in envelope and (pushed := pushed_recipients(delivery)):
            envelope |= {"door": "push", "rcpt_to": pushed}
        return (read_event(mail, envelope=envelope, config=own),)

    # The clients are imported where they work: reading one mail pays for none of them.

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered:
        from app.channels.adapters.email.outgoing import render

        return render(request, _own(config))

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:
        from app.channels.adapters.email.smtp_send import submit

        return await submit(request, _own(config), context)

    async def poll(self, config: ChannelConfig, context: Context, *, cursor: Mapping[str, object]) -> Polled:
        from app.channels.adapters.email.imap import poll

        return await poll(_own(config), context, cursor=cursor)

    def grant(self, config: ChannelConfig) -> str | None:
        from app.channels.adapters.email.oauth import grant

        return grant(_own(config))

    async def renew(self, config: ChannelConfig, context: Context) -> Renewed:
        from app.channels.adapters.email.oauth import renew

        return await renew(_own(config), context)

    async def check(self, config: ChannelConfig, context: Context) -> Checked:
        from app.channels.adapters.email.probing import check

        return await check(_own(config), context)

    async def wait(self, config: ChannelConfig, context: Context, *, timeout_s: float) -> bool:
        from app.channels.adapters.email.imap import wait_for_mail

        return await wait_for_mail(_own(config), context, timeout_s=timeout_s)


def _token_hosts(config: EmailConfig) -> tuple[str, ...]:
    match config.oauth_provider:
        case "microsoft":
            return ("login.microsoftonline.com",)
        case "google":
            return ("oauth2.googleapis.com",)
        case None:
            return ()


def _own(config: ChannelConfig) -> EmailConfig:
    if not isinstance(config, EmailConfig):
        raise TypeError("the e-mail channel needs an EmailConfig")
    return config
