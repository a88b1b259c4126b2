"""One term, one entry (RFC 5545): nobody named, the same entry always the same bytes; apart, since few ask for a calendar."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Event

from app.ids import Prefix, public_id
from app.reporting.calendar import PRODUCT, REFRESH
from app.reporting.terms import OpenDue, OpenTerm
from app.sve.law.reasons import in_french
from app.sve.law.regime import Regime
from app.tenants.values import Tenant

_WORDS: dict[str, str] = {
    Regime.SVA: "le silence vaut acceptation",
    Regime.SVR: "le silence vaut rejet",
    Regime.RENUNCIATION: "le silence vaut renonciation",
    Regime.LUMP_SUM: "le silence vaut montant forfaitaire",
    Regime.NONE: "le silence ne décide de rien",
    Regime.UNKNOWN: "non qualifiée, acceptation tacite possible",
}


def written(events: Sequence[Callable[..., Event]], base_url: str) -> bytes:
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


def frame(tenant: Tenant) -> tuple[bytes, bytes]:
    calendar = Calendar()
    title = f"Échéances, {tenant.name}"
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    tail = b"END:VCALENDAR\r\n"
    return calendar.to_ical().removesuffix(tail), tail
