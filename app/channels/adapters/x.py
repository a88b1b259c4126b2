"""X (Twitter): direct messages and mentions, by the Activity API.

Source: docs.x.com/x-api/activity, /webhooks. Many direct messages are end-to-end encrypted since 2026: such a message is
kept as one that cannot be read, never dropped.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from pydantic import SecretStr

from app.channels.contract import (
    Attachment,
    Capabilities,
    ChannelConfig,
    Delivery,
    Event,
    EventType,
    Handshake,
    Meta,
    Party,
    PointKind,
    Verdict,
)
from app.channels.errors import Unreadable
from app.channels.kit.forms import parameters
from app.channels.kit.json import load_provider, member, objects, text
from app.channels.kit.keys import digest
from app.channels.kit.signatures import VERIFIED, SignedConfig, hmac_base64, in_force, judged, same
from app.channels.kit.times import from_epoch, from_iso

ENCRYPTED = "end-to-end encrypted: it can only be read on X"


class XConfig(SignedConfig):
    """An application of X; its consumer secret signs, and answers the challenge."""

    consumer_secret: SecretStr | None = None
    previous_consumer_secret: SecretStr | None = None

    def signing_secrets(self) -> Sequence[SecretStr]:
        return in_force(self.consumer_secret, self.previous_consumer_secret)


class XAdapter:
    """Direct messages and mentions of the accounts of an application."""

    meta: ClassVar[Meta] = Meta(
        type="x", name_fr="X (Twitter)", name_en="X (Twitter)", homepage="https://docs.x.com/x-api"
    )
    Config: ClassVar[type[ChannelConfig]] = XConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:  # noqa: ARG002
        return Capabilities(public=True, text_max=10_000)

    def config_for(self, secret: str | None) -> ChannelConfig:
        return XConfig(consumer_secret=SecretStr(secret) if secret else None, accept_unsigned=secret is None)

    def handshake(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Handshake | None:  # noqa: ARG002
        """Answers the challenge (CRC) that X sends when the webhook is made, and every day."""
        token = _challenge(delivery)
        if token is None:
            return None
        secrets = _own(config).signing_secrets()
        if not secrets or not token or len(token) > 500:
            return Handshake(403, "")
        answer = hmac_base64(secrets[0].get_secret_value().encode(), token.encode("utf-8", "replace"))
        return Handshake(200, json.dumps({"response_token": f"sha256={answer}"}), "application/json")

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:  # noqa: ARG002
        secrets = _own(config).signing_secrets()
        if secrets and _challenge(delivery) is not None:
            return VERIFIED  # a challenge proves us, not X: it says nothing that could be false
        given = delivery.header("x-twitter-webhooks-signature") or ""
        return judged(
            secrets,
            lambda key: same(given, f"sha256={hmac_base64(key, delivery.body)}"),
            what="the x-twitter-webhooks-signature",
        )

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:  # noqa: ARG002
        document = load_provider(delivery.body)
        if not isinstance(document, dict):
            raise Unreadable("a delivery of X is a JSON object")
        return list(_events(document))


def _own(config: ChannelConfig) -> XConfig:
    assert isinstance(config, XConfig)
    return config


def _challenge(delivery: Delivery) -> str | None:
    return parameters(delivery.url).get("crc_token") if delivery.method.upper() == "GET" else None


def _events(document: Mapping[str, object]) -> Iterator[Event]:
    data = member(document, "data")
    account = text(data, "filter", "user_id") or text(document, "for_user_id")
    kind, payload = text(data, "event_type") or "", member(data, "payload")
    uuid = text(data, "event_uuid")
    messages = payload if kind.startswith("dm.") else document
    found = [_direct(message, messages, account=account) for message in objects(messages, "direct_message_events")]
    if kind == "post.mention.create" and isinstance(payload, dict):
        found.append(_mention(payload, data, account=account))
    elif kind == "chat.received" and isinstance(payload, dict):
        found.append(_encrypted(payload, account=account))
    elif kind == "oauth.revoke":
        problem = "the account withdrew its consent: no private message comes any more"
        found.append(
            Event(type=EventType.CHANNEL_PROBLEM, event_key=uuid or digest(repr(data)), account=account, reason=problem)
        )
    yield from found or [
        Event(
            type=EventType.IGNORED,
            event_key=uuid or digest(repr(document)),
            account=account,
            reason=f"event of kind {kind!r}"[:200],
        )
    ]


def _direct(event: Mapping[str, object], around: object, *, account: str | None) -> Event:
    identifier, sender = text(event, "id"), text(event, "message_create", "sender_id")
    recipient = text(event, "message_create", "target", "recipient_id")
    data = member(event, "message_create", "message_data")
    media = text(data, "attachment", "media", "media_url_https")
    kind = text(data, "attachment", "media", "type") or ""
    person = recipient if sender == account else sender
    return Event(
        type=EventType.OWN_ECHO if sender is not None and sender == account else EventType.MESSAGE_RECEIVED,
        event_key=identifier or digest(repr(event)),
        external_id=identifier,
        account=account,
        sender=_person(sender, member(around, "users", sender or "")),
        recipients=[Party(PointKind.X, recipient)] if recipient else [],
        text=text(data, "text") or "",
        attachments=[Attachment(name=None, content_type=_content_type(kind), source=media)] if media else [],
        occurred_at=from_epoch(member(event, "created_timestamp")),
        occurred_raw=text(event, "created_timestamp"),
        thread_key=text(event, "dm_conversation_id") or person,
    )


def _mention(post: Mapping[str, object], data: object, *, account: str | None) -> Event:
    identifier, author = text(post, "id"), text(post, "author_id")
    user = next((user for user in objects(data, "includes", "users") if text(user, "id") == author), None)
    answered = [
        found
        for reference in objects(post, "referenced_tweets")
        if text(reference, "type") == "replied_to" and (found := text(reference, "id"))
    ]
    versions = member(post, "edit_history_tweet_ids")
    first = str(versions[0]) if isinstance(versions, list) and versions else identifier
    # Every edit of a post has an id of its own; the first one names it.
    edited = first != identifier
    return Event(
        type=EventType.MESSAGE_EDITED if edited else EventType.MESSAGE_RECEIVED,
        event_key=f"post:{identifier}" if identifier else digest(repr(post)),
        external_id=identifier,
        account=account,
        sender=_person(author, user),
        text=text(post, "text") or "",
        occurred_at=from_iso(member(post, "created_at")),
        occurred_raw=text(post, "created_at"),
        thread_key=text(post, "conversation_id"),
        in_reply_to=answered,
        public=True,
        reports_on=first if edited else None,
    )


def _encrypted(payload: Mapping[str, object], *, account: str | None) -> Event:
    identifier = text(payload, "id")
    return Event(
        type=EventType.MESSAGE_RECEIVED,
        event_key=identifier or digest(repr(payload)),
        external_id=identifier,
        account=account,
        sender=_person(text(payload, "sender_id"), None),
        occurred_at=from_epoch(member(payload, "created_at_msec")),
        occurred_raw=text(payload, "created_at_msec"),
        thread_key=text(payload, "conversation_id"),
        warnings=[ENCRYPTED],
    )


def _person(identifier: str | None, user: object) -> Party | None:
    name = text(user, "name") or text(user, "data", "name") or text(user, "username") or text(user, "data", "username")
    return Party(PointKind.X, identifier, name) if identifier else None


def _content_type(kind: str) -> str:
    return "video/mp4" if kind in {"video", "animated_gif"} else "image/jpeg"
