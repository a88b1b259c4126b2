"""The terms of an administration as a calendar (RFC 5545, RFC 7986): a day each, and nobody named.

A calendar goes to telephones and to other people's servers: an entry holds a reference, what silence decides, the code
of the procedure and a link that asks for a key. Never a name, a subject nor an address.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar
from uuid import UUID

from icalendar import Calendar, Event

from app.clock import Clock, civil_day
from app.db.transaction import Database, Session
from app.ids import Prefix, public_id
from app.reporting import terms
from app.reporting.terms import OpenDue, OpenTerm, Window
from app.sve.law.reasons import in_french
from app.sve.law.regime import Regime
from app.tenants.values import Tenant

PAST = timedelta(days=30)
COMING = timedelta(days=730)
REFRESH = timedelta(hours=1)
BATCH = 500
_PRODUCT = "-//Parvis//Echeances//FR"
_WORDS: dict[str, str] = {
    Regime.SVA: "le silence vaut acceptation",
    Regime.SVR: "le silence vaut rejet",
    Regime.RENUNCIATION: "le silence vaut renonciation",
    Regime.LUMP_SUM: "le silence vaut montant forfaitaire",
    Regime.NONE: "le silence ne décide de rien",
    Regime.UNKNOWN: "non qualifiée, acceptation tacite possible",
}
Row = TypeVar("Row")


class Batches(Protocol[Row]):
    """A statement that gives what follows a row, a batch at a time."""

    async def __call__(
        self, session: Session, tenant_id: UUID, window: Window, *, after: Row | None, limit: int
    ) -> Sequence[Row]: ...


class TermCalendar:
    """Writes the calendar of one administration, a batch at a time; each batch is a transaction of its own."""

    def __init__(self, database: Database, base_url: str, clock: Clock) -> None:
        self._database, self._base_url, self._clock = database, base_url, clock

    def window(self, tenant: Tenant) -> Window:
        """Returns the days shown: the past month, so that a born decision is seen, and two years to come."""
        today = civil_day(self._clock(), tenant.time_zone)
        return Window(today - PAST, today + COMING)

    async def version(self, session: Session, tenant: Tenant, window: Window) -> int:
        """Returns the version of what the calendar would say now."""
        weighed = await terms.weight(session, tenant.id, window)
        told = f"{_PRODUCT}|{tenant.name}|{self._base_url}|{window.first}|{weighed}"
        return int.from_bytes(hashlib.sha256(told.encode()).digest()[:7])

    async def write(self, tenant: Tenant, window: Window) -> AsyncIterator[bytes]:
        """Yields the calendar; memory holds one batch."""
        head, tail = _frame(tenant)
        yield head
        async for batch in self._batches(terms.open_terms, tenant.id, window):
            # Folding and escaping are slow: a thread does it, other requests go on.
            yield await asyncio.to_thread(_written, [partial(term_event, term) for term in batch], self._base_url)
        async for owed in self._batches(terms.open_dues, tenant.id, window):
            yield await asyncio.to_thread(_written, [partial(due_event, due) for due in owed], self._base_url)
        yield tail

    async def _batches(self, read: Batches[Row], tenant_id: UUID, window: Window) -> AsyncIterator[Sequence[Row]]:
        last: Row | None = None
        while True:
            async with self._database.transaction(tenant=tenant_id) as session:
                found = await read(session, tenant_id, window, after=last, limit=BATCH)
            if found:
                yield found
            if len(found) < BATCH:
                return
            last = found[-1]


def _written(events: Sequence[Callable[..., Event]], base_url: str) -> bytes:
    return b"".join(event(base_url=base_url).to_ical() for event in events)


def term_event(term: OpenTerm, *, base_url: str) -> Event:
    """The day on which silence may decide; TENTATIVE while nobody has qualified the request."""
    unqualified = term.regime == Regime.UNKNOWN.value
    name = term.reference + (f" ({term.ordinal + 1})" if term.ordinal else "")
    code = f" [{term.procedure}]" if term.procedure else ""
    told = [f"Dernier jour, à minuit : {_WORDS.get(term.effect, term.effect)}."]
    if term.term_on is not None and term.term_on != term.on_day:
        told.append(f"Terme dans la lecture retenue du droit : {in_french(term.term_on)}.")
    if term.because:
        told.append(term.because[:1].upper() + term.because[1:])
    if term.source:
        told.append(f"Source : {term.source}.")
    return _event(
        uid=f"{term.id}-terme@parvis",
        day=term.on_day,
        summary=f"{name} : {_WORDS.get(term.effect, term.effect)}{code}",
        told=told,
        link=_link(base_url, term.ticket_id),
        status="TENTATIVE" if unqualified else "CONFIRMED",
        sequence=term.version,
        modified_at=term.modified_at,
    )


def due_event(due: OpenDue, *, base_url: str) -> Event:
    """The last day on which an acknowledgement of reception (ARE) may leave."""
    return _event(
        uid=f"{due.id}-are@parvis",
        day=due.on_day,
        summary=f"{due.reference} : accusé de réception (ARE) dû",
        told=["Dernier jour pour envoyer l'accusé de réception.", f"Source : {due.source}."],
        link=_link(base_url, due.ticket_id),
        status="CONFIRMED",
        sequence=0,
        modified_at=due.modified_at,
    )


def _event(
    *,
    uid: str,
    day: date,
    summary: str,
    told: Sequence[str],
    link: str,
    status: str,
    sequence: int,
    modified_at: datetime,
) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    # Without METHOD, DTSTAMP is when the entry was last revised (RFC 5545 §3.8.7.2): the same entry, the same bytes.
    event.add("dtstamp", modified_at.astimezone(UTC))
    event.add("last-modified", modified_at.astimezone(UTC))
    event.add("sequence", sequence)
    event.add("summary", summary)
    event.add("description", "\n".join([*told, link]))
    event.add("url", link)
    event.add("status", status)
    event.add("transp", "TRANSPARENT")
    return event


def _link(base_url: str, ticket_id: UUID) -> str:
    return f"{base_url}/demandes/{public_id(Prefix.TICKET, ticket_id)}"


def _frame(tenant: Tenant) -> tuple[bytes, bytes]:
    calendar = Calendar()
    title = f"Échéances, {tenant.name}"
    calendar.add("version", "2.0")
    calendar.add("prodid", _PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    tail = b"END:VCALENDAR\r\n"
    return calendar.to_ical().removesuffix(tail), tail
