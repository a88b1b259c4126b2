"""Mastodon: mentions of the administration's account, public or direct.

Sources: docs.joinmastodon.org/entities/Notification, /entities/Status, /methods/streaming. A direct message is a status
that mentions us with visibility `direct`; nothing is encrypted. The content is HTML of the author's server.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar
from urllib.parse import urlsplit

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
)
from app.channels.errors import Unreadable
from app.channels.kit.html_text import html_to_text
from app.channels.kit.json import load_provider, member, objects, text
from app.channels.kit.keys import digest
from app.channels.kit.times import from_iso
from app.channels.kit.unsigned import SharedSecretConfig, SharedSecretDoor

# A mention and a hashtag are shown as they are written; their links would double every one of them.
_DECORATED = re.compile(r'<a\b[^<>]{0,2000}\bclass="[^"<>]{0,200}\b(?:mention|hashtag)\b[^<>]{0,2000}>', re.IGNORECASE)
_TYPES = {"image": "image/*", "gifv": "video/mp4", "video": "video/*", "audio": "audio/*"}


class MastodonConfig(SharedSecretConfig):
    """An account of an instance; `acct` is its own name (`ville@mastodon.example`), by which our statuses are known."""

    instance: str | None = None
    acct: str | None = None
    access_token: SecretStr | None = None


class MastodonAdapter(SharedSecretDoor):
    """Mentions of one account, as notifications read from the API or from its stream."""

    meta: ClassVar[Meta] = Meta(
        type="mastodon", name_fr="Mastodon", name_en="Mastodon", homepage="https://docs.joinmastodon.org/methods/"
    )
    Config: ClassVar[type[ChannelConfig]] = MastodonConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        assert isinstance(config, MastodonConfig)
        hosts = (config.instance,) if config.instance else ()
        return Capabilities(public=True, text_max=500, credential_hosts=hosts)

    def config_for(self, secret: str | None) -> ChannelConfig:
        return MastodonConfig(token=SecretStr(secret) if secret else None)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        assert isinstance(config, MastodonConfig)
        document = load_provider(delivery.body)
        if not isinstance(document, dict | list):
            raise Unreadable("a notification is a JSON object, and a page of them a list")
        found = list(_events(document, config))
        return found or [Event(type=EventType.IGNORED, event_key=digest(repr(document)), reason="no notification")]


def _events(document: object, config: MastodonConfig) -> Iterator[Event]:
    if isinstance(document, list):
        for item in objects(document):
            yield from _events(item, config)
        return
    streamed, payload = text(document, "event"), text(document, "payload")
    if streamed is None or payload is None:
        yield _notification(document, config)
    elif streamed == "delete":
        yield Event(
            type=EventType.MESSAGE_DELETED, event_key=f"{payload}:deleted", external_id=payload, reports_on=payload
        )
    elif streamed in {"notification", "status.update"}:
        inner = load_provider(payload.encode())
        notification = inner if streamed == "notification" else {"type": "update", "status": inner}
        yield _notification(notification, config)
    else:
        yield Event(type=EventType.IGNORED, event_key=digest(payload), reason=f"stream event {streamed!r}"[:200])


def _notification(notification: object, config: MastodonConfig) -> Event:
    kind, identifier = text(notification, "type") or "", text(notification, "id")
    status = member(notification, "status")
    if kind not in {"mention", "update"} or not isinstance(status, dict):
        key = f"notification:{identifier}" if identifier else digest(repr(notification))
        reason = f"notification of kind {kind!r}"[:200]
        return Event(type=EventType.IGNORED, event_key=key, external_id=identifier, reason=reason)
    event = _status(status, config)
    return _edited(event, status) if kind == "update" else event


def _status(status: Mapping[str, object], config: MastodonConfig) -> Event:
    identifier, visibility = text(status, "id"), text(status, "visibility") or "public"
    account = member(status, "account")
    author = _author(account, config)
    answered = text(status, "in_reply_to_id")
    by_us = author is not None and config.acct is not None and author.address == config.acct.lower()
    warning = text(status, "spoiler_text")
    kept = {"visibility": visibility, "url": text(status, "url"), "account_id": text(account, "id"), "cw": warning}
    words = html_to_text(_DECORATED.sub("<a>", text(status, "content") or ""))
    return Event(
        type=EventType.OWN_ECHO if by_us else EventType.MESSAGE_RECEIVED,
        event_key=identifier or digest(repr(status)),
        external_id=identifier,
        account=config.acct,
        sender=author,
        text=f"{warning}\n\n{words}" if warning else words,
        attachments=[_piece(piece) for piece in objects(status, "media_attachments")],
        occurred_at=from_iso(member(status, "created_at")),
        occurred_raw=text(status, "created_at"),
        # A direct conversation is with one person; a public thread has no name of its own.
        thread_key=author.address if author and visibility == "direct" else None,
        in_reply_to=[answered] if answered else [],
        automatic=member(account, "bot") is True,
        public=visibility in {"public", "unlisted"},
        fields={name: said for name, said in kept.items() if said},
    )


def _edited(event: Event, status: Mapping[str, object]) -> Event:
    stamp = text(status, "edited_at")
    return Event(
        type=EventType.MESSAGE_EDITED,
        event_key=digest(event.external_id, stamp, event.text),
        external_id=event.external_id,
        account=event.account,
        sender=event.sender,
        text=event.text,
        attachments=event.attachments,
        occurred_at=from_iso(stamp) or event.occurred_at,
        occurred_raw=stamp or event.occurred_raw,
        thread_key=event.thread_key,
        in_reply_to=event.in_reply_to,
        public=event.public,
        fields=event.fields,
        reports_on=event.external_id,
    )


def _author(account: object, config: MastodonConfig) -> Party | None:
    acct = text(account, "acct")
    if acct is None:
        return None
    if "@" not in acct:
        # A local name: two instances may hold the same one, so it is written with its server.
        instance = config.instance or _host(text(account, "url"))
        acct = f"{acct}@{instance}" if instance else acct
    return Party(PointKind.MASTODON, acct.lower(), text(account, "display_name") or text(account, "username"))


def _host(url: str | None) -> str | None:
    try:
        return urlsplit(url or "").hostname
    except ValueError:
        return None


def _piece(piece: Mapping[str, object]) -> Attachment:
    return Attachment(
        name=None,
        content_type=_TYPES.get(text(piece, "type") or "", "application/octet-stream"),
        source=text(piece, "url") or text(piece, "remote_url"),
    )
