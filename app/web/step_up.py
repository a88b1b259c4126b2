"""The page of proof: takes a code, a passkey, a password or an access key, gives the session another word, and goes on."""

import json
from collections.abc import Sequence
from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.errors import Forbidden, Misconfigured, NotFound, TooManyRequests, Unauthenticated
from app.identity import kept_forms_repository
from app.identity.identified import Identified, Kind
from app.identity.proving import Way
from app.rest.languages import Said
from app.web.agents import Agent
from app.web.bodies import agents_form
from app.web.freshness import HOME, OURS, asked, inner
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute
from app.web.sign_in import give_word

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_KEPT_FOR = timedelta(minutes=15)


@router.get("/preuve")
async def ask(request: Request, agent: Agent, suite: str = "") -> HTMLResponse:
    """Shows the page by itself, for whoever wants a fresh proof first."""
    return await asked(request, agent, towards=suite or "/profil", method="GET")


@router.post("/preuve")
async def prove(request: Request, agent: Agent) -> Response:
    """Takes the proof. Right: the browser sends its form again (307), under the session's new word."""
    house, form = house_of(request), await agents_form(request)
    towards, method = inner(form.last("preuve_vers") or ""), form.last("preuve_methode") or "GET"
    kept = [(name, value) for name, value in form.pairs if name not in OURS]
    signed = form.last("cle_signee") or ""
    try:
        way = Way.PASSKEY if signed else Way(form.last("preuve") or "")
        word = await house.proving.prove(
            agent,
            way,
            given=signed or form.last("preuve_donnee") or "",
            sealed=form.last("defi") or "",
            address=request.client.host if request.client else "",
        )
    except (Unauthenticated, TooManyRequests) as refusal:
        return await asked(request, agent, towards=towards, method=method, kept=kept, refusal=refusal)
    except ValueError:
        return await asked(request, agent, towards=towards, method=method, kept=kept, refusal=Unauthenticated())
    answer = RedirectResponse(
        towards, status_code=307 if method == "POST" else 303, headers={"Cache-Control": "no-store"}
    )
    give_word(answer, house, word)
    return answer


@router.post("/preuve/fournisseur")
async def leave(request: Request, agent: Agent) -> HTMLResponse:
    """Keeps what was typed, and shows the way to the provider: a form may not lead to another site by itself."""
    house, form = house_of(request), await agents_form(request)
    if house.provider_door is None or agent.kind is not Kind.AGENT:
        raise NotFound
    kept = {
        "vers": inner(form.last("preuve_vers") or ""),
        "methode": form.last("preuve_methode") or "GET",
        "pairs": [[name, value] for name, value in form.pairs if name not in OURS],
    }
    sealed = house.keys.seal(json.dumps(kept).encode(), bound_to=_bound(agent))
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        await kept_forms_repository.keep(session, agent.tenant_id, agent.id, sealed, at=house.clock())
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
    return page(
        request,
        "agents/proof_away.html",
        me=agent,
        rail=rail,
        tenant=tenant,
        provider=house.provider_door.provider,
    )


@router.get("/preuve/reprise")
async def go_on(request: Request, agent: Agent) -> Response:
    """Gives back what was typed before leaving for the provider: one press sends it. Nothing is sent by itself."""
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        sealed = await kept_forms_repository.take(session, agent.tenant_id, agent.id, since=house.clock() - _KEPT_FOR)
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
    if sealed is None:
        return see(HOME)
    try:
        kept = json.loads(house.keys.open(sealed, bound_to=_bound(agent)))
    except Misconfigured:  # the key that sealed it is gone: what was typed is typed again
        raise Forbidden(Said("ce que vous aviez tapé n’a pas pu être repris : recommencez", en="start again")) from None
    towards, pairs = inner(kept["vers"]), _pairs(kept["pairs"])
    if kept["methode"] != "POST":
        return see(towards)
    return page(request, "agents/proof_again.html", me=agent, rail=rail, tenant=tenant, towards=towards, kept=pairs)


def _pairs(kept: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in kept]


def _bound(agent: Identified) -> str:
    return f"kept-form/{agent.tenant_id}/{agent.id}"
