"""The watch list: every request whose silence would decide, the most urgent first."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.clock import civil_day
from app.identity.scopes import Scope
from app.ids import Prefix, public_id
from app.sve import tallies, watched
from app.sve.law.risk import Risk
from app.sve.values import Watched
from app.web.agents import Agent, need
from app.web.house import house_of
from app.web.pages import page
from app.web.rail import rail_of
from app.web.refusals import PageRoute
from app.web.terms import Term, term

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PER_PAGE = 100
_WATCHED = tuple(risk.value for risk in Risk if risk is not Risk.NONE)


@dataclass(frozen=True, slots=True)
class Line:
    watched: Watched
    ticket: str
    term: Term


@router.get("/surveillance")
async def watch_list(request: Request, agent: Agent, risque: str = "", apres: str = "") -> HTMLResponse:
    need(agent, Scope.SVE_READ)
    house = house_of(request)
    chosen = risque if risque in _WATCHED else ""
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        counts = await tallies.counts(session, agent.tenant_id)
        found = await watched.page(
            session,
            agent.tenant_id,
            risks=[chosen] if chosen else [],
            before=None,
            after=_after(apres),
            limit=PER_PAGE + 1,
        )
    today = civil_day(house.clock(), tenant.time_zone)
    last = found[PER_PAGE - 1].saisine if len(found) > PER_PAGE else None
    return page(
        request,
        "agents/watch.html",
        me=agent,
        rail=rail,
        tenant=tenant,
        today=today,
        chosen=chosen,
        watched_risks=_WATCHED,
        counts=counts,
        lines=[_line(one, today) for one in found[:PER_PAGE]],
        following=f"{last.alert_on}_{last.id.hex}" if last else None,
    )


def _line(one: Watched, today: date) -> Line:
    saisine = one.saisine
    said = term(saisine.risk.value, term_on=saisine.term_on, alert_on=saisine.alert_on, today=today)
    return Line(one, public_id(Prefix.TICKET, saisine.ticket_id), said)


def _after(text: str) -> tuple[date, UUID] | None:
    day, _, identifier = text.partition("_")
    try:
        return date.fromisoformat(day), UUID(hex=identifier)
    except ValueError:
        return None
