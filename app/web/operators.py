"""What the operators of the installation may see here: asked for, answered, cut, all on one page; and their own door."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.errors import Conflict, NotFound, ParvisError, Stale
from app.identity.grants import WORDS_FR, Grant
from app.identity.identified import Identified
from app.identity.refusals import LinkOver
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id, public_id
from app.rest.origins import refuse_cross_site
from app.web import typed
from app.web.agents import Agent, need
from app.web.bodies import agents_form
from app.web.freshness import fresh
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute
from app.web.sign_in import HOME, browser_of, let_in
from app.web.towns import town

router = APIRouter(route_class=PageRoute, include_in_schema=False)
SHOWN = 100


@router.get("/equipe/exploitant")
async def grants(request: Request, agent: Agent, fait: str = "") -> HTMLResponse:
    need(agent, Scope.USERS_ADMIN)
    return await _shown(request, agent, done=fait)


@router.post("/equipe/exploitant/{grant_id}/{act}")
async def answer(request: Request, agent: Agent, grant_id: str, act: str) -> Response:
    """Agrees, refuses, or cuts what is open. Raises `NotFound` for another act."""
    need(agent, Scope.USERS_ADMIN)
    if act == "accord":  # refusing and cutting must never wait
        fresh(request, agent)
    house, form, which = house_of(request), await agents_form(request), _grant(grant_id)
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            match act:
                case "accord" | "refus":
                    await house.operators.decide(
                        session,
                        agent.tenant_id,
                        which,
                        approve=act == "accord",
                        by=agent,
                        version=typed.version(form),
                    )
                case "fin":
                    await house.operators.cut(session, agent.tenant_id, which, by=agent)
                case _:
                    raise NotFound
    except (Conflict, Stale) as refusal:
        return await _shown(request, agent, refusal=refusal)
    return see(f"/equipe/exploitant?fait={act}")


@router.get("/acces-exploitant/{word}")
async def open_link(request: Request, word: str) -> HTMLResponse:
    """Shows what the link opens; reading changes nothing, since mail scanners follow links."""
    try:
        grant = await house_of(request).operators.presented(word)
    except LinkOver as refusal:
        return await _door(request, None, refusal=refusal)
    return await _door(request, grant)


@router.post("/acces-exploitant/{word}")
async def enter(request: Request, word: str) -> Response:
    house = house_of(request)
    refuse_cross_site(request, base_url=house.base_url)
    try:
        opened = await house.operators.enter(word, agent=browser_of(request))
    except LinkOver as refusal:
        return await _door(request, None, refusal=refusal)
    return await let_in(request, opened, suite=HOME)


async def _shown(
    request: Request, agent: Identified, *, done: str = "", refusal: ParvisError | None = None
) -> HTMLResponse:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        found = await house.operators.page(session, agent.tenant_id, after=None, limit=SHOWN)
        teams = {team.id: team.name for team in await house.teams.all(session, agent.tenant_id)}
    now = house.clock()
    return page(
        request,
        "agents/operators.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        waiting=[grant for grant in found if grant.waits_at(now)],
        opened=[grant for grant in found if grant.open_at(now)],
        past=[grant for grant in found if not grant.waits_at(now) and not grant.open_at(now)],
        my_teams=[teams[one] for one in agent.teams if one in teams],
        team_names=teams,
        words=WORDS_FR,
        grant_id=lambda one: public_id(Prefix.GRANT, one),
        done=done,
        trouble=str(refusal.detail or refusal.title_fr) if refusal else "",
    )


async def _door(request: Request, grant: Grant | None, *, refusal: LinkOver | None = None) -> HTMLResponse:
    house = house_of(request)
    answer = page(
        request,
        "agents/operator_door.html",
        status=410 if refusal else 200,
        tenant=await town(house, grant.tenant_id) if grant else None,
        grant=grant,
        words=WORDS_FR,
    )
    answer.headers["Referrer-Policy"] = "same-origin"  # the address is the secret
    return answer


def _grant(text: str) -> UUID:
    try:
        return parse_id(Prefix.GRANT, text)
    except IdError:
        raise NotFound from None
