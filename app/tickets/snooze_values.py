"""Setting a request aside until later, decided before anything is written. Pure: a request, an instant and a day come in.

Nothing sleeps past its term: three days before silence could decide, or when the watch warns, it is awake again.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.errors import Conflict, Flaw, Invalid
from app.rest.languages import Said
from app.tickets.moves import ENDED
from app.tickets.values import Ticket

NEAREST = timedelta(days=3)  # what is critical to the watch
LONGEST = timedelta(days=366)


class WakeReason(StrEnum):
    """Why a request is no longer set aside."""

    ASKED = "asked"
    INSTANT = "instant"
    ANSWER = "answer"
    TERM = "term"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """Since when a request is set aside, until when at most (None: until its person writes), and the day its term wakes it."""

    since_at: datetime
    until_at: datetime | None
    term_wakes_on: date | None


class TicketOver(Conflict):
    """What is ended waits for nothing."""

    code = "ticket-over"
    title_fr = "La demande est close"
    title_en = "The ticket is closed"
    advice = Said("rouvrez-la, puis mettez-la de côté", en="reopen it, then snooze it")


class TermTooNear(Conflict):
    """Silence could decide within three days: it stays in sight."""

    code = "term-too-near"
    title_fr = "Le terme est trop proche"
    title_en = "The term is too near"
    advice = Said(
        "le silence pourrait décider dans trois jours ou moins : répondez, ou consignez la décision",
        en="silence could decide within three days: answer, or record the decision",
    )


def snooze_of(ticket: Ticket) -> Snooze | None:
    """Returns how a request is set aside; None while it is not."""
    if ticket.snoozed_at is None:
        return None
    wakes = ticket.alert_on - NEAREST if ticket.alert_on else None
    return Snooze(since_at=ticket.snoozed_at, until_at=ticket.snoozed_until_at, term_wakes_on=wakes)


def require_snoozable(ticket: Ticket, *, until_at: datetime | None, now: datetime, today: date) -> None:
    """Lets a request that may be set aside through. Raises `TicketOver`, `TermTooNear`, or `Invalid` for the instant."""
    require_coming(until_at, now=now)
    if ticket.status in ENDED:
        raise TicketOver(TicketOver.advice)
    if ticket.alert_on is not None and ticket.alert_on - NEAREST <= today:
        raise TermTooNear(TermTooNear.advice)


def require_coming(until_at: datetime | None, *, now: datetime, at: str = "/until_at") -> None:
    """Raises `Invalid` for an instant that has passed, or is more than a year away; `at` is where it was given."""
    if until_at is not None and not now < until_at <= now + LONGEST:
        told = Said("un instant à venir, dans un an au plus", en="an instant to come, within a year")
        raise Invalid(flaws=[Flaw(at, "instant", told)])
