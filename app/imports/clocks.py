"""Which messages of an imported request start a clock: those of a request left open. Pure; see docs/imports.fr.md.

An answer is no decision (CRPA L231-1: silence, not the absence of an answer), so the first message of what is open always
counts; so does whatever nobody answered since. What its tool had ended starts none.
"""

from collections.abc import Sequence
from datetime import datetime

from app.imports.shapes import ForeignMessage, ForeignTicket
from app.tickets.values import Direction, Status

_OPEN = frozenset({Status.NEW, Status.OPEN, Status.WAITING})
_FAMILIES = {"phone": "phone", "telephone": "phone", "téléphone": "phone"} | dict.fromkeys(
    ("letter", "post", "courrier", "fax"), "post"
)


def starting(ticket: ForeignTicket) -> Sequence[ForeignMessage]:
    """Returns the messages that start a clock, the first one first."""
    if ticket.status not in _OPEN:
        return ()
    received = [one for one in ticket.messages if one.direction is Direction.IN]
    answered = max((one.said_at for one in ticket.messages if _answers(one)), default=None)
    return [one for one in received if one is received[0] or answered is None or one.said_at > answered]


def unanswered(ticket: ForeignTicket) -> bool:
    """Says whether a request is open and nobody answered its last message."""
    received = [one.said_at for one in ticket.messages if one.direction is Direction.IN]
    answered = [one.said_at for one in ticket.messages if _answers(one)]
    return ticket.status in _OPEN and bool(received) and (not answered or max(received) > max(answered))


def family(message: ForeignMessage, *, channel_type: str) -> str:
    """Returns the kind of way a message came by: what was said or written on paper is no electronic sending."""
    return _FAMILIES.get(message.way, channel_type)


def _answers(message: ForeignMessage) -> bool:
    return message.direction is Direction.OUT and not message.automatic


def first_received(ticket: ForeignTicket) -> datetime | None:
    return next((one.said_at for one in ticket.messages if one.direction is Direction.IN), None)
