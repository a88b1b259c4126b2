"""Everything known of one saisine, read in one transaction that holds it still; bytes come later, one at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.audit import extract
from app.audit.extract import Copied, Link
from app.contacts import service as contacts
from app.contacts.repository import Point
from app.db.transaction import Session
from app.exchanges import outbox
from app.exchanges.outbox import Outbound
from app.reporting import words
from app.reporting.evidence import rows
from app.reporting.evidence.rows import Row
from app.sve import repository
from app.sve.cases import Judgement, judge, read_as_of, written_case
from app.sve.catalogue import InForce
from app.sve.letters import repository as letters
from app.sve.letters.values import Letter
from app.sve.local_procedures.service import Procedures
from app.sve.service import LegalFace
from app.sve.simulation import SimulationError, case_of
from app.sve.values import Duty, LegalEvent, Saisine
from app.tenants.service import Tenants
from app.tenants.values import Tenant
from app.tickets.service import Tickets
from app.tickets.values import Direction, Message, Ticket

_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What evidence is made of. `case` is what `parvis sve simulate` reads; `judgement` None when it cannot be read."""

    at: datetime
    tenant: Tenant
    ticket: Ticket
    points: Sequence[Point]
    saisine: Saisine
    events: Sequence[LegalEvent]
    case: Mapping[str, Any]
    judgement: Judgement | None
    unread: str
    applied: InForce | None
    joined: Sequence[Row]
    duties: Sequence[Duty]
    alerts: Sequence[Row]
    recomputed: Sequence[Row]
    messages: Sequence[Message]
    instants: Mapping[UUID, Row]
    receptions: Sequence[Row]
    channels: Sequence[Row]
    sendings: Sequence[Outbound]
    attempts: Sequence[Row]
    updates: Sequence[Row]
    letters: Sequence[Letter]
    journal: Sequence[Copied]
    head: Link | None
    names: Mapping[str, str]

    def who(self, label: str | None) -> str:
        return words.actor(label, self.names)


class Gatherer:
    """Reads all of it, a statement a kind."""

    def __init__(self, legal: LegalFace, procedures: Procedures, tenants: Tenants, tickets: Tickets) -> None:
        self._legal, self._procedures = legal, procedures
        self._tenants, self._tickets = tenants, tickets

    async def gather(self, session: Session, tenant_id: UUID, saisine_id: UUID, *, at: datetime) -> Gathered:
        """Raises `NotFound`. The saisine is held, so that its events and its reading are of one moment."""
        saisine = await self._legal.get(session, tenant_id, saisine_id, lock=True)
        tenant = await self._tenants.get(session, tenant_id)
        ticket = await self._tickets.get(session, tenant_id, saisine.ticket_id)
        events = (await repository.events_of(session, tenant_id, [saisine.id])).get(saisine.id, [])
        joined = await rows.joined(session, tenant_id, saisine.id)
        messages = await self._messages(session, tenant_id, ticket.id, [row["message_id"] for row in joined])
        sendings = await outbox.of_ticket(session, tenant_id, ticket.id)
        sent = [one.id for one in sendings]
        updates = await rows.updates(session, tenant_id, sent)
        case, judgement, unread = _reread(tenant, saisine, events, at=at)
        found = await contacts.contact_or_none(session, tenant_id, ticket.contact_id) if ticket.contact_id else None
        sheets = await letters.of_saisine(session, tenant_id, saisine.id)
        alerts = await rows.alerts(session, tenant_id, saisine.id)
        arrived = {message.reception_id for message in messages} | {row["reception_id"] for row in updates}
        receptions = await rows.receptions(session, tenant_id, [one for one in arrived if one is not None])
        things = [saisine.id, ticket.id, *(row["id"] for row in (*joined, *alerts, *receptions))]
        things += [message.id for message in messages] + sent + [sheet.id for sheet in sheets]
        return Gathered(
            at=at,
            tenant=tenant,
            ticket=ticket,
            points=found[1] if found else (),
            saisine=saisine,
            events=events,
            case=case,
            judgement=judgement,
            unread=unread,
            applied=await self._applied(session, saisine),
            joined=joined,
            duties=await repository.duties_of(session, tenant_id, ticket.id),
            alerts=alerts,
            recomputed=await rows.recomputed(session, tenant_id, saisine.id),
            messages=messages,
            instants=await rows.instants(session, tenant_id, [message.id for message in messages]),
            receptions=receptions,
            channels=await rows.channels(session, tenant_id, list({message.channel_id for message in messages})),
            sendings=sendings,
            attempts=await rows.attempts(session, tenant_id, sent),
            updates=updates,
            letters=sheets,
            journal=await extract.entries_about(session, tenant_id, things),
            head=await extract.head(session, tenant_id),
            names=await rows.names(session, tenant_id),
        )

    async def _applied(self, session: Session, saisine: Saisine) -> InForce | None:
        """What the administration's catalogue says of the procedure for a request received that day."""
        if saisine.procedure is None:
            return None
        view = await self._procedures.view(session, saisine.tenant_id, on=saisine.received_on)
        return view.catalogue.find(saisine.procedure, on=saisine.received_on)

    async def _messages(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, others: Sequence[UUID]
    ) -> Sequence[Message]:
        """The ticket's thread without the notes of agents, and the messages of saisines joined to this one."""
        found: list[Message] = []
        while True:
            after = (found[-1].received_at, found[-1].id) if found else None
            page = await self._tickets.thread_page(session, tenant_id, ticket_id, after=after, limit=_PAGE)
            found += page
            if len(page) < _PAGE:
                break
        known = {message.id for message in found}
        found += [await self._tickets.message(session, tenant_id, one) for one in others if one not in known]
        said = [message for message in found if message.direction is not Direction.NOTE]
        return sorted(said, key=lambda message: (message.received_at, message.id))


def _reread(
    tenant: Tenant, saisine: Saisine, events: Sequence[LegalEvent], *, at: datetime
) -> tuple[dict[str, Any], Judgement | None, str]:
    """Reads the clock again as of an instant, never earlier than it was last read; says why when it cannot."""
    at = read_as_of(saisine, at)
    case = {**written_case(tenant, saisine, events), "now": at.astimezone(UTC).isoformat().replace("+00:00", "Z")}
    try:
        read, _ = case_of(case)
    except SimulationError as error:
        return case, None, f"{error.pointer} : {error.message}"
    return case, judge(read, now=at), ""
