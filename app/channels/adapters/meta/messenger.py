"""Facebook Messenger, and the public comments of the page.

Source: developers.facebook.com/docs/messenger-platform.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

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
    Verdict,
)


class MessengerConfig(envelope.MetaConfig):
    """A Facebook page."""

    page_id: str | None = None


class MessengerAdapter:
    """Conversations and comments of one or several pages of an application."""

    meta: ClassVar[Meta] = Meta(
        type="meta.messenger",
        name_fr="Facebook Messenger",
        name_en="Facebook Messenger",
        homepage="https://developers.facebook.com/docs/messenger-platform",
    )
    Config: ClassVar[type[ChannelConfig]] = MessengerConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        return Capabilities(
            can_send=_own(config).access_token is not None,
            text_max=2000,
            attachments_max_bytes=25_000_000,
            reply_window_hours=24,
            human_window_hours=7 * 24 if _own(config).human_agent else None,
            receipts=True,
            credential_hosts=(envelope.GRAPH_HOST,),
        )

    def config_for(self, secret: str | None) -> ChannelConfig:
        given = SecretStr(secret) if secret else None
        return MessengerConfig(app_secret=given, verify_token=given, accept_unsigned=secret is None)

    def handshake(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Handshake | None:  # noqa: ARG002
        return envelope.handshake(delivery, _own(config))

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:
        return envelope.verify(delivery, _own(config), now=now)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:  # noqa: ARG002
        what, entries = envelope.entries(delivery)
        found = [event for account, entry in entries for event in _entry(entry, account)] if what == "page" else []
        return found or [envelope.nothing_for(delivery, what)]

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered:
        own = _own(config)
        account = request.account or own.page_id or "me"
        url = f"https://{envelope.GRAPH_HOST}/{own.graph_version}/{account}/messages"
        return Rendered("application/json", graph.message_body(request, human_agent=own.human_agent), url)

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:
        token = _own(config).access_token
        if token is None or not request.to.address:
            return Sent(outcome=Outcome.CONFIG, detail="a page access token and a person are needed")
        return await graph.send(self.render(request, config), token, context, host=envelope.GRAPH_HOST)


def _own(config: ChannelConfig) -> MessengerConfig:
    assert isinstance(config, MessengerConfig)
    return config


def _entry(entry: Mapping[str, object], account: str | None) -> Iterator[Event]:
    yield from messaging.of_entry(entry, kind=PointKind.MESSENGER, account=account)
    for field, value in envelope.values_of(entry):
        if isinstance(value.get("sender"), dict) and field.startswith("messag"):
            yield from messaging.events(messaging.Element(value, PointKind.MESSENGER, account))
        else:
            yield comments.page_change(field, value, account=account)
