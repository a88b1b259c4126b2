"""What all sources share once a conversation is read: order, what is missing, and what makes it no history. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from app.imports.shapes import FlawCode, Flawed, ForeignMessage, ForeignTicket, Read
from app.tickets.values import Direction, Status

ID_MAX = 200
# A machine's clock may be a little fast.
_ADVANCE = timedelta(days=1)
_ENDED = frozenset({Status.RESOLVED, Status.CLOSED})


def refused(place: int, external_id: str | None, code: FlawCode, detail: str) -> Flawed:
    return Flawed(place, external_id[:ID_MAX] if external_id else None, code, detail)


def settled(ticket: ForeignTicket, messages: Sequence[ForeignMessage], flaws: Sequence[Flawed]) -> Read:
    """Returns the request with its messages in the order they were said; one without any is refused.

    A request that nobody answered is new, whatever word its source has for what is open.
    """
    if not messages:
        inner = flaws[0].detail if flaws else "aucun message"
        return refused(
            ticket.place, ticket.external_id, FlawCode.NO_MESSAGE, f"conversation sans message repris ({inner})"
        )
    told = sorted(messages, key=lambda one: one.said_at)
    flaws = [*flaws, *_silent(ticket, told, known={flaw.code for flaw in flaws})]
    status, ended = ticket.status, ticket.status in _ENDED
    if status is Status.OPEN and not any(one.direction is Direction.OUT and not one.automatic for one in told):
        status = Status.NEW
    return replace(
        ticket,
        status=status,
        messages=tuple(told),
        flaws=tuple(flaws),
        opened_at=min(ticket.opened_at, told[0].said_at),
        closed_at=(ticket.closed_at or told[-1].said_at) if ended else None,
    )


def _silent(ticket: ForeignTicket, told: Sequence[ForeignMessage], *, known: Collection[FlawCode]) -> list[Flawed]:
    """Says what is taken over but would be seen by nobody: who cannot be answered, what waits and starts no clock."""
    received = [one for one in told if one.direction is Direction.IN]
    found: list[tuple[FlawCode, str]] = []
    if not received and ticket.status not in _ENDED:
        found.append(
            (FlawCode.NOTHING_RECEIVED, "demande ouverte où personne n’a écrit : aucun délai ne court, à voir")
        )
    people = (ticket.requester, *(one.author for one in received))
    if received and not any(one is not None and (one.email or one.phone) for one in people):
        found.append(
            (FlawCode.NOBODY, "demandeur sans adresse ni numéro lisible : repris sous son nom, sans moyen d’y répondre")
        )
    return [refused(ticket.place, ticket.external_id, code, told) for code, told in found if code not in known]


def timely(read: Read, *, now: datetime) -> Read:
    """Returns a request without what is dated to come: a day that has not been is no history."""
    if isinstance(read, Flawed):
        return read
    kept = [one for one in read.messages if one.said_at <= now + _ADVANCE]
    if len(kept) == len(read.messages):
        return read
    told = "message daté d’un jour à venir"
    late = [one for one in read.messages if one.said_at > now + _ADVANCE]
    flaws = [refused(read.place, one.external_id, FlawCode.IN_THE_FUTURE, told) for one in late]
    return settled(read, kept, [*read.flaws, *flaws])


def status_of(known: Mapping[str, Status], raw: str) -> tuple[Status, bool]:
    """Returns the status a word means; an unknown word means open, so that nothing that waits is hidden."""
    found = known.get(raw.strip().lower())
    return (Status.OPEN, False) if found is None else (found, True)


def undated(place: int, external_id: str) -> Flawed:
    return refused(
        place,
        external_id,
        FlawCode.NO_DATE,
        "message sans date lisible : sans elle, il n'a pas de place dans l'histoire",
    )


def joined(before: ForeignTicket, after: ForeignTicket) -> ForeignTicket:
    """Joins two tellings of one conversation: the later word on it, the messages of both."""
    told = {one.external_id: one for one in (*before.messages, *after.messages)}
    messages = tuple(sorted(told.values(), key=lambda one: one.said_at))
    opened_at = min(before.opened_at, after.opened_at)
    return replace(after, messages=messages, opened_at=opened_at, requester=after.requester or before.requester)


def once(ticket: ForeignTicket) -> ForeignTicket:
    """Returns a conversation without the messages it tells twice."""
    told = {one.external_id: one for one in ticket.messages}
    return ticket if len(told) == len(ticket.messages) else replace(ticket, messages=tuple(told.values()))
