"""The watch list: every request whose silence would decide, the most urgent first, and who has it in charge."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.clock import civil_day
from app.identity.scopes import Scope
from app.ids import Prefix, public_id
from app.sve.law.risk import Risk
from app.sve.values import Watched
from app.sve.warning import charges
from app.sve.warning.charges import Charge
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.house import house_of
from app.web.names import names_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute
from app.web.terms import Term, term

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PER_PAGE = 100
WATCHED = tuple(risk.value for risk in Risk if risk is not Risk.NONE)


@dataclass(frozen=True, slots=True)
class Line:
    """`saisine` and `ticket` are outside identifiers; `charge` is None while no alert was raised."""

    watched: Watched
    saisine: str
    ticket: str
    term: Term
    charge: Charge | None
    closes_at: datetime | None


@router.get("/surveillance")
async def watch_list(request: Request, agent: Agent, risque: str = "", apres: str = "") -> HTMLResponse:
    need(agent, Scope.SVE_READ)
    house = house_of(request)
    chosen = risque if risque in WATCHED else ""
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        counts = await house.legal.counts(session, agent.tenant_id)
        found = await house.legal.watch_list(
            session,
            agent.tenant_id,
            risks=[chosen] if chosen else [],
            before=None,
            after=_after(apres),
            limit=PER_PAGE + 1,
        )
        held = await charges.charges(session, agent.tenant_id, [one.saisine.id for one in found[:PER_PAGE]])
        names = await names_of(session, house, agent.tenant_id)
    today = civil_day(house.clock(), tenant.time_zone)
    last = found[PER_PAGE - 1].saisine if len(found) > PER_PAGE else None
    return page(
        request,
        "agents/watch.html",
        me=agent,
        rail=rail,
        tenant=tenant,
        today=today,
        now=house.clock(),
        chosen=chosen,
        apres=apres if _after(apres) else "",
        watched_risks=WATCHED,
        counts=counts,
        names=names,
        may_take=Scope.SVE_WRITE.value in agent.scopes,
        lines=[_line(one, today, charge=held.get(one.saisine.id)) for one in found[:PER_PAGE]],
        following=f"{last.alert_on}_{last.id.hex}" if last else None,
    )


@router.post("/surveillance/{saisine}/prise-en-charge")
async def take_in_charge(request: Request, agent: Agent, saisine: str) -> Response:
    """Takes the open alerts of a saisine in charge, and comes back to the same list; twice is once."""
    need(agent, Scope.SVE_WRITE)
    form, house, wanted = await agents_form(request), house_of(request), typed.saisine_id(saisine)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        await house.legal.get(session, agent.tenant_id, wanted)
        await house.taking.all_of(session, agent.tenant_id, wanted, actor=actor_of(agent))
    # Only our own lists are gone back to, never an address somebody wrote.
    if form.last("liste") == "alertes":
        return see("/surveillance/alertes")
    risk, after = form.last("risque") or "", form.last("apres") or ""
    chosen = risk if risk in WATCHED else ""
    return see(f"/surveillance?risque={chosen}&apres={after if _after(after) else ''}#s-{saisine}")


def _line(one: Watched, today: date, *, charge: Charge | None) -> Line:
    saisine = one.saisine
    said = term(saisine.risk.value, term_on=saisine.term_on, alert_on=saisine.alert_on, today=today)
    return Line(
        watched=one,
        saisine=public_id(Prefix.SAISINE, saisine.id),
        ticket=public_id(Prefix.TICKET, saisine.ticket_id),
        term=said,
        charge=charge,
        closes_at=one.reply_closes_at,
    )


def _after(text: str) -> tuple[date, UUID] | None:
    day, _, identifier = text.partition("_")
    try:
        return date.fromisoformat(day), UUID(hex=identifier)
    except ValueError:
        return None
