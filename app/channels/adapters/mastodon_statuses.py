"""What Mastodon shows of statuses: mentions, what was edited or deleted since, and what our own account wrote.

Sources: docs.joinmastodon.org/entities/Notification, /entities/Status, /methods/streaming. A direct message is a status
that mentions us with visibility `direct`; nothing is encrypted. The content is HTML of the author's server.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from app.channels.contract import Attachment, Event, EventType, Party, PointKind
from app.channels.kit.html_text import html_to_text
from app.channels.kit.json import load_provider, member, objects, text
from app.channels.kit.keys import digest
from app.channels.kit.times import from_iso

# A mention and a hashtag are shown as they are written; their links would double every one of them.
_DECORATED = re.compile(r'<a\b[^<>]{0,2000}\bclass="[^"<>]{0,200}\b(?:mention|hashtag)\b[^<>]{0,2000}>', re.IGNORECASE)
_TYPES = {"image": "image/*", "gifv": "video/mp4", "video": "video/*", "audio": "audio/*"}
# A stream tells of every status of the time line: one we never received is no gap.
UNADDRESSED = {"unaddressed": True}


@dataclass(frozen=True, slots=True)
class Account:
    """Our own account, by which our statuses are known."""

    instance: str | None
    acct: str | None


def events(document: object, us: Account) -> Iterator[Event]:
    if isinstance(document, list):
        for item in objects(document):
            yield from events(item, us)
        return
    streamed, payload = text(document, "event"), text(document, "payload")
    if streamed is None or payload is None:
        yield _notification(document, us)
    elif streamed == "delete":
        yield Event(
            type=EventType.MESSAGE_DELETED,
            event_key=f"{payload}:deleted",
            external_id=payload,
            reports_on=payload,
            fields=UNADDRESSED,
        )
    elif streamed in {"notification", "status.update", "update"}:
        inner = load_provider(payload.encode())
        if streamed == "update":
            yield _published(inner, us)
        else:
            yield _notification(inner if streamed == "notification" else {"type": "update", "status": inner}, us)
    else:
        yield Event(type=EventType.IGNORED, event_key=digest(payload), reason=f"stream event {streamed!r}"[:200])


def _notification(notification: object, us: Account) -> Event:
    kind, identifier = text(notification, "type") or "", text(notification, "id")
    status = member(notification, "status")
    if kind == "moderation_warning":
        key = f"notification:{identifier}" if identifier else digest(repr(notification))
        told = text(notification, "moderation_warning", "text") or text(notification, "moderation_warning", "action")
        reason = f"the moderators of the server warned our account: {told or 'open the account there'}"[:500]
        return Event(type=EventType.CHANNEL_PROBLEM, event_key=key, external_id=identifier, reason=reason)
    if kind not in {"mention", "update", "quote"} or not isinstance(status, dict):
        key = f"notification:{identifier}" if identifier else digest(repr(notification))
        reason = f"notification of kind {kind!r}"[:200]
        return Event(type=EventType.IGNORED, event_key=key, external_id=identifier, reason=reason)
    event = _status(status, us)
    if kind == "update" and event.type is EventType.OWN_ECHO:
        return replace(event, type=EventType.IGNORED, event_key=f"{event.event_key}:edited", reason="our own edit")
    return _edited(event, status) if kind == "update" else event


def _published(status: object, us: Account) -> Event:
    """A status of the time line: ours when it answers somebody is an echo, every other one is not for us."""
    event = _status(status, us) if isinstance(status, dict) else None
    if event is None or event.type is not EventType.OWN_ECHO or not event.in_reply_to:
        return Event(type=EventType.IGNORED, event_key=digest(repr(status)), reason="a status of the time line")
    named = [party for one in objects(status, "mentions") if (party := _author(one, us)) is not None]
    return replace(event, recipients=named, thread_key=named[0].address if len(named) == 1 else None)


def _status(status: Mapping[str, object], us: Account) -> Event:
    identifier, visibility = text(status, "id"), text(status, "visibility") or "public"
    account = member(status, "account")
    author = _author(account, us)
    answered = text(status, "in_reply_to_id")
    by_us = author is not None and us.acct is not None and author.address == us.acct.lower()
    warning = text(status, "spoiler_text")
    kept = {"visibility": visibility, "url": text(status, "url"), "account_id": text(account, "id"), "cw": warning}
    words = html_to_text(_DECORATED.sub("<a>", text(status, "content") or ""))
    return Event(
        type=EventType.OWN_ECHO if by_us else EventType.MESSAGE_RECEIVED,
        event_key=identifier or digest(repr(status)),
        external_id=identifier,
        account=us.acct,
        sender=author,
        text="\n\n".join(part for part in (warning, words, _poll(status)) if part),
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


def _poll(status: Mapping[str, object]) -> str:
    """The choices of a poll stand beside the words, which rarely mean anything without them."""
    titles = [title for one in objects(status, "poll", "options") if (title := text(one, "title"))]
    return "\n".join(f"- {title}" for title in titles)


def _edited(event: Event, status: Mapping[str, object]) -> Event:
    stamp = text(status, "edited_at")
    return replace(
        event,
        type=EventType.MESSAGE_EDITED,
        event_key=digest(event.external_id, stamp, event.text),
        occurred_at=from_iso(stamp) or event.occurred_at,
        occurred_raw=stamp or event.occurred_raw,
        automatic=False,
        fields={**event.fields, **UNADDRESSED},
        reports_on=event.external_id,
    )


def _author(account: object, us: Account) -> Party | None:
    acct = text(account, "acct")
    if not acct:
        return None
    if "@" not in acct:
        # A local name: two instances may hold the same one, so it is written with its server.
        instance = us.instance or _host(text(account, "url"))
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
