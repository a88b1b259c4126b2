"""From what the house knows of a request to the ground of a letter: the engine read once more, as if the letter had left."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from app.clock import civil_day
from app.facts import SYSTEM
from app.ids import new_id
from app.sve.cases import case_of_saisine, document, judge, read_as_of
from app.sve.law.procedure import Family
from app.sve.law.regime import Regime
from app.sve.law.terms import Period
from app.sve.letters import happening
from app.sve.letters.french import NO_BREAK
from app.sve.letters.ground import Fields, Ground, Head, Office, Published
from app.sve.letters.values import Kind, Letterhead
from app.sve.values import LegalEvent, Saisine
from app.tenants.values import Tenant
from app.tickets.values import Message, Ticket

# What belongs to one sending, whatever clock its request counts for.
OWN = frozenset({"reception_date", "aee_due_date", "are_due_date", "ar_required", "aee_done", "are_done"})


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a message, in what words they named it."""

    name: str
    subject: str


def ground_of(
    kind: Kind,
    given: Fields,
    *,
    tenant: Tenant,
    saisine: Saisine,
    own: Sequence[LegalEvent],
    kept: Saisine | None,
    events: Sequence[LegalEvent],
    ticket: Ticket,
    message: Message,
    author: Author | None,
    channel: str,
    letterhead: Letterhead | None,
    at: datetime,
) -> Ground:
    """Gathers everything a letter is written from. `channel` is the name of the one the message came by.

    `author` is whoever wrote the message when somebody else's ticket took it over: the letter is theirs alone.
    `kept` is the saisine this one is joined to, None when it stands alone; `events` are those its clock is read from.
    """
    named = (kept or saisine).family
    family = Family(named) if named else Family.GENERAL
    asked = happening.asked(kind, given, family=family, at=at)
    reading = _read(tenant, kept or saisine, [*events, *_as_if(asked, at)], at)
    values = reading["values"]
    if kept is not None:
        # The sending is this one's, the clock that of the request received before by another way.
        values = {
            **values,
            **{name: value for name, value in _read(tenant, saisine, own, at)["values"].items() if name in OWN},
        }
    return Ground(
        office=Office(
            name=tenant.name,
            service=tenant.service_name,
            postal_address=tenant.postal_address,
            email=tenant.email,
            phone=tenant.phone,
        ),
        head=_head(letterhead),
        reference=ticket.reference,
        subject=author.subject if author else ticket.subject,
        citizen=author.name if author else ticket.contact_name or message.author_name,
        channel=channel,
        regime=Regime(str(reading["effect"])),
        family=family,
        delay=_delay(kept or saisine, family),
        values=values,
        reasons={reason["key"]: reason["because"] for reason in reading["reasons"]},
        state=str(reading["state"]),
        on=civil_day(at, tenant.time_zone),
        published=_published(tenant, saisine),
        fields=given,
    )


def _read(tenant: Tenant, saisine: Saisine, events: Sequence[LegalEvent], at: datetime) -> dict[str, Any]:
    return document(judge(case_of_saisine(tenant, saisine, events), now=read_as_of(saisine, at)).reading)


def told(given: Fields) -> dict[str, Any]:
    """Returns what a person gave, as it is kept: only what was given, days as ISO dates."""
    return {name: _plain(value) for name, value in asdict(given).items() if value not in (None, "", ())}


def _as_if(told: Mapping[str, Any] | None, at: datetime) -> list[LegalEvent]:
    """A request for pieces moves the very dates its own letter prints."""
    if told is None:
        return []
    event = LegalEvent(id=new_id(), type=str(told["type"]), payload=told, actor=SYSTEM.label, at=at, recorded_at=at)
    return [event]


def _head(letterhead: Letterhead | None) -> Head:
    if letterhead is None:
        return Head()
    return Head(
        place=letterhead.place,
        signatory_name=letterhead.signatory_name,
        signatory_title=letterhead.signatory_title,
        court=letterhead.court,
        court_address=letterhead.court_address,
        footer=letterhead.footer,
    )


def _delay(saisine: Saisine, family: Family) -> str:
    """The qualified delay; two months where nothing special is known (L231-1); the others are their text's own."""
    if saisine.delay is not None:
        return Period.parse(saisine.delay).in_french.replace(" ", NO_BREAK)
    general = family is Family.GENERAL and saisine.regime in (Regime.SVA, Regime.SVR)
    return f"2{NO_BREAK}mois" if general else ""


def _published(tenant: Tenant, saisine: Saisine) -> Published | None:
    terms = tenant.terms_on(saisine.received_on)
    if terms is None:
        return None
    dedicated = [one["url"] for one in terms.dedicated if one.get("procedure") == saisine.procedure]
    return Published(on=terms.published_on, url=terms.url, dedicated=dedicated)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
