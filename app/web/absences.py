"""Who is away and who stands in: one page, where each declares their own, and a supervisor those of others."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.channels.kit.forms import Form
from app.errors import Forbidden, Invalid, NotFound, ParvisError, Stale
from app.identity.absences import Days, may_declare
from app.identity.absences_repository import Absence
from app.identity.identified import Identified, Kind
from app.identity.roles import POLICY
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id, public_id
from app.rest.freshness import ProofWanted
from app.web import typed
from app.web.agents import Agent, need
from app.web.bodies import agents_form
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_REFUSED = (Invalid, Forbidden, Stale, NotFound)
_FIELDS = {
    "from_on": "du",
    "until_on": "au",
    "stand_in_id": "remplace",
    "confidential": "confidentielles",
}


@dataclass(frozen=True, slots=True)
class Line:
    """An absence as the page lists it."""

    absence: Absence
    id: str
    who: str
    stand_in: str
    now: bool
    mine: bool


@router.get("/equipe/absences")
async def absences(request: Request, agent: Agent, pour: str = "", fait: str = "") -> HTMLResponse:
    need(agent, Scope.TICKETS_READ)
    return await _shown(request, agent, chosen=pour, done=fait)


@router.post("/equipe/absences")
async def declare(request: Request, agent: Agent) -> Response:
    """Declares an absence; what is refused comes back beside its field."""
    need(agent, Scope.TICKETS_READ)
    house, form = house_of(request), await agents_form(request)
    try:
        who = _user(form.last("pour"), "pour")
        if who is None:
            raise typed.flawed("pour", "dites qui sera absent")
        wanted = Days(
            from_on=_day(form, "du"),
            until_on=_day(form, "au"),
            stand_in_id=_user(form.last("remplace"), "remplace"),
            confidential=form.last("confidentielles") == "oui",
        )
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.absences.declare(session, agent.tenant_id, who, wanted, by=agent)
    except ProofWanted:
        raise  # the page of proof carries the form along
    except _REFUSED as refusal:
        return await _shown(request, agent, form=form, refusal=refusal)
    return see("/equipe/absences?fait=declaree")


@router.post("/equipe/absences/{absence_id}/fin")
async def cancel(request: Request, agent: Agent, absence_id: str) -> Response:
    """Ends an absence now."""
    need(agent, Scope.TICKETS_READ)
    house, form = house_of(request), await agents_form(request)
    try:
        wanted = parse_id(Prefix.ABSENCE, absence_id)
    except IdError:
        raise NotFound from None
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.absences.cancel(session, agent.tenant_id, wanted, version=typed.version(form), by=agent)
    except (Stale, Forbidden) as refusal:
        return await _shown(request, agent, refusal=refusal)
    return see("/equipe/absences?fait=finie")


async def _shown(
    request: Request,
    agent: Identified,
    *,
    form: Form | None = None,
    refusal: ParvisError | None = None,
    chosen: str = "",
    done: str = "",
) -> HTMLResponse:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        people = await house.accounts.page(session, agent.tenant_id, after=None, limit=1000)
        found = await house.absences.coming(session, agent.tenant_id)
        today = await house.absences.today(session, agent.tenant_id)
    names = {one.id: one.name for one in people}
    living = sorted((one for one in people if one.suspended_at is None), key=lambda one: one.name.casefold())
    own = public_id(Prefix.USER, agent.id) if agent.kind is Kind.AGENT else ""
    named = [(public_id(Prefix.USER, one.id), one.name) for one in living if may_declare(agent, one.id)]
    return page(
        request,
        "agents/absences.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        lines=[_line(one, agent, names=names, today=today) for one in found],
        people=named,
        stand_ins=[
            (public_id(Prefix.USER, one.id), one.name)
            for one in living
            if Scope.TICKETS_WRITE in POLICY[one.role].scopes
        ],
        kept=_kept(form, chosen=chosen or own, today=today),
        faults=_faults(refusal),
        done=done,
    )


def _line(one: Absence, agent: Identified, *, names: dict[UUID, str], today: date) -> Line:
    return Line(
        one,
        public_id(Prefix.ABSENCE, one.id),
        names.get(one.user_id, "?"),
        names.get(one.stand_in_id, "?") if one.stand_in_id else "",
        one.from_on <= today,
        may_declare(agent, one.user_id),
    )


def _kept(form: Form | None, *, chosen: str, today: date) -> dict[str, str]:
    if form is None:
        return {"pour": chosen, "du": today.isoformat(), "au": "", "remplace": "", "confidentielles": ""}
    return {name: form.last(name) or "" for name in ("pour", "du", "au", "remplace", "confidentielles")}


def _faults(refusal: ParvisError | None) -> dict[str, str]:
    if refusal is None:
        return {}
    found: dict[str, str] = {}
    for flaw in refusal.flaws:
        told = str(flaw.detail)
        found.setdefault(_FIELDS.get(flaw.pointer[1:], flaw.pointer[1:]), f"{told[:1].upper()}{told[1:]}.")
    if not found:
        told = str(refusal.detail or refusal.title_fr)
        found["tout"] = f"{told[:1].upper()}{told[1:]}."
    return found


def _day(form: Form, name: str) -> date:
    try:
        return date.fromisoformat(form.last(name) or "")
    except ValueError:
        raise typed.flawed(name, "donnez un jour, comme 12/07/2027") from None


def _user(text: str | None, name: str) -> UUID | None:
    try:
        return parse_id(Prefix.USER, text) if text else None
    except IdError:
        raise typed.flawed(name, "choisissez une ligne de la liste") from None
