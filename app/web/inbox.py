"""The inbox: one list, sorted by what silence would decide first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.audit.readings import Door
from app.clock import civil_day
from app.db.transaction import Session
from app.exchanges import receptions
from app.identity.identified import Identified, Kind
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, is_reference, parse_id, public_id
from app.sve.law.risk import Risk
from app.tickets.repository import After, Filter
from app.tickets.values import Status, Ticket
from app.web.agents import Agent, need
from app.web.house import WebHouse, house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute
from app.web.terms import Term, term

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PER_PAGE = 50
_LIVE = (Status.NEW.value, Status.OPEN.value, Status.WAITING.value)


@dataclass(frozen=True, slots=True)
class View:
    """A named list; `by_term` sorts by the earliest alert and leaves out what has none."""

    name: str
    title: str
    by_term: bool = True
    statuses: tuple[str, ...] = _LIVE
    risks: tuple[str, ...] = ()
    mine: bool = False
    of_my_teams: bool = False


VIEWS = (
    View("echeances", "Par échéance"),
    View("activite", "Par activité", by_term=False, statuses=()),
    View("miennes", "Mes demandes", by_term=False, mine=True),
    View("mon-equipe", "Mon équipe", by_term=False, of_my_teams=True),
    View("a-qualifier", "À qualifier", risks=(Risk.UNQUALIFIED.value,)),
    View("proches", "Proches du terme", risks=(Risk.CRITICAL.value, Risk.NEAR.value)),
    View("nes", "Accords nés", statuses=(), risks=(Risk.BORN.value,)),
    View("rejets", "Silence = rejet", risks=(Risk.SILENCE_REJECTS.value,)),
    View("attente", "En attente de l’usager", by_term=False, statuses=(Status.WAITING.value,)),
    View("closes", "Closes", by_term=False, statuses=(Status.RESOLVED.value, Status.CLOSED.value)),
)
_BY_NAME = {view.name: view for view in VIEWS}


@dataclass(frozen=True, slots=True)
class Line:
    """A ticket as the list shows it."""

    ticket: Ticket
    id: str
    term: Term
    owners: str
    instead_of: str  # the absent colleague it was given to, whom the agent stands in for


@router.get("/boite")
async def inbox(
    request: Request,
    agent: Agent,
    vue: str = VIEWS[0].name,
    canal: str = "",
    q: Annotated[str, Query(max_length=500)] = "",
    apres: str = "",
    confiee: str = "",
) -> Response:
    need(agent, Scope.TICKETS_READ)
    house, view, q = house_of(request), _BY_NAME.get(vue, VIEWS[0]), q.strip()
    if (found := await _receipt(request, agent, q)) is not None:
        return found
    by_term = view.by_term and not q
    wanted = Filter(
        statuses=() if q else view.statuses,
        risks=() if q else view.risks,
        channel_types=[canal] if canal else [],
        assignee_ids=[agent.id, *_stood_in_for(agent)] if view.mine and not q else None,
        team_ids=sorted(agent.teams) if view.of_my_teams and not q else None,
        q=q.replace("\0", "") or None,
    )
    after = _after(apres, by_term=by_term)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        tickets = await house.tickets.page(
            session, agent.tenant_id, wanted, by_term=by_term, after=after, limit=PER_PAGE + 1
        )
        if wanted.q and after is None:
            await house.eyewitness.searched(agent, q, door=Door.WEB)
        counts = await house.legal.counts(session, agent.tenant_id)
        names = await _names(session, house, agent.tenant_id)
        types = sorted({channel.type for channel in await house.channels.all_of(session, agent.tenant_id)})
    today = civil_day(house.clock(), tenant.time_zone)
    return page(
        request,
        "agents/inbox.html",
        me=agent,
        rail=rail,
        tenant=tenant,
        today=today,
        view=view,
        views=[
            (each, sum(counts.get(risk, 0) for risk in each.risks) if each.risks else None) for each in _views(agent)
        ],
        lines=[_line(ticket, today, names, _stood_in_for(agent)) for ticket in tickets[:PER_PAGE]],
        following=_following(tickets, view=vue, canal=canal, q=q, by_term=by_term),
        first_page=after is None,
        by_term=by_term,
        types=types,
        canal=canal,
        q=q,
        handed_over=confiee if is_reference(confiee) else "",
    )


def _views(agent: Identified) -> list[View]:
    """A key has neither requests nor teams of its own."""
    return [each for each in VIEWS if agent.kind is Kind.AGENT or not (each.mine or each.of_my_teams)]


async def _names(session: Session, house: WebHouse, tenant_id: UUID) -> Mapping[UUID, str]:
    teams = {team.id: team.name for team in await house.teams.all(session, tenant_id)}
    return {**teams, **await house.accounts.names(session, tenant_id)}


async def _receipt(request: Request, agent: Identified, q: str) -> Response | None:
    """A receipt number typed in the search box leads to what became of it."""
    try:
        reception_id = parse_id(Prefix.RECEPTION, q.lower())
    except IdError:
        return None
    async with house_of(request).database.transaction(tenant=agent.tenant_id) as session:
        found = await receptions.line(session, agent.tenant_id, reception_id)
    if found is None:
        return None
    return see(
        f"/demandes/{public_id(Prefix.TICKET, found.ticket_id)}" if found.ticket_id else f"/quarantaine/{q.lower()}"
    )


def _stood_in_for(agent: Identified) -> list[UUID]:
    return sorted(loan.person_id for loan in agent.loans)


def _line(ticket: Ticket, today: date, names: Mapping[UUID, str], absent: Sequence[UUID]) -> Line:
    said = term(ticket.risk, term_on=ticket.term_on, alert_on=ticket.alert_on, today=today)
    owners = [names[one] for one in (ticket.assignee_id, ticket.team_id) if one is not None and one in names]
    instead_of = next((names.get(one, "") for one in absent if one == ticket.assignee_id), "")
    return Line(ticket, public_id(Prefix.TICKET, ticket.id), said, ", ".join(owners), instead_of)


def _following(tickets: list[Ticket], *, view: str, canal: str, q: str, by_term: bool) -> str | None:
    if len(tickets) <= PER_PAGE:
        return None
    last = tickets[PER_PAGE - 1]
    value = last.alert_on if by_term else last.last_activity_at
    asked = {"vue": view, "canal": canal, "q": q, "apres": f"{value.isoformat() if value else ''}_{last.id.hex}"}
    return "/boite?" + urlencode({name: text for name, text in asked.items() if text})


def _after(text: str, *, by_term: bool) -> After | None:
    """Reads where the previous page ended; what cannot be read is the beginning."""
    value, _, identifier = text.rpartition("_")
    try:
        at = date.fromisoformat(value) if by_term else datetime.fromisoformat(value)
        if isinstance(at, datetime) and at.tzinfo is None:
            return None
        return After(at, UUID(hex=identifier))
    except ValueError:
        return None
