"""FreeScout: one line a conversation with its `_embedded.threads`, as its module « API & Webhooks » gives it.

Source: api-docs.freescout.net, « Get Conversation ». The API tells no Message-ID: an answer to an old mail is known by the
conversation's number in its subject, from somebody who takes part.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from app.channels.kit.html_text import html_to_text
from app.imports import wording
from app.imports.settling import ID_MAX, refused, settled, status_of, undated
from app.imports.shapes import FlawCode, Flawed, ForeignMessage, ForeignPiece, ForeignTicket, Read
from app.tickets.values import AuthorKind, Direction, Status

_STATUSES: Mapping[str, Status] = {
    "active": Status.OPEN,
    "pending": Status.WAITING,
    "closed": Status.CLOSED,
    "spam": Status.CLOSED,
}
_NO_HISTORY: Mapping[str, tuple[FlawCode, str]] = {
    "deleted": (FlawCode.DELETED, "conversation jetée dans FreeScout"),
    "draft": (FlawCode.DRAFT, "brouillon : jamais envoyé"),
}
_WORDS: Mapping[str, tuple[Direction, AuthorKind]] = {
    "customer": (Direction.IN, AuthorKind.CITIZEN),
    "message": (Direction.OUT, AuthorKind.AGENT),
    "note": (Direction.NOTE, AuthorKind.AGENT),
    "lineitem": (Direction.NOTE, AuthorKind.AUTOMATION),
}
# Of a sort that a later version brought: who wrote it says enough.
_WRITERS: Mapping[str, tuple[Direction, AuthorKind]] = {
    "customer": (Direction.IN, AuthorKind.CITIZEN),
    "user": (Direction.NOTE, AuthorKind.AGENT),
}


def read(document: object, place: int) -> Read:
    """Reads one line of the export."""
    told = document if isinstance(document, Mapping) else {}
    external_id, embedded = wording.line(told.get("id"), limit=ID_MAX), wording.member(document, "_embedded")
    if not external_id or "threads" not in embedded:
        return refused(place, external_id or None, FlawCode.UNKNOWN_SHAPE, "ligne sans conversation de FreeScout")
    if (thrown := _NO_HISTORY.get(wording.line(told.get("state")).lower())) is not None:
        return refused(place, external_id, *thrown)
    raw = wording.line(told.get("status"), limit=100)
    status, known = status_of(_STATUSES, raw)
    way = wording.line(told.get("type"), limit=50).lower() or "email"
    messages, flaws = list[ForeignMessage](), list[Flawed]()
    for thread in wording.members(embedded, "threads"):
        read_one = _message(thread, place, external_id, way=way)
        if isinstance(read_one, Flawed):
            flaws.append(read_one)
        elif read_one is not None:
            messages.append(read_one)
    opened_at = wording.instant(told.get("createdAt")) or min((one.said_at for one in messages), default=None)
    if opened_at is None:
        return undated(place, external_id)
    customer = wording.member(told, "customer")
    value = ForeignTicket(
        place=place,
        external_id=external_id,
        number=wording.line(told.get("number"), limit=50) or None,
        subject=wording.line(told.get("subject")),
        status=status,
        status_raw=raw,
        status_known=known,
        requester=wording.person(customer) if customer else None,
        assignee_email=wording.address(wording.member(told, "assignee").get("email")),
        account=wording.address(wording.member(told, "mailbox").get("email")),
        tags=(*wording.words(embedded.get("tags")), *(("spam",) if raw == "spam" else ())),
        opened_at=opened_at,
        closed_at=wording.instant(told.get("closedAt")),
    )
    return settled(value, messages, flaws)


def _message(thread: Mapping[str, Any], place: int, conversation: str, *, way: str) -> ForeignMessage | Flawed | None:
    """Reads one thread; None for a line of history that says nothing."""
    external_id = wording.line(thread.get("id"), limit=ID_MAX)
    if not external_id:
        return refused(place, conversation, FlawCode.NO_IDENTIFIER, "message sans identifiant")
    if wording.line(thread.get("state")).lower() == "draft":
        return refused(place, external_id, FlawCode.DRAFT, "brouillon : jamais envoyé")
    said_at = wording.instant(thread.get("createdAt"))
    if said_at is None:
        return undated(place, external_id)
    sort = wording.line(thread.get("type")).lower()
    if (known := _WORDS.get(sort) or _WRITERS.get(_writer(thread))) is None:
        detail = "message d’une sorte que nous ne connaissons pas, et dont l’export ne dit pas qui l’a écrit"
        return refused(place, external_id, FlawCode.UNKNOWN_DIRECTION, detail)
    direction, kind = known
    html = wording.text(thread.get("body"))
    words = html_to_text(html) or wording.text(wording.member(thread, "action").get("text"))
    if sort == "lineitem" and not words:
        return None
    author = wording.member(thread, "createdBy")
    if direction is Direction.IN:
        author = wording.member(thread, "customer") or author
    return ForeignMessage(
        external_id=external_id,
        direction=direction,
        author_kind=kind,
        author=wording.person(author),
        said_at=said_at,
        said_raw=wording.line(thread.get("createdAt"), limit=100),
        text=words,
        html=html or None,
        message_id=wording.message_id(thread.get("messageId")),
        way=way,
        recipients=(*wording.addresses(thread.get("to")), *wording.addresses(thread.get("cc"))),
        automatic=kind is AuthorKind.AUTOMATION,
        pieces=tuple(_pieces(thread, external_id)),
    )


def _writer(thread: Mapping[str, Any]) -> str:
    return wording.line(wording.member(thread, "createdBy").get("type")).lower()


def _pieces(thread: Mapping[str, Any], thread_id: str) -> Iterator[ForeignPiece]:
    for one in wording.members(wording.member(thread, "_embedded"), "attachments"):
        yield ForeignPiece(
            name=wording.line(one.get("fileName"), limit=200) or "pièce",
            content_type=wording.line(one.get("mimeType"), limit=200) or "application/octet-stream",
            member=f"attachments/{thread_id}-{wording.line(one.get('id'), limit=40)}",
            size=wording.octets(one.get("size")),
        )
