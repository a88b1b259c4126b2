"""Mastodon: mentions of the administration's account, public or direct, and answers never shown to more people.

Source: docs.joinmastodon.org. Mentions are asked for every minute; the stream hastens that, and tells what was edited or
deleted. What the stream brings while nobody listens comes with the next poll, save edits and deletions.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import ClassVar

from pydantic import SecretStr

from app.channels.adapters import mastodon_api, mastodon_statuses, social_probing
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
    Rendered,
    SendRequest,
    Sent,
)
from app.channels.errors import Unreadable
from app.channels.kit.json import load_provider
from app.channels.kit.keys import digest
from app.channels.kit.media import MAX_BYTES, download
from app.channels.kit.unsigned import SharedSecretConfig, SharedSecretDoor

# The person's own name stands in every answer; a server counts its first part only.
_ROOM_FOR_NAME = 32
_STREAMED = frozenset({"notification", "status.update", "delete"})


class MastodonConfig(SharedSecretConfig):
    """An account of an instance; `acct` is its own name (`ville@mastodon.example`), by which our statuses are known."""

    instance: str | None = None
    acct: str | None = None
    access_token: SecretStr | None = None
    streaming_host: str | None = None  # where the instance serves its streams elsewhere (`/api/v2/instance`)
    max_characters: int = 500  # as the instance says (`/api/v2/instance`)


class MastodonAdapter(SharedSecretDoor):
    """Mentions of one account, as notifications read from the API or from its stream."""

    meta: ClassVar[Meta] = Meta(
        type="mastodon", name_fr="Mastodon", name_en="Mastodon", homepage="https://docs.joinmastodon.org/methods/"
    )
    Config: ClassVar[type[ChannelConfig]] = MastodonConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        own = _own(config)
        connected = _server(own) is not None
        hosts = (own.instance, own.streaming_host)
        return Capabilities(
            can_send=connected,
            public=True,
            text_max=max(own.max_characters - _ROOM_FOR_NAME, 1),
            edits=True,
            deletes=True,
            echoes=connected,
            rate_per_second=1,  # 300 requests in five minutes
            identity_assurance=IdentityAssurance.ACCOUNT,
            polls=connected,
            streams=connected,
            fetch_max_bytes=MAX_BYTES,
            credential_hosts=tuple(host for host in hosts if host),
        )

    def config_for(self, secret: str | None) -> ChannelConfig:
        return MastodonConfig(token=SecretStr(secret) if secret else None)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        own = _own(config)
        document = load_provider(delivery.body)
        if not isinstance(document, dict | list):
            raise Unreadable("a notification is a JSON object, and a page of them a list")
        found = list(mastodon_statuses.events(document, mastodon_statuses.Account(own.instance, own.acct)))
        return found or [Event(type=EventType.IGNORED, event_key=digest(repr(document)), reason="no notification")]

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered:
        """A public answer is shown here at its widest; it leaves as wide as what it answers."""
        visibility = "public" if request.public else "direct"
        url = f"https://{_own(config).instance}/api/v1/statuses"
        return Rendered("application/json", mastodon_api.status_of(request, visibility=visibility), url)

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:
        server = _server(_own(config))
        if server is None or not request.to.address:
            return Sent(outcome=Outcome.CONFIG, detail="the instance, its token and a person are needed")
        return await mastodon_api.send(request, server, context)

    async def fetch(self, attachment: Attachment, config: ChannelConfig, context: Context) -> bytes:  # noqa: ARG002
        return await download(attachment.source or "", context)  # public: no token leaves

    async def check(self, config: ChannelConfig, context: Context) -> Checked:
        own = _own(config)
        return await social_probing.check_mastodon(own.instance, own.acct, own.access_token, context)

    async def poll(self, config: ChannelConfig, context: Context, *, cursor: Mapping[str, object]) -> Polled:
        return await mastodon_api.poll(_connected(config), context, cursor=cursor)

    async def wait(self, config: ChannelConfig, context: Context, *, timeout_s: float) -> bool:
        """Listens for a notification, which the next poll then reads."""
        import asyncio  # parsing one delivery must not pay for a loop

        try:
            async with asyncio.timeout(timeout_s):
                async with aclosing(
                    mastodon_api.streamed("user/notification", _connected(config), context)
                ) as announced:
                    async for name, _ in announced:
                        if name == "notification":
                            return True
        except TimeoutError:
            pass
        return False

    async def listen(self, config: ChannelConfig, context: Context) -> AsyncIterator[Delivery]:
        """Yields what the account's stream tells; a poll brings the mentions again, and they fold."""
        async with aclosing(mastodon_api.streamed("user", _connected(config), context)) as told:
            async for name, payload in told:
                if name in _STREAMED:
                    body = json.dumps({"event": name, "payload": payload}).encode()
                    yield Delivery(body=body, headers=[("Content-Type", "application/json")])


def _own(config: ChannelConfig) -> MastodonConfig:
    assert isinstance(config, MastodonConfig)
    return config


def _server(own: MastodonConfig) -> mastodon_api.Server | None:
    if own.instance is None or own.access_token is None:
        return None
    return mastodon_api.Server(own.instance, own.streaming_host or own.instance, own.access_token)


def _connected(config: ChannelConfig) -> mastodon_api.Server:
    server = _server(_own(config))
    if server is None:
        raise Unreadable("il manque l'instance ou le jeton du compte")
    return server
