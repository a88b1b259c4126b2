"""« Discussions » : who waits on a page now, who answers live, and an answer given in the conversation."""

import hashlib

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.chat.values import NoticeCode
from app.errors import Busy, Stale
from app.exchanges.composing import Draft
from app.identity.scopes import Scope
from app.ids import Prefix, public_id
from app.rest import repository as once
from app.rest.repository import Kept, Named
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.conflicts import REFUSALS, shown_again
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute
from app.web.tickets import ticket_id

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PATH = "/discussions"


@router.get(PATH)
async def discussions(request: Request, agent: Agent) -> HTMLResponse:
    """Shows the open conversations, and whether this agent answers live; looking at it keeps them there."""
    need(agent, Scope.TICKETS_READ)
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        await house.chat.availability.stay(session, agent.tenant_id, agent.id)
        there = await house.chat.availability.there(session, agent.tenant_id, agent.id)
        found = await house.chat.waiting(session, agent.tenant_id)
        channels = [one for one in await house.channels.all_of(session, agent.tenant_id) if one.type == "chat"]
    now = house.clock()
    return page(
        request,
        "agents/discussions.html",
        scripted=True,
        me=agent,
        rail=rail,
        tenant=tenant,
        there=there,
        channels=channels,
        base_url=house.base_url,
        waiting=[
            (one, public_id(Prefix.TICKET, one.ticket_id) if one.ticket_id else None, one.conversation.here(now))
            for one in found
        ],
        may_write=Scope.TICKETS_WRITE.value in agent.scopes,
    )


@router.post(f"{PATH}/presence")
async def presence(request: Request, agent: Agent) -> Response:
    """Says that this agent answers live, or does not any more; twice changes nothing."""
    need(agent, Scope.TICKETS_WRITE)
    form, house = await agents_form(request), house_of(request)
    availability = house.chat.availability
    act = availability.come if form.last("presence") == "oui" else availability.leave
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        await act(session, agent.tenant_id, agent.id, actor=actor_of(agent))
    return see(PATH)


@router.post("/demandes/{ticket}/discussion/reponses")
async def answer(request: Request, agent: Agent, ticket: str) -> Response:
    """Freezes an answer given in the conversation, once however often the form is sent.

    Unlike the long answer it asks for no version: whoever waits goes on writing meanwhile.
    """
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    try:
        text = typed.words(form, "direct", "écrivez votre réponse avant de l’envoyer")
        name = form.last("envoi") or ""
        if not (name.isascii() and name.isalnum() and 20 <= len(name) <= 64):
            raise Stale
        named = Named(tenant_id=agent.tenant_id, caller=agent.label, operation=f"POST chat/{ticket}", key=name)
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            if not await once.claim(session, named):
                raise Busy
            if await once.find(session, named) is None:
                current = await house.tickets.get(session, agent.tenant_id, wanted, lock=True)
                draft = Draft(text=text)
                await house.composer.freeze(session, agent.tenant_id, current, draft, actor=actor_of(agent))
                await house.chat.availability.stay(session, agent.tenant_id, agent.id)
                said = hashlib.sha256(text.encode("utf-8", "replace")).digest()
                kept = Kept(request_hash=said, status=201, headers={}, body=ticket.encode(), at=house.clock())
                await once.keep(session, named, kept)
    except REFUSALS as refusal:
        return await shown_again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait=reponse#discussion")


@router.post("/demandes/{ticket}/discussion/fin")
async def end(request: Request, agent: Agent, ticket: str) -> Response:
    """Ends the conversation; the request and its clocks go on."""
    need(agent, Scope.TICKETS_WRITE)
    wanted, house = ticket_id(ticket), house_of(request)
    await agents_form(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        await house.tickets.get(session, agent.tenant_id, wanted)
        found = await house.chat.of_ticket(session, agent.tenant_id, wanted)
        if found is not None:
            how, actor = NoticeCode.ENDED_BY_AGENT, actor_of(agent)
            await house.chat.conversing.end(session, agent.tenant_id, found.id, how=how, actor=actor)
    return see(f"/demandes/{ticket}?fait=discussion#discussion")
