"""Choosing on a page when information leaves; a refused choice is shown again as it was typed."""

from datetime import time

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.channels.kit.forms import Form
from app.errors import Invalid, Stale
from app.exchanges.hours import Hours
from app.exchanges.sending_settings import SendingSettings
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.house import house_of
from app.web.names import names_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute
from app.web.sending_words import WEEKDAYS

router = APIRouter(route_class=PageRoute, include_in_schema=False)
# Fields of the settings → those of our form.
_FIELDS = {"weekdays": "jours", "opens": "de", "closes": "a"}


@router.get("/envois/reglages")
async def settings(request: Request, agent: Agent, fait: str = "") -> HTMLResponse:
    need(agent, Scope.TICKETS_READ)
    return await _page(request, agent, done=fait == "reglage")


@router.post("/envois/reglages")
async def choose(request: Request, agent: Agent) -> Response:
    need(agent, Scope.CHANNELS_ADMIN)
    form, house = await agents_form(request), house_of(request)
    try:
        wanted = _wanted(form)
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.sending_office.choose(
                session, agent.tenant_id, wanted, version=typed.version(form), actor=actor_of(agent)
            )
    except (Invalid, Stale) as refusal:
        return await _page(request, agent, form=form, refusal=refusal)
    return see("/envois/reglages?fait=reglage")


async def _page(
    request: Request,
    agent: Identified,
    *,
    form: Form | None = None,
    refusal: Invalid | Stale | None = None,
    done: bool = False,
) -> HTMLResponse:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        present = await house.sending_office.get(session, agent.tenant_id)
        names = await names_of(session, house, agent.tenant_id)
    hours = present.hours
    return page(
        request,
        "agents/sending_hours.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        present=present,
        names=names,
        weekdays=WEEKDAYS,
        days=_days(form) if form else set(hours.weekdays),
        opens=(form.last("de") or "") if form else f"{hours.opens:%H:%M}",
        closes=(form.last("a") or "") if form else f"{hours.closes:%H:%M}",
        holidays=form.last("feries") == "oui" if form else hours.holidays,
        in_public=form.last("accuse_public") == "oui" if form else present.public_acknowledgement,
        faults=_faults(refusal),
        stale=isinstance(refusal, Stale),
        done=done,
        may_choose=Scope.CHANNELS_ADMIN.value in agent.scopes,
    )


def _wanted(form: Form) -> SendingSettings:
    hours = Hours(_hour(form, "de"), _hour(form, "a"), frozenset(_days(form)), form.last("feries") == "oui")
    return SendingSettings(hours=hours, public_acknowledgement=form.last("accuse_public") == "oui")


def _days(form: Form) -> set[int]:
    return {number for number in WEEKDAYS if ("jours", str(number)) in form.pairs}


def _hour(form: Form, name: str) -> time:
    try:
        return time.fromisoformat(form.last(name) or "").replace(tzinfo=None)
    except ValueError:
        raise typed.flawed(name, "écrivez une heure, comme 08:00") from None


def _faults(refusal: Invalid | Stale | None) -> dict[str, str]:
    told = {flaw.pointer[1:].partition("/")[0]: str(flaw.detail) for flaw in (refusal.flaws if refusal else ())}
    return {_FIELDS.get(name, name): f"{words[:1].upper()}{words[1:]}." for name, words in told.items()}
