"""Choosing on a page whom the watch tells; a refused choice is shown again as it was typed."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.channels.kit.forms import Form
from app.errors import Invalid, Stale
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.sve.warning.settings import DAYS_MAX
from app.sve.warning.values import WatchSettings
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.house import house_of
from app.web.names import names_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
# Fields of the settings → those of our form.
_FIELDS = {
    "digest_to": "point_a",
    "digest_hour": "heure",
    "escalate_to": "plus_haut",
    "escalate_after": "jours",
}


@router.get("/surveillance/reglages")
async def settings(request: Request, agent: Agent, fait: str = "") -> HTMLResponse:
    need(agent, Scope.SVE_READ)
    return await _settings_page(request, agent, done=fait == "reglage")


@router.post("/surveillance/reglages")
async def choose(request: Request, agent: Agent) -> Response:
    """Chooses whom the watch tells; a refused choice is shown again as it was typed."""
    need(agent, Scope.SVE_WRITE)
    form, house = await agents_form(request), house_of(request)
    try:
        wanted = WatchSettings(
            digest_to=_lines(form, "point_a"),
            digest_hour=_number(form, "heure"),
            escalate_to=_lines(form, "plus_haut"),
            escalate_after=_number(form, "jours"),
        )
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.watch_settings.choose(
                session, agent.tenant_id, wanted, version=typed.version(form), actor=actor_of(agent)
            )
    except (Invalid, Stale) as refusal:
        return await _settings_page(request, agent, form=form, refusal=refusal)
    return see("/surveillance/reglages?fait=reglage")


async def _settings_page(
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
        present = await house.watch_settings.get(session, agent.tenant_id)
        names = await names_of(session, house, agent.tenant_id)
    kept = {
        "point_a": "\n".join(present.digest_to),
        "heure": str(present.digest_hour),
        "plus_haut": "\n".join(present.escalate_to),
        "jours": str(present.escalate_after),
    }
    return page(
        request,
        "agents/watch_settings.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        present=present,
        names=names,
        days_max=DAYS_MAX,
        kept={name: form.last(name) or "" for name in kept} if form else kept,
        faults=_faults(refusal, form),
        stale=isinstance(refusal, Stale),
        done=done,
        may_choose=Scope.SVE_WRITE.value in agent.scopes,
    )


def _faults(refusal: Invalid | Stale | None, form: Form | None) -> dict[str, str]:
    """What is wrong, by field; an address is named by what was typed."""
    found: dict[str, str] = {}
    for flaw in refusal.flaws if refusal else ():
        name, _, rank = flaw.pointer[1:].partition("/")
        field = _FIELDS.get(name, name)
        told = str(flaw.detail)
        if rank and form is not None:
            told = f"{_lines(form, field)[int(rank)]} : {told}"
        else:
            told = told[:1].upper() + told[1:]
        found.setdefault(field, f"{told}.")
    return found


def _lines(form: Form, name: str) -> list[str]:
    written = (form.last(name) or "").replace(",", "\n").replace(";", "\n")
    return [line.strip() for line in written.splitlines() if line.strip()]


def _number(form: Form, name: str) -> int:
    text = (form.last(name) or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise typed.flawed(name, "un nombre est attendu")
    return int(text)
