"""Facebook Messenger, and the public comments of the page.

Source: developers.facebook.com/docs/messenger-platform.
"""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import SecretStr

from app.channels.adapters.meta import comments, envelope, media, subscribing
from app.channels.adapters.meta.conversations import ConversationAdapter
from app.channels.contract import Capabilities, ChannelConfig, Event, IdentityAssurance, Meta, PointKind


class MessengerConfig(envelope.MetaConfig):
    """A Facebook page."""

    page_id: str | None = None


class MessengerAdapter(ConversationAdapter):
    """Conversations and comments of one or several pages of an application."""

    meta: ClassVar[Meta] = Meta(
        type="meta.messenger",
        name_fr="Facebook Messenger",
        name_en="Facebook Messenger",
        homepage="https://developers.facebook.com/docs/messenger-platform",
    )
    Config: ClassVar[type[ChannelConfig]] = MessengerConfig
    spoken_of: ClassVar[str] = "page"
    kind: ClassVar[PointKind] = PointKind.MESSENGER
    edge: ClassVar[str] = "comments"
    subscribed: ClassVar[str] = subscribing.PAGE_FIELDS

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        own = _own(config)
        return Capabilities(
            fetch_max_bytes=media.MAX_BYTES,
            can_send=own.access_token is not None,
            text_max=2000,
            attachments_max_bytes=25_000_000,
            reply_window_hours=24,
            human_window_hours=7 * 24 if own.human_agent else None,
            comment_window_hours=7 * 24,
            receipts=True,
            edits=True,
            deletes=True,
            echoes=True,
            identity_assurance=IdentityAssurance.ACCOUNT,
            needs_public_url=True,
            credential_hosts=(envelope.GRAPH_HOST,),
        )

    def config_for(self, secret: str | None) -> ChannelConfig:
        given = SecretStr(secret) if secret else None
        return MessengerConfig(app_secret=given, verify_token=given, accept_unsigned=secret is None)

    def host(self, config: ChannelConfig) -> str:  # noqa: ARG002 — a page has one
        return envelope.GRAPH_HOST

    def account(self, config: ChannelConfig) -> str | None:
        return _own(config).page_id

    def change(self, field: str, value: Mapping[str, object], *, account: str | None) -> Event:
        return comments.page_change(field, value, account=account)


def _own(config: ChannelConfig) -> MessengerConfig:
    assert isinstance(config, MessengerConfig)
    return config
