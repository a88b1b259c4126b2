"""Instagram direct messages, comments and mentions.

Source: developers.facebook.com/docs/instagram-platform. An account is reached either through its Facebook page or by
Instagram Login: the envelope is the same, the host to answer by is not.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Literal

from pydantic import SecretStr

from app.channels.adapters.meta import comments, envelope, graph, messaging
from app.channels.contract import (
    Capabilities,
    ChannelConfig,
    Context,
    Delivery,
    Event,
    Handshake,
    Meta,
    Outcome,
    PointKind,
    Rendered,
    SendRequest,
    Sent,
    TextUnit,
    Verdict,
)

_HOSTS = {"page": envelope.GRAPH_HOST, "instagram": "graph.instagram.com"}


class InstagramConfig(envelope.MetaConfig):
    """An Instagram professional account."""

    login: Literal["page", "instagram"] = "page"
    account_id: str | None = None


class InstagramAdapter:
    """Conversations and comments of one or several Instagram accounts of an application."""

    meta: ClassVar[Meta] = Meta(
        type="meta.instagram",
        name_fr="Instagram",
        name_en="Instagram",
        homepage="https://developers.facebook.com/docs/instagram-platform",
    )
    Config: ClassVar[type[ChannelConfig]] = InstagramConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        own = _own(config)
        return Capabilities(
            can_send=own.access_token is not None,
            text_max=1000,
            text_unit=TextUnit.UTF8_BYTES,
            attachments_max_bytes=8_000_000,
            reply_window_hours=24,
            human_window_hours=7 * 24 if _own(config).human_agent else None,
            receipts=True,
            credential_hosts=(_HOSTS[own.login],),
        )

    def config_for(self, secret: str | None) -> ChannelConfig:
        given = SecretStr(secret) if secret else None
        return InstagramConfig(app_secret=given, verify_token=given, accept_unsigned=secret is None)

    def handshake(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Handshake | None:  # noqa: ARG002
        return envelope.handshake(delivery, _own(config))

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:
        return envelope.verify(delivery, _own(config), now=now)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:  # noqa: ARG002
        what, entries = envelope.entries(delivery)
        found = [event for account, entry in entries for event in _entry(entry, account)] if what == "instagram" else []
        return found or [envelope.nothing_for(delivery, what)]

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered:
        own = _own(config)
        account = request.account or own.account_id or "me"
        url = f"https://{_HOSTS[own.login]}/{own.graph_version}/{account}/messages"
        return Rendered("application/json", graph.message_body(request, human_agent=own.human_agent), url)

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:
        own = _own(config)
        if own.access_token is None or not request.to.address:
            return Sent(outcome=Outcome.CONFIG, detail="an access token and a person are needed")
        return await graph.send(self.render(request, config), own.access_token, context, host=_HOSTS[own.login])


def _own(config: ChannelConfig) -> InstagramConfig:
    assert isinstance(config, InstagramConfig)
    return config


def _entry(entry: Mapping[str, object], account: str | None) -> Iterator[Event]:
    yield from messaging.of_entry(entry, kind=PointKind.INSTAGRAM, account=account)
    for field, value in envelope.values_of(entry):
        if isinstance(value.get("sender"), dict) and field.startswith("messag"):
            yield from messaging.events(messaging.Element(value, PointKind.INSTAGRAM, account))
        else:
            yield comments.instagram_change(field, value, account=account)
