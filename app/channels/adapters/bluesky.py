"""Bluesky: mentions and replies, and the private chat.

Sources: docs.bsky.app, app.bsky.notification.listNotifications and chat.bsky.convo.getLog. A person is a DID; the handle
may change hands.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from pydantic import SecretStr

from app.channels.contract import (
    Attachment,
    Capabilities,
    ChannelConfig,
    Delivery,
    Event,
    EventType,
    Meta,
    Party,
    PointKind,
    TextUnit,
)
from app.channels.errors import Unreadable
from app.channels.kit.json import load_provider, member, objects, text
from app.channels.kit.keys import digest
from app.channels.kit.times import from_iso
from app.channels.kit.unsigned import SharedSecretConfig, SharedSecretDoor

_SPOKEN = {"mention", "reply", "quote"}


class BlueskyConfig(SharedSecretConfig):
    """An account: its DID, by which our own words are known."""

    did: str | None = None
    service: str = "bsky.social"
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

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        assert isinstance(config, BlueskyConfig)
        return Capabilities(public=True, text_max=300, text_unit=TextUnit.GRAPHEMES, credential_hosts=(config.service,))

    def config_for(self, secret: str | None) -> ChannelConfig:
        return BlueskyConfig(token=SecretStr(secret) if secret else None)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        assert isinstance(config, BlueskyConfig)
        document = load_provider(delivery.body)
        if not isinstance(document, dict):
            raise Unreadable("a page of Bluesky is a JSON object")
        found = [
            *(_notification(item, config) for item in _notifications(document)),
            *(_log(item, config) for item in objects(document, "logs")),
        ]
        return found or [Event(type=EventType.IGNORED, event_key=digest(repr(document)), reason="an empty page")]


def _notifications(document: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    yield from objects(document, "notifications")
    if text(document, "uri") and text(document, "reason"):
        yield document


def _notification(item: Mapping[str, object], config: BlueskyConfig) -> Event:
    uri, reason = text(item, "uri"), text(item, "reason") or ""
    record = member(item, "record")
    author = _author(member(item, "author"))
    parent = text(record, "reply", "parent", "uri")
    stamp = text(record, "createdAt") or text(item, "indexedAt")
    spoken = reason in _SPOKEN
    images = list(objects(record, "embed", "images"))
    base_key = f"{uri}:{text(item, 'cid')}" if uri else digest(repr(item))
    return Event(
        type=EventType.MESSAGE_RECEIVED if spoken else EventType.IGNORED,
        event_key=base_key,
        external_id=uri,
        account=config.did,
        sender=author,
        text=text(record, "text") if spoken else None,
        attachments=[_image(image, author) for image in images] if spoken else [],
        occurred_at=from_iso(stamp),
        occurred_raw=stamp,
        thread_key=text(record, "reply", "root", "uri") or uri,
        in_reply_to=[parent] if parent else [],
        public=True,
        fields={"reason": reason, **({"cid": cid} if (cid := text(item, "cid")) else {})},
        reason=None if spoken else f"notification of kind {reason!r}"[:200],
    )


def _log(item: Mapping[str, object], config: BlueskyConfig) -> Event:
    kind = (text(item, "$type") or "").rpartition("#")[2]
    message = member(item, "message")
    identifier, did = text(message, "id"), text(message, "sender", "did")
    stamp = text(message, "sentAt")
    by_us = did is not None and did == config.did
    known = {"logCreateMessage": EventType.OWN_ECHO if by_us else EventType.MESSAGE_RECEIVED}
    known["logDeleteMessage"] = EventType.MESSAGE_DELETED
    event_type = known.get(kind, EventType.IGNORED)
    created = kind == "logCreateMessage"
    return Event(
        type=event_type,
        event_key=identifier if created and identifier else digest(kind, identifier, text(item, "rev")),
        external_id=identifier,
        account=config.did,
        sender=Party(PointKind.BLUESKY, did) if did else None,
        text=text(message, "text") if created else None,
        occurred_at=from_iso(stamp),
        occurred_raw=stamp,
        thread_key=text(item, "convoId"),
        reports_on=None if created else identifier,
        reason=f"log of kind {kind!r}"[:200] if event_type is EventType.IGNORED else None,
    )


def _author(author: object) -> Party | None:
    did = text(author, "did")
    return Party(PointKind.BLUESKY, did, text(author, "displayName") or text(author, "handle")) if did else None


def _image(image: Mapping[str, object], author: Party | None) -> Attachment:
    cid = text(image, "image", "ref", "$link")
    # A blob is fetched from its author's server: com.atproto.sync.getBlob takes the DID and the CID.
    source = f"{author.address}/{cid}" if author and cid else None
    return Attachment(name=None, content_type=text(image, "image", "mimeType") or "image/*", source=source)
