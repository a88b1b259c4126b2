"""Public words on a page or an Instagram account: comments, posts and mentions.

Sources: developers.facebook.com/docs/graph-api/webhooks/reference/page (feed, mention), /instagram (comments, mentions).
`from` is absent where the person's privacy or our permissions hide it: identity is then unknown, never guessed.
"""

from collections.abc import Mapping
from dataclasses import replace

from app.channels.contract import Attachment, Event, EventType, Party, PointKind
from app.channels.kit.json import member, text
from app.channels.kit.keys import digest
from app.channels.kit.times import from_epoch

_WRITTEN = {"comment", "post", "status", "photo", "video", "share", "album", "note"}
_VERBS = {
    "add": EventType.MESSAGE_RECEIVED,
    "edit": EventType.MESSAGE_EDITED,
    "edited": EventType.MESSAGE_EDITED,
    "remove": EventType.MESSAGE_DELETED,
}


def page_change(field: str, value: Mapping[str, object], *, account: str | None) -> Event:
    """Reads a change of a page's feed, or a mention of the page."""
    item, verb = text(value, "item") or "", text(value, "verb") or ""
    comment, post = text(value, "comment_id"), text(value, "post_id")
    author = text(value, "from", "id") or text(value, "sender_id")
    name = text(value, "from", "name") or text(value, "sender_name")
    identifier = comment or post
    parent = text(value, "parent_id")
    base = Event(
        type=_type(field, item=item, verb=verb, by_us=author is not None and author == account),
        event_key=digest(field, identifier, verb, text(value, "created_time"), text(value, "message")),
        external_id=identifier,
        account=account,
        sender=Party(PointKind.MESSENGER, author, name) if author else None,
        text=text(value, "message"),
        attachments=_photo(value),
        occurred_at=from_epoch(member(value, "created_time")),
        occurred_raw=text(value, "created_time"),
        thread_key=post,
        in_reply_to=[parent] if parent and parent != post else [],
        public=True,
        fields=_fields({"item": item, "verb": verb, "permalink": text(value, "post", "permalink_url")}),
    )
    return _explained(base, what=f"{field} {item} {verb}".strip())


def instagram_change(field: str, value: Mapping[str, object], *, account: str | None) -> Event:
    """Reads a comment on, or a mention of, an Instagram account."""
    identifier = text(value, "id") or text(value, "comment_id") or text(value, "media_id")
    author = text(value, "from", "id")
    media = text(value, "media", "id") or text(value, "media_id")
    parent = text(value, "parent_id")
    known = field in {"comments", "live_comments", "mentions"}
    by_us = author is not None and author == account
    base = Event(
        type=_type("feed", item="comment" if known else "", verb="add", by_us=by_us),
        event_key=digest(field, identifier, text(value, "text")),
        external_id=identifier,
        account=account,
        sender=Party(PointKind.INSTAGRAM, author, text(value, "from", "username")) if author else None,
        text=text(value, "text"),
        thread_key=media,
        in_reply_to=[parent] if parent else [],
        public=True,
        fields=_fields({"item": field}),
    )
    return _explained(base, what=field)


def _type(field: str, *, item: str, verb: str, by_us: bool) -> EventType:
    if field == "mention":
        return EventType.MESSAGE_RECEIVED
    kind = _VERBS.get(verb) if field == "feed" and item in _WRITTEN else None
    if kind is None:
        return EventType.IGNORED
    return EventType.OWN_ECHO if by_us else kind


def _explained(event: Event, *, what: str) -> Event:
    if event.type is EventType.IGNORED:
        return replace(event, reason=f"{what or 'change'} is not a message")
    if event.type is EventType.MESSAGE_RECEIVED and event.text is None and not event.attachments:
        return replace(event, warnings=["Meta gives no text for it: open it on the site"])
    if event.type in {EventType.MESSAGE_EDITED, EventType.MESSAGE_DELETED}:
        return replace(event, reports_on=event.external_id)
    return event


def _photo(value: Mapping[str, object]) -> list[Attachment]:
    url = text(value, "photo") or text(value, "video")
    is_link = url is not None and url.startswith("https://")
    content_type = "video/*" if text(value, "video") else "image/*"
    return [Attachment(name=None, content_type=content_type, source=url)] if is_link else []


def _fields(values: Mapping[str, str | None]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value}
