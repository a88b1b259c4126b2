"""What an agent records of the law: what silence means here, and that a decision was notified."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.errors import Invalid
from app.identity.scopes import Scope
from app.web import legal_words, typed
from app.web.agents import Agent, actor_of, need
from app.web.belonging import saisine_of
from app.web.bodies import agents_form
from app.web.choices import choice
from app.web.conflicts import REFUSALS, shown_again
from app.web.house import house_of
from app.web.pages import see
from app.web.refusals import PageRoute
from app.web.tickets import ticket_id

router = APIRouter(route_class=PageRoute, include_in_schema=False)
SENSES = tuple(legal_words.SENSES)


@router.post("/demandes/{ticket}/saisines/{saisine}/qualification")
async def qualify(request: Request, agent: Agent, ticket: str, saisine: str) -> Response:
    """Says which procedure this is, or what silence means here, and why."""
    need(agent, Scope.SVE_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    try:
        reason = typed.words(form, "motif", "donnez le motif de la qualification : il fait partie de la preuve")
        delay = typed.delay(form)
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            found = await saisine_of(session, house.legal, agent.tenant_id, wanted, saisine)
            view = await house.procedures.view(session, agent.tenant_id, on=found.received_on)
            chosen = choice(form, view.catalogue)
            await house.legal.qualify(
                session,
                agent.tenant_id,
                found.id,
                regime=chosen.regime,
                delay=delay,
                procedure=chosen.procedure,
                reason=reason,
                version=typed.version(form),
                actor=actor_of(agent),
            )
    except REFUSALS as refusal:
        return await shown_again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait=qualification#legal")


@router.post("/demandes/{ticket}/saisines/{saisine}/decision")
async def decide(request: Request, agent: Agent, ticket: str, saisine: str) -> Response:
    """Records that an express decision was notified; the engine says what it stops."""
    need(agent, Scope.SVE_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    try:
        sense = form.last("sens") or ""
        if sense not in SENSES:
            raise Invalid("dites si la décision accorde ou refuse")
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            found = await saisine_of(session, house.legal, agent.tenant_id, wanted, saisine)
            tenant = await house.tenants.get(session, agent.tenant_id)
            at = typed.instant(form, "notifiee", zone=tenant.time_zone, now=house.clock())
            event = {
                "type": "express_decision",
                "at": at.isoformat(),
                "notified_at": at.isoformat(),
                "sense": sense,
                "mentions_appeal": form.last("recours") == "oui",
            }
            await house.legal.record(
                session,
                agent.tenant_id,
                found.id,
                event,
                version=typed.version(form),
                actor=actor_of(agent),
            )
    except REFUSALS as refusal:
        return await shown_again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait=decision#legal")
