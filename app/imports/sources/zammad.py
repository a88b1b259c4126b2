"""Zammad: one line a ticket, `{"ticket": …, "articles": […], "tags": […]}`, as its REST API gives them with `expand=true`.

Source: docs.zammad.org, « REST API », Ticket and Ticket Articles; attachments by `/api/v1/ticket_attachment/…`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from app.channels.kit.html_text import html_to_text
from app.imports import wording
from app.imports.settling import ID_MAX, refused, settled, status_of, undated
from app.imports.shapes import FlawCode, Flawed, ForeignMessage, ForeignPerson, ForeignPiece, ForeignTicket, Read
from app.tickets.values import AuthorKind, Direction, Status

_STATUSES: Mapping[str, Status] = {
    "new": Status.NEW,
    "open": Status.OPEN,
    "pending reminder": Status.WAITING,
    "pending close": Status.WAITING,
    "closed": Status.CLOSED,
    "merged": Status.CLOSED,
    "removed": Status.CLOSED,
}
# What an installation seeds; an expanded answer names the sender in a word.
_SENDERS: Mapping[object, str] = {1: "agent", 2: "customer", 3: "system"}


def read(document: object, place: int) -> Read:
    """Reads one line of the export."""
    ticket = wording.member(document, "ticket")
    external_id = wording.line(ticket.get("id"), limit=ID_MAX)
    if not external_id or "articles" not in _keys(document):
        return refused(place, None, FlawCode.UNKNOWN_SHAPE, "ligne sans ticket de Zammad")
    opened_at = wording.instant(ticket.get("created_at"))
    raw = wording.line(ticket.get("state") or ticket.get("state_id"), limit=100)
    status, known = status_of(_STATUSES, raw)
    messages, flaws = list[ForeignMessage](), list[Flawed]()
    for article in wording.members(document, "articles"):
        read_one = _message(article, place, external_id)
        if isinstance(read_one, Flawed):
            flaws.append(read_one)
        else:
            messages.append(read_one)
    opened_at = opened_at or min((one.said_at for one in messages), default=None)
    if opened_at is None:
        return undated(place, external_id)
    owner = wording.member(document, "owner_user")
    value = ForeignTicket(
        place=place,
        external_id=external_id,
        number=wording.line(ticket.get("number"), limit=50) or None,
        subject=wording.line(ticket.get("title")),
        status=status,
        status_raw=raw,
        status_known=known,
        requester=_requester(document, ticket),
        assignee_email=wording.address(owner.get("email")) or wording.address(ticket.get("owner")),
        team=wording.line(ticket.get("group"), limit=100) or None,
        account=next((one.recipients[0] for one in messages if _came_by_mail(one) and one.recipients), None),
        tags=wording.words(_keys(document).get("tags")),
        opened_at=opened_at,
        closed_at=wording.instant(ticket.get("close_at")),
    )
    return settled(value, messages, flaws)


def _came_by_mail(message: ForeignMessage) -> bool:
    return message.direction is Direction.IN and message.way == "email"


def _keys(document: object) -> Mapping[str, Any]:
    return document if isinstance(document, Mapping) else {}


def _requester(document: object, ticket: Mapping[str, Any]) -> ForeignPerson | None:
    known = wording.member(document, "customer_user")
    if known:
        return wording.person(known, first="firstname", last="lastname")
    return wording.mailbox(ticket["customer"]) if isinstance(ticket.get("customer"), str) else None


def _message(article: Mapping[str, Any], place: int, ticket_id: str) -> ForeignMessage | Flawed:
    external_id = wording.line(article.get("id"), limit=ID_MAX)
    if not external_id:
        return refused(place, ticket_id, FlawCode.NO_IDENTIFIER, "article sans identifiant")
    said_at = wording.instant(article.get("created_at"))
    if said_at is None:
        return undated(place, external_id)
    raw = article.get("sender_id")
    sender = wording.line(article.get("sender")).lower() or (_SENDERS.get(raw, "") if isinstance(raw, int) else "")
    way = wording.line(article.get("type"), limit=50).lower() or "email"
    if sender not in _SENDERS.values():
        detail = "article dont l’export ne dit pas qui l’a écrit : ni usager, ni agent, ni système"
        return refused(place, external_id, FlawCode.UNKNOWN_DIRECTION, detail)
    direction, kind = _direction(sender, way, internal=article.get("internal") is True)
    body, html = wording.text(article.get("body")), None
    if wording.line(article.get("content_type")).lower().startswith("text/html"):
        body, html = html_to_text(body), body
    return ForeignMessage(
        external_id=external_id,
        direction=direction,
        author_kind=kind,
        author=wording.mailbox(article.get("from") or article.get("created_by")),
        said_at=said_at,
        said_raw=wording.line(article.get("created_at"), limit=100),
        subject=wording.line(article.get("subject")),
        text=body,
        html=html,
        message_id=wording.message_id(article.get("message_id")),
        way=way,
        recipients=(*wording.addresses(article.get("to")), *wording.addresses(article.get("cc"))),
        automatic=kind is AuthorKind.AUTOMATION,
        pieces=tuple(_pieces(article, ticket_id, external_id)),
    )


def _direction(sender: str, way: str, *, internal: bool) -> tuple[Direction, AuthorKind]:
    """What an agent noted stays a note; what a trigger sent was an automatic answer.

    What a citizen wrote was received, though somebody hid it there since.
    """
    if sender == "customer":
        return Direction.IN, AuthorKind.CITIZEN
    kind = AuthorKind.AUTOMATION if sender == "system" else AuthorKind.AGENT
    return (Direction.NOTE if internal or way == "note" else Direction.OUT), kind


def _pieces(article: Mapping[str, Any], ticket_id: str, article_id: str) -> Iterator[ForeignPiece]:
    for one in wording.members(article, "attachments"):
        told = wording.member(one, "preferences")
        yield ForeignPiece(
            name=wording.line(one.get("filename"), limit=200) or "pièce",
            content_type=wording.line(told.get("Mime-Type") or told.get("Content-Type"), limit=200)
            or "application/octet-stream",
            member=f"attachments/{ticket_id}-{article_id}-{wording.line(one.get('id'), limit=40)}",
            size=wording.octets(one.get("size")),
            content_id=wording.line(told.get("Content-ID"), limit=200) or None,
            inline=wording.line(told.get("Content-Disposition")).lower() == "inline",
        )
