"""Bluesky: mentions and replies in public, and the private chat.

Source: docs.bsky.app. Notifications and the chat's log are asked for; an answer leaves in private unless somebody wanted
it public.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from pydantic import SecretStr

from app.channels.adapters import (
    bluesky_media,
    bluesky_pages,
    bluesky_polling,
    bluesky_records,
    bluesky_sending,
    social_probing,
)
from app.channels.adapters.bluesky_session import Account, Sessions
from app.channels.contract import (
    Attachment,
    Capabilities,
    ChannelConfig,
    Checked,
    Context,
    Delivery,
    Event,
    EventType,
    IdentityAssurance,
    Meta,
    Outcome,
    Polled,
    Receipt,
    Rendered,
    SendRequest,
    Sent,
    TextUnit,
)
from app.channels.errors import Unreadable
from app.channels.kit.json import load_provider
from app.channels.kit.keys import digest
from app.channels.kit.unsigned import SharedSecretConfig, SharedSecretDoor


class BlueskyConfig(SharedSecretConfig):
    """An account: its DID, by which our own words are known, and an app password that allows private messages."""

    did: str | None = None
    service: str = "bsky.social"
    pds_host: str | None = None  # the server that holds the account, where it is another
    app_password: SecretStr | None = None


class BlueskyAdapter(SharedSecretDoor):
    """Mentions and chat of one account, as pages of its notifications and of its chat log."""

    meta: ClassVar[Meta] = Meta(
        type="bluesky",
        name_fr="Bluesky",
        name_en="Bluesky",
        homepage="https://docs.bsky.app/docs/category/http-reference",
    )
    Config: ClassVar[type[ChannelConfig]] = BlueskyConfig

    def __init__(self) -> None:
        self._sessions = Sessions()

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        own = _own(config)
        connected = _account(own) is not None
        return Capabilities(
            can_send=connected,
            public=True,
            text_max=1000,
            public_text_max=bluesky_records.PUBLIC_MAX,
            text_unit=TextUnit.GRAPHEMES,
            deletes=True,
            echoes=connected,
            receipt_queries=connected,
            rate_per_second=1,
            identity_assurance=IdentityAssurance.ACCOUNT,
            polls=connected,
            fetch_max_bytes=bluesky_media.MAX_BYTES,
            credential_hosts=tuple(dict.fromkeys((own.service, own.pds_host or own.service))),
        )

    def config_for(self, secret: str | None) -> ChannelConfig:
        return BlueskyConfig(token=SecretStr(secret) if secret else None)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        document = load_provider(delivery.body)
        if not isinstance(document, dict):
            raise Unreadable("a page of Bluesky is a JSON object")
        found = list(bluesky_pages.events(document, ours=_own(config).did))
        return found or [Event(type=EventType.IGNORED, event_key=digest(repr(document)), reason="an empty page")]

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered:
        own = _own(config)
        return bluesky_records.rendered(request, host=own.pds_host or own.service)

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:
        account = _account(_own(config))
        if account is None or not request.to.address:
            return Sent(outcome=Outcome.CONFIG, detail="the account's DID, its app password and a person are needed")
        leaves = bluesky_sending.send_public if request.public else bluesky_sending.send_private
        return await leaves(request, account, self._sessions, context)

    async def receipt(self, request: SendRequest, config: ChannelConfig, context: Context) -> Receipt:
        account = _account(_own(config))
        if account is None:
            return Receipt(known=None)
        return await bluesky_sending.receipt(request, account, self._sessions, context)

    async def fetch(self, attachment: Attachment, config: ChannelConfig, context: Context) -> bytes:  # noqa: ARG002
        return await bluesky_media.fetch(attachment, context)

    async def check(self, config: ChannelConfig, context: Context) -> Checked:
        own = _own(config)
        return await social_probing.check_bluesky(own.service, own.did, own.app_password, context)

    async def poll(self, config: ChannelConfig, context: Context, *, cursor: Mapping[str, object]) -> Polled:
        account = _account(_own(config))
        if account is None:
            raise Unreadable("il manque le DID du compte ou son mot de passe d'application")
        return await bluesky_polling.poll(account, self._sessions, context, cursor=cursor)


def _own(config: ChannelConfig) -> BlueskyConfig:
    assert isinstance(config, BlueskyConfig)
    return config


def _account(own: BlueskyConfig) -> Account | None:
    if own.did is None or own.app_password is None:
        return None
    return Account(own.service, own.pds_host or own.service, own.did, own.app_password)
