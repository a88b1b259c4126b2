"""What Bluesky shows: mentions, replies and quotes in public, and the log of the private chat.

Sources: docs.bsky.app, app.bsky.notification.listNotifications and chat.bsky.convo.getLog. A person is a DID; the handle
may change hands. The chat tells nobody what the other side has read: `logReadConvo` is our own reading.
"""

from collections.abc import Iterator, Mapping

from app.channels.contract import Attachment, Event, EventType, Party, PointKind
from app.channels.kit.json import member, objects, text
from app.channels.kit.keys import digest
from app.channels.kit.times import from_iso

_SPOKEN = {"mention", "reply", "quote"}


def events(document: Mapping[str, object], *, ours: str | None) -> Iterator[Event]:
    """Yields what a page of notifications, or of the chat's log, says; `ours` is the DID of our account."""
    for item in _notifications(document):
        yield _notification(item, ours=ours)
    for item in objects(document, "logs"):
        yield _log(item, ours=ours)


def _notifications(document: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    yield from objects(document, "notifications")
    if text(document, "uri") and text(document, "reason"):
        yield document


def _notification(item: Mapping[str, object], *, ours: str | None) -> Event:
    uri, reason = text(item, "uri"), text(item, "reason") or ""
    record = member(item, "record")
    author = _author(member(item, "author"))
    parent = text(record, "reply", "parent", "uri")
    stamp = text(record, "createdAt") or text(item, "indexedAt")
    spoken = reason in _SPOKEN
    # A quotation with pictures holds them one level deeper (app.bsky.embed.recordWithMedia).
    images = [*objects(record, "embed", "images"), *objects(record, "embed", "media", "images")]
    film = next((found for path in (("embed",), ("embed", "media")) if (found := member(record, *path, "video"))), None)
    base_key = f"{uri}:{text(item, 'cid')}" if uri else digest(repr(item))
    return Event(
        type=EventType.MESSAGE_RECEIVED if spoken else EventType.IGNORED,
        event_key=base_key,
        external_id=uri,
        account=ours,
        sender=author,
        text=_words(record) if spoken else None,
        attachments=[*(_image(one, author) for one in images), *_film(film, author)] if spoken else [],
        occurred_at=from_iso(stamp),
        occurred_raw=stamp,
        thread_key=text(record, "reply", "root", "uri") or uri,
        in_reply_to=[parent] if parent else [],
        public=True,
        fields={"reason": reason, **({"cid": cid} if (cid := text(item, "cid")) else {})},
        reason=None if spoken else f"notification of kind {reason!r}"[:200],
    )


def _log(item: Mapping[str, object], *, ours: str | None) -> Event:
    kind = (text(item, "$type") or "").rpartition("#")[2]
    message = member(item, "message")
    identifier, did = text(message, "id"), text(message, "sender", "did")
    stamp = text(message, "sentAt")
    by_us = did is not None and did == ours
    known = {"logCreateMessage": EventType.OWN_ECHO if by_us else EventType.MESSAGE_RECEIVED}
    known["logDeleteMessage"] = EventType.IGNORED if by_us else EventType.MESSAGE_DELETED
    event_type = known.get(kind, EventType.IGNORED)
    created = kind == "logCreateMessage"
    return Event(
        type=event_type,
        event_key=identifier if created and identifier else digest(kind, identifier, text(item, "rev")),
        external_id=identifier,
        account=ours,
        sender=Party(PointKind.BLUESKY, did) if did else None,
        text=text(message, "text") if created else None,
        occurred_at=from_iso(stamp),
        occurred_raw=stamp,
        thread_key=text(item, "convoId"),
        fields={} if created else {"unaddressed": True},
        reports_on=None if created else identifier,
        reason=f"log of kind {kind!r}"[:200] if event_type is EventType.IGNORED else None,
    )


def _words(record: object) -> str:
    """A post's words, with the addresses it shows shortened or as a card: the words alone do not say where they lead."""
    said = text(record, "text") or ""
    card = text(record, "embed", "external", "uri") or text(record, "embed", "media", "external", "uri")
    links = [
        uri
        for facet in objects(record, "facets")
        for feature in objects(facet, "features")
        if (uri := text(feature, "uri"))
    ]
    hidden = [uri for uri in dict.fromkeys([*links, *([card] if card else [])]) if uri not in said]
    return "\n".join([said, "", *hidden]).strip() if hidden else said


def _film(video: object, author: Party | None) -> list[Attachment]:
    cid = text(video, "ref", "$link")
    source = f"{author.address}/{cid}" if author and cid else None
    return [Attachment(name=None, content_type=text(video, "mimeType") or "video/mp4", source=source)] if cid else []


def _author(author: object) -> Party | None:
    did = text(author, "did")
    return Party(PointKind.BLUESKY, did, text(author, "displayName") or text(author, "handle")) if did else None


def _image(image: Mapping[str, object], author: Party | None) -> Attachment:
    cid = text(image, "image", "ref", "$link")
    # A blob is fetched from its author's server: com.atproto.sync.getBlob takes the DID and the CID.
    source = f"{author.address}/{cid}" if author and cid else None
    return Attachment(name=None, content_type=text(image, "image", "mimeType") or "image/*", source=source)
