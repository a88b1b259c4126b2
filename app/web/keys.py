"""The access keys of programs: made, replaced with an overlap, revoked; each is shown once, on the page that answers."""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.channels.kit.forms import Form
from app.db.transaction import Session
from app.errors import Invalid, NotFound, ParvisError
from app.facts import Seen
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

router = APIRouter(route_class=PageRoute, include_in_schema=False)
OVERLAPS = {"0": "aussitôt", "24": "dans un jour", "168": "dans une semaine"}


@router.get("/equipe/cles")
async def keys(request: Request, agent: Agent, fait: str = "") -> HTMLResponse:
    need(agent, Scope.KEYS_ADMIN)
    return await _shown(request, agent, done=fait)


@router.post("/equipe/cles")
async def make(request: Request, agent: Agent) -> Response:
    """Makes a key whose rights are among the agent's own."""
    need(agent, Scope.KEYS_ADMIN)
    fresh(request, agent)
    house, form = house_of(request), await agents_form(request)
    try:
        name = typed.words(form, "nom", "dites à quoi elle sert")[:100]
        scopes = [value for field, value in form.pairs if field == "droits"]
        if not scopes or set(scopes) - set(agent.scopes):
            raise typed.flawed("droits", "choisissez au moins un droit, parmi les vôtres")
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            tenant = await house.tenants.get(session, agent.tenant_id)
            expires_at = _term(form, zone=tenant.time_zone, now=house.clock())
            secret, key = await house.access.issue(
                session, agent.tenant_id, name=name, scopes=scopes, expires_at=expires_at
            )
            await _journal(request, agent, session, "key.made", key.id, scopes=sorted(key.scopes))
            await house.confiding.key_made(session, key, actor=actor_of(agent))
    except Invalid as refusal:
        return await _shown(request, agent, form=form, refusal=refusal)
    return await _shown(request, agent, secret=secret)


@router.post("/equipe/cles/{key}/remplacement")
async def replace(request: Request, agent: Agent, key: str) -> Response:
    """Makes the key that takes over; the former ends a while later."""
    need(agent, Scope.KEYS_ADMIN)
    fresh(request, agent)
    house, form, wanted = house_of(request), await agents_form(request), _id(key)
    hours = form.last("dans") or "24"
    overlap = timedelta(hours=int(hours) if hours in OVERLAPS else 24)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        former = await house.access.get(session, agent.tenant_id, wanted)
        need(agent, *(Scope(one) for one in former.scopes if one in {*Scope}))
        secret, new = await house.access.replace(session, agent.tenant_id, wanted, overlap=overlap)
        await _journal(request, agent, session, "key.replaced", wanted, by=public_id(Prefix.API_KEY, new.id))
    return await _shown(request, agent, secret=secret)


@router.post("/equipe/cles/{key}/revocation")
async def revoke(request: Request, agent: Agent, key: str) -> Response:
    need(agent, Scope.KEYS_ADMIN)
    house, wanted = house_of(request), _id(key)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        await house.access.revoke(session, agent.tenant_id, wanted)
        await _journal(request, agent, session, "key.revoked", wanted)
    return see("/equipe/cles?fait=revoquee")


async def _shown(
    request: Request,
    agent: Identified,
    *,
    form: Form | None = None,
    refusal: ParvisError | None = None,
    secret: str | None = None,
    done: str = "",
) -> HTMLResponse:
    house, now = house_of(request), house_of(request).clock()
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        found = await house.access.list_keys(session, agent.tenant_id)
    living = [one for one in found if one.revoked_at is None and (one.expires_at is None or one.expires_at > now)]
    faults = {flaw.pointer[1:]: str(flaw.detail).capitalize() + "." for flaw in refusal.flaws} if refusal else {}
    return page(
        request,
        "agents/keys.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        keys=[(public_id(Prefix.API_KEY, one.id), one) for one in living],
        over=len(found) - len(living),
        scopes=[scope.value for scope in Scope if scope.value in agent.scopes],
        overlaps=OVERLAPS,
        kept={name: form.last(name) or "" if form else "" for name in ("nom", "fin")},
        chosen={value for field, value in form.pairs if field == "droits"} if form else set(),
        faults=faults,
        secret=secret,
        done=done,
    )


def _term(form: Form, *, zone: str, now: datetime) -> datetime | None:
    """Reads the last day, whose evening ends the key; None without one."""
    text = form.last("fin") or ""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise typed.flawed("fin", "donnez un jour") from None
    at = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    if at <= now:
        raise typed.flawed("fin", "ce jour est passé")
    return at


async def _journal(
    request: Request, agent: Identified, session: Session, action: str, key_id: UUID, **detail: object
) -> None:
    house = house_of(request)
    seen = Seen(
        tenant_id=agent.tenant_id,
        subject_id=key_id,
        at=house.clock(),
        actor=actor_of(agent),
        action=action,
        detail=detail,
    )
    await house.book.record(session, seen)


def _id(text: str) -> UUID:
    try:
        return parse_id(Prefix.API_KEY, text)
    except IdError:
        raise NotFound from None
