"""Instagram direct messages, comments and mentions.

Source: developers.facebook.com/docs/instagram-platform. An account is reached either through its Facebook page or by
Instagram Login: the envelope is the same, the host to answer by is not.
"""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import SecretStr

from app.channels.adapters.meta import comments, envelope, media, subscribing
from app.channels.adapters.meta.conversations import ConversationAdapter
from app.channels.contract import Capabilities, ChannelConfig, Event, IdentityAssurance, Meta, PointKind, TextUnit

_HOSTS = {"page": envelope.GRAPH_HOST, "instagram": "graph.instagram.com"}


class InstagramConfig(envelope.MetaConfig):
    """An Instagram professional account."""

    login: Literal["page", "instagram"] = "page"
    account_id: str | None = None


class InstagramAdapter(ConversationAdapter):
    """Conversations and comments of one or several Instagram accounts of an application."""

    meta: ClassVar[Meta] = Meta(
        type="meta.instagram",
        name_fr="Instagram",
        name_en="Instagram",
        homepage="https://developers.facebook.com/docs/instagram-platform",
    )
    Config: ClassVar[type[ChannelConfig]] = InstagramConfig
    spoken_of: ClassVar[str] = "instagram"
    kind: ClassVar[PointKind] = PointKind.INSTAGRAM
    edge: ClassVar[str] = "replies"
    subscribed: ClassVar[str] = subscribing.INSTAGRAM_FIELDS

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        own = _own(config)
        return Capabilities(
            fetch_max_bytes=media.MAX_BYTES,
            can_send=own.access_token is not None,
            text_max=1000,
            text_unit=TextUnit.UTF8_BYTES,
            attachments_max_bytes=8_000_000,
            reply_window_hours=24,
            human_window_hours=7 * 24 if own.human_agent else None,
            comment_window_hours=7 * 24,
            receipts=True,
            edits=True,
            deletes=True,
            echoes=True,
            identity_assurance=IdentityAssurance.ACCOUNT,
            needs_public_url=True,
            credential_hosts=(_HOSTS[own.login],),
        )

    def config_for(self, secret: str | None) -> ChannelConfig:
        given = SecretStr(secret) if secret else None
        return InstagramConfig(app_secret=given, verify_token=given, accept_unsigned=secret is None)

    def host(self, config: ChannelConfig) -> str:
        return _HOSTS[_own(config).login]

    def account(self, config: ChannelConfig) -> str | None:
        return _own(config).account_id

    def change(self, field: str, value: Mapping[str, object], *, account: str | None) -> Event:
        return comments.instagram_change(field, value, account=account)


def _own(config: ChannelConfig) -> InstagramConfig:
    assert isinstance(config, InstagramConfig)
    return config
