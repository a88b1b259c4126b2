"""What X tells: direct messages and mentions, by the Activity API or read from the list of direct messages.

Sources: docs.x.com/x-api/activity, /direct-messages/lookup. Many direct messages are end-to-end encrypted since 2026: such
a message is kept as one that cannot be read, never dropped.
"""

from collections.abc import Iterator, Mapping

from app.channels.contract import Attachment, Event, EventType, Party, PointKind
from app.channels.kit.json import member, objects, text
from app.channels.kit.keys import digest
from app.channels.kit.times import from_epoch, from_iso

ENCRYPTED = "end-to-end encrypted: it can only be read on X"


def events(document: Mapping[str, object], *, ours: str | None) -> Iterator[Event]:
    """Yields what an activity says, or a page of direct messages read from the API; `ours` is our account's id."""
    data = member(document, "data")
    if isinstance(data, list):
        yield from (_read(event, document, account=ours) for event in objects(document, "data"))
        return
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
        thread_key=_thread(text(event, "dm_conversation_id"), person),
    )


def _read(event: Mapping[str, object], around: object, *, account: str | None) -> Event:
    """A direct message as the API lists it: the same message as the webhook's, under the same key."""
    identifier, sender = text(event, "id"), text(event, "sender_id")
    named = text(event, "dm_conversation_id")
    user = next((user for user in objects(around, "includes", "users") if text(user, "id") == sender), None)
    if text(event, "event_type") != "MessageCreate":
        reason = f"direct message event {text(event, 'event_type')!r}"[:200]
        return Event(type=EventType.IGNORED, event_key=identifier or digest(repr(event)), reason=reason)
    others = [one for one in (named or "").split("-") if one and one != account]
    person = others[0] if len(others) == 1 else sender
    by_us = sender is not None and sender == account
    return Event(
        type=EventType.OWN_ECHO if by_us else EventType.MESSAGE_RECEIVED,
        event_key=identifier or digest(repr(event)),
        external_id=identifier,
        account=account,
        sender=_person(sender, user),
        recipients=[Party(PointKind.X, person)] if by_us and person else [],
        text=text(event, "text") or "",
        occurred_at=from_iso(member(event, "created_at")),
        occurred_raw=text(event, "created_at"),
        thread_key=_thread(named, person),
        warnings=["une pièce est jointe : ouvrez X pour la voir"] if member(event, "attachments") else [],
    )


def _thread(named: str | None, person: str | None) -> str | None:
    """A conversation of two is named by the other person: the webhook and the API do not name it alike."""
    return person if person and (named is None or person in named.split("-")) else named


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
        # A long post is cut in `text`, and whole in its note.
        text=text(post, "note_tweet", "text") or text(post, "text") or "",
        attachments=list(_shown(post, data)),
        occurred_at=from_iso(member(post, "created_at")),
        occurred_raw=text(post, "created_at"),
        thread_key=text(post, "conversation_id"),
        in_reply_to=answered,
        public=True,
        reports_on=first if edited else None,
    )


def _shown(post: Mapping[str, object], data: object) -> Iterator[Attachment]:
    """Yields the pictures of a post that the delivery gives the address of."""
    keys = member(post, "attachments", "media_keys")
    wanted = {str(key) for key in keys} if isinstance(keys, list) else set()
    for media in objects(data, "includes", "media"):
        url = text(media, "url") or text(media, "preview_image_url")
        if text(media, "media_key") in wanted and url and url.startswith("https://"):
            yield Attachment(name=None, content_type="image/jpeg", source=url)


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
