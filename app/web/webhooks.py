"""Webhooks as their administrator sees them: whom they tell, whether they answer, what to do for those that do not."""

from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.channels.kit.forms import Form
from app.errors import Conflict, Invalid, NotFound, ParvisError, Stale, TooManyRequests
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id, public_id
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.freshness import fresh
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute
from app.webhooks import kinds
from app.webhooks.refusals import MOST_ENDPOINTS
from app.webhooks.values import EndpointState

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_SHOWN_AGAIN = (Conflict, Invalid, Stale, TooManyRequests)
_OVERLAP, _SHOWN = timedelta(hours=24), 30
_DONE = {
    "reprise": "Appels repris : ce qui attendait part.",
    "pause": "Webhook en pause : ce qui se passe est gardé pour lui.",
    "essai": "Essai fait : son résultat est en tête des livraisons.",
    "renvoi": "Une nouvelle livraison part avec le même identifiant.",
}


@router.get("/webhooks")
async def list_webhooks(request: Request, agent: Agent, fait: str = "") -> HTMLResponse:
    need(agent, Scope.WEBHOOKS_ADMIN)
    return await _all(request, agent, removed=fait == "retrait")


@router.post("/webhooks")
async def make(request: Request, agent: Agent) -> Response:
    """Makes a webhook; its secret is shown once, on the page that answers."""
    need(agent, Scope.WEBHOOKS_ADMIN)
    fresh(request, agent)
    house, form = house_of(request), await agents_form(request)
    try:
        name = typed.words(form, "nom", "donnez un nom au webhook")[:100]
        url = typed.words(form, "url", "donnez l’adresse à appeler")
        await house.webhooks.judge(url)
        types = [value for field, value in form.pairs if field == "types"]
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            made, secret = await house.webhooks.create(
                session, agent.tenant_id, name=name, url=url, types=types, actor=actor_of(agent)
            )
    except _SHOWN_AGAIN as refusal:
        return await _all(request, agent, form=form, refusal=refusal)
    return await _one(request, agent, made.id, secret=secret)


@router.get("/webhooks/{webhook}")
async def show(request: Request, agent: Agent, webhook: str, fait: str = "") -> HTMLResponse:
    need(agent, Scope.WEBHOOKS_ADMIN)
    return await _one(request, agent, _id(Prefix.WEBHOOK, webhook), done=_DONE.get(fait))


@router.post("/webhooks/{webhook}/{act}")
async def act_on(request: Request, agent: Agent, webhook: str, act: str) -> Response:
    """Tries, pauses, resumes, sends again, changes the secret, removes. Raises `NotFound` for another act."""
    need(agent, Scope.WEBHOOKS_ADMIN)
    fresh(request, agent)
    house, form, wanted = house_of(request), await agents_form(request), _id(Prefix.WEBHOOK, webhook)
    actor, secret = actor_of(agent), None
    try:
        if act == "essai":
            # The consumer may be slow: no transaction waits for it.
            await house.webhook_trials.test(agent.tenant_id, wanted, actor=actor)
            return see(f"/webhooks/{webhook}?fait=essai")
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            present = await house.webhooks.get(session, agent.tenant_id, wanted)
            match act:
                case "pause" | "reprise":
                    state = EndpointState.PAUSED if act == "pause" else EndpointState.ACTIVE
                    await house.webhooks.change(session, present, version=typed.version(form), state=state, actor=actor)
                case "renvoi":
                    delivery = _id(Prefix.WEBHOOK_DELIVERY, form.last("livraison") or "")
                    await house.webhooks.redeliver(session, present, delivery, actor=actor)
                case "secret":
                    secret, _ = await house.webhooks.rotate(session, present, overlap=_OVERLAP, actor=actor)
                case "retrait":
                    await house.webhooks.remove(session, present, version=typed.version(form), actor=actor)
                case _:
                    raise NotFound
    except _SHOWN_AGAIN as refusal:
        return await _one(request, agent, wanted, refusal=refusal)
    if secret is not None:
        return await _one(request, agent, wanted, secret=secret)
    return see("/webhooks?fait=retrait" if act == "retrait" else f"/webhooks/{webhook}?fait={act}")


async def _all(
    request: Request,
    agent: Identified,
    *,
    form: Form | None = None,
    refusal: ParvisError | None = None,
    removed: bool = False,
) -> HTMLResponse:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        found = await house.webhooks.page(session, agent.tenant_id, after=None, limit=MOST_ENDPOINTS)
    return page(
        request,
        "agents/webhooks.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        hooks=[(one, public_id(Prefix.WEBHOOK, one.id)) for one in found],
        kinds=sorted(kinds.known()),
        name=(form.last("nom") or "") if form else "",
        url=(form.last("url") or "") if form else "",
        chosen={value for field, value in form.pairs if field == "types"} if form else set(),
        told=_told(refusal),
        removed=removed,
    )


async def _one(
    request: Request,
    agent: Identified,
    webhook_id: UUID,
    *,
    secret: str | None = None,
    refusal: ParvisError | None = None,
    done: str | None = None,
) -> HTMLResponse:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        one = await house.webhooks.get(session, agent.tenant_id, webhook_id)
        found = await house.webhooks.deliveries(session, one, limit=_SHOWN)
    return page(
        request,
        "agents/webhook.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        one=one,
        id=public_id(Prefix.WEBHOOK, one.id),
        deliveries=[(each, public_id(Prefix.WEBHOOK_DELIVERY, each.id)) for each in found],
        secret=secret,
        told=_told(refusal),
        done=done,
    )


def _told(refusal: ParvisError | None) -> str | None:
    if refusal is None:
        return None
    said = " ; ".join(str(flaw.detail) for flaw in refusal.flaws) or str(refusal.detail) or refusal.title_fr
    return f"{said[:1].upper()}{said[1:]}."


def _id(prefix: Prefix, text: str) -> UUID:
    try:
        return parse_id(prefix, text)
    except IdError:
        raise NotFound from None
