"""What an agent records of a saisine's life: events, corrections, joins, and what a message asks besides."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.errors import Flaw, Invalid, ParvisError
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id
from app.sve.event_schemas import check
from app.web import gestures, typed
from app.web.agents import Agent, actor_of, need
from app.web.belonging import saisine_of
from app.web.bodies import agents_form
from app.web.conflicts import REFUSALS, shown_again
from app.web.house import house_of
from app.web.pages import see
from app.web.refusals import PageRoute
from app.web.tickets import ticket_id

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.post("/demandes/{ticket}/saisines/{saisine}/evenements")
async def record(request: Request, agent: Agent, ticket: str, saisine: str) -> Response:
    """Records an event by one of the forms; what forbids it is said beside its field."""
    need(agent, Scope.SVE_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    gesture: gestures.Gesture | None = None
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            found = await saisine_of(session, house.legal, agent.tenant_id, wanted, saisine)
            tenant = await house.tenants.get(session, agent.tenant_id)
            gesture, event = gestures.told_by(form, zone=tenant.time_zone)
            check(event, tenant)
            await house.legal.record(
                session,
                agent.tenant_id,
                found.id,
                event,
                version=typed.version(form),
                actor=actor_of(agent),
            )
    except REFUSALS as refusal:
        return await shown_again(request, agent, wanted, form, _beside(refusal, gesture))
    return see(f"/demandes/{ticket}?fait=evenement#legal")


@router.post("/demandes/{ticket}/saisines/{saisine}/reunion")
async def join(request: Request, agent: Agent, ticket: str, saisine: str) -> Response:
    """Says that this is the same request as another one, received before."""
    need(agent, Scope.SVE_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    try:
        reason = typed.words(form, "pourquoi", "dites pourquoi c’est la même demande")
        try:
            to = parse_id(Prefix.SAISINE, form.last("avec") or "")
        except IdError:
            raise Invalid(flaws=[Flaw("/avec", "form", "choisissez l’autre saisine")]) from None
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            done = await house.legal.join(
                session,
                agent.tenant_id,
                (await saisine_of(session, house.legal, agent.tenant_id, wanted, saisine)).id,
                to=to,
                reason=reason,
                version=typed.version(form),
                actor=actor_of(agent),
            )
    except REFUSALS as refusal:
        return await shown_again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait={'reunion-a-verifier' if done.warnings else 'reunion'}#legal")


@router.post("/demandes/{ticket}/saisines/{saisine}/separation")
async def separate(request: Request, agent: Agent, ticket: str, saisine: str) -> Response:
    """Undoes a join."""
    need(agent, Scope.SVE_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.legal.separate(
                session,
                agent.tenant_id,
                (await saisine_of(session, house.legal, agent.tenant_id, wanted, saisine)).id,
                version=typed.version(form),
                actor=actor_of(agent),
            )
    except REFUSALS as refusal:
        return await shown_again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait=separation-saisine#legal")


@router.post("/demandes/{ticket}/messages/{message}/saisines")
async def open_another(request: Request, agent: Agent, ticket: str, message: str) -> Response:
    """Says that a message asks for something else too."""
    need(agent, Scope.SVE_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    try:
        asks = typed.words(form, "autre_demande", "dites en quelques mots ce que ce message demande aussi")
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.legal.open_another(
                session,
                agent.tenant_id,
                wanted,
                typed.message_id(message),
                asks=asks[:500],
                actor=actor_of(agent),
                known=typed.number(form, "connues"),
            )
    except REFUSALS as refusal:
        return await shown_again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait=saisine#legal")


def _beside(refusal: ParvisError, gesture: gestures.Gesture | None) -> ParvisError:
    """Puts what was refused beside the fields an agent sees."""
    if gesture is not None:
        refusal.flaws = gestures.in_the_form(refusal.flaws, gesture)
    return refusal
