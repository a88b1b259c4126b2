"""Chatwoot: one line a conversation, `{"conversation": …, "messages": […]}`, as its application API gives them.

Source: developers.chatwoot.com, « Conversations List » and « Get messages ». Instants are seconds since 1970;
`message_type` is 0 in, 1 out, 2 activity, 3 template; `source_id` is the Message-ID of what came or left by mail.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from app.channels.kit.html_text import html_to_text
from app.imports import wording
from app.imports.settling import ID_MAX, refused, settled, status_of, undated
from app.imports.shapes import FlawCode, Flawed, ForeignMessage, ForeignPiece, ForeignTicket, Read
from app.tickets.values import AuthorKind, Direction, Status

_STATUSES: Mapping[str, Status] = {
    "open": Status.OPEN,
    "pending": Status.OPEN,
    "snoozed": Status.WAITING,
    "resolved": Status.RESOLVED,
}
_TYPES: Mapping[object, str] = {0: "incoming", 1: "outgoing", 2: "activity", 3: "template"}
_KINDS: Mapping[str, str] = {
    "image": "image/jpeg",
    "audio": "audio/mpeg",
    "video": "video/mp4",
    "file": "application/octet-stream",
}


def read(document: object, place: int) -> Read:
    """Reads one line of the export."""
    told = wording.member(document, "conversation")
    external_id = wording.line(told.get("id"), limit=ID_MAX)
    if not external_id:
        return refused(place, None, FlawCode.UNKNOWN_SHAPE, "ligne sans conversation de Chatwoot")
    meta = wording.member(told, "meta")
    way = wording.line(meta.get("channel"), limit=100).removeprefix("Channel::").lower() or "chat"
    raw = wording.line(told.get("status"), limit=100)
    status, known = status_of(_STATUSES, raw)
    messages, flaws = list[ForeignMessage](), list[Flawed]()
    for one in wording.members(document, "messages"):
        read_one = _message(one, place, external_id, way=way)
        if isinstance(read_one, Flawed):
            flaws.append(read_one)
        else:
            messages.append(read_one)
    opened_at = wording.instant(told.get("created_at")) or min((one.said_at for one in messages), default=None)
    if opened_at is None:
        return undated(place, external_id)
    sender = wording.member(meta, "sender")
    subject = wording.line(wording.member(told, "additional_attributes").get("mail_subject"))
    value = ForeignTicket(
        place=place,
        external_id=external_id,
        number=external_id,
        subject=subject or next((one.subject for one in messages if one.subject), ""),
        status=status,
        status_raw=raw,
        status_known=known,
        requester=wording.person(sender) if sender else None,
        assignee_email=wording.address(wording.member(meta, "assignee").get("email")),
        team=wording.line(wording.member(meta, "team").get("name"), limit=100) or None,
        account=next((one.recipients[0] for one in messages if _came(one) and one.recipients), None),
        tags=wording.words(told.get("labels")),
        opened_at=opened_at,
        closed_at=wording.instant(told.get("last_activity_at")) if status is Status.RESOLVED else None,
    )
    return settled(value, messages, flaws)


def _came(message: ForeignMessage) -> bool:
    return message.direction is Direction.IN


def _message(one: Mapping[str, Any], place: int, conversation: str, *, way: str) -> ForeignMessage | Flawed:
    external_id = wording.line(one.get("id"), limit=ID_MAX)
    if not external_id:
        return refused(place, conversation, FlawCode.NO_IDENTIFIER, "message sans identifiant")
    said_at = wording.instant(one.get("created_at"))
    if said_at is None:
        return undated(place, external_id)
    told_type = one.get("message_type")
    kind = _TYPES.get(told_type, "") if isinstance(told_type, int) else wording.line(told_type).lower()
    mail = wording.member(wording.member(one, "content_attributes"), "email")
    direction, author_kind = _direction(kind, one)
    html = wording.text(wording.member(mail, "html_content").get("full")) or None
    words = wording.text(wording.member(mail, "text_content").get("full")) or (html_to_text(html) if html else "")
    sender = wording.member(one, "sender")
    return ForeignMessage(
        external_id=external_id,
        direction=direction,
        author_kind=author_kind,
        author=wording.person(sender),
        said_at=said_at,
        said_raw=wording.line(one.get("created_at"), limit=100),
        subject=wording.line(mail.get("subject")),
        text=words or wording.text(one.get("content")),
        html=html,
        message_id=wording.message_id(mail.get("message_id") or one.get("source_id")),
        way=way,
        recipients=wording.addresses(mail.get("to")),
        automatic=author_kind is AuthorKind.AUTOMATION,
        pieces=tuple(_pieces(one, external_id)),
    )


def _direction(kind: str, one: Mapping[str, Any]) -> tuple[Direction, AuthorKind]:
    """What the tool itself wrote into a conversation is a note of a machine, never somebody's words."""
    if kind == "incoming":
        return Direction.IN, AuthorKind.CITIZEN
    bot = wording.line(wording.member(one, "sender").get("type")).lower() == "agent_bot"
    automatic = kind in {"activity", "template"} or bot or not wording.member(one, "sender")
    author = AuthorKind.AUTOMATION if automatic else AuthorKind.AGENT
    return (Direction.NOTE if kind == "activity" or one.get("private") is True else Direction.OUT), author


def _pieces(one: Mapping[str, Any], message_id: str) -> Iterator[ForeignPiece]:
    for piece in wording.members(one, "attachments"):
        address = wording.line(piece.get("data_url"), limit=2_000)
        try:
            name = unquote(urlsplit(address).path.rpartition("/")[2])
        except ValueError:
            name = ""
        yield ForeignPiece(
            name=wording.line(name, limit=200) or "pièce",
            content_type=_KINDS.get(wording.line(piece.get("file_type")), "application/octet-stream"),
            member=f"attachments/{message_id}-{wording.line(piece.get('id'), limit=40)}",
            size=wording.octets(piece.get("file_size")),
        )
