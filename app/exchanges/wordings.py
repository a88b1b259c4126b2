"""Filling ready-made words for one request: what each place stands for there, on that day, for whoever answers."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.db.transaction import Session
from app.facts import Actor
from app.identity import people_repository
from app.sve.law.reasons import in_french
from app.tenants.service import Tenants
from app.tenants.values import Tenant
from app.tickets.values import Ticket
from app.tickets.wording import Filled, Variable, fill

_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Wordings:
    """Fills the places of a text; nothing is sent and nothing is kept."""

    def __init__(self, tenants: Tenants, clock: Clock) -> None:
        self._tenants, self._clock = tenants, clock

    async def fill(
        self, session: Session, tenant_id: UUID, ticket: Ticket, text: str, *, language: str, actor: Actor
    ) -> Filled:
        """Returns a text as it would stand for a request; what nothing fills is named, and left as it was written."""
        tenant = await self._tenants.get(session, tenant_id)
        teams = await people_repository.teams(session, tenant_id, ids=[ticket.team_id]) if ticket.team_id else []
        team = teams[0].name if teams else ""
        return fill(text, _values(ticket, tenant, team, actor=actor, language=language, now=self._clock()))


def _values(
    ticket: Ticket, tenant: Tenant, team: str, *, actor: Actor, language: str, now: datetime
) -> Mapping[Variable, str]:
    zone = ZoneInfo(tenant.time_zone)
    found = {
        Variable.REFERENCE: ticket.reference,
        Variable.SUBJECT: ticket.subject,
        Variable.RECEIVED: _day(ticket.received_at.astimezone(zone).date(), language),
        Variable.CONTACT: ticket.contact_name or "",
        Variable.AGENT: actor.name if actor.kind == "agent" else "",
        Variable.TEAM: team,
        Variable.ADMINISTRATION: tenant.name,
        Variable.SERVICE: tenant.service_name,
        Variable.ADDRESS: tenant.postal_address,
        Variable.EMAIL: tenant.email,
        Variable.PHONE: tenant.phone,
        Variable.TODAY: _day(now.astimezone(zone).date(), language),
    }
    return {name: " ".join(value.split()) for name, value in found.items()}


def _day(day: date, language: str) -> str:
    """2 mars 2026; 2 March 2026; 2026-03-02 where nobody here writes the language (ISO 8601)."""
    if language == "fr":
        return in_french(day)
    return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}" if language == "en" else day.isoformat()
