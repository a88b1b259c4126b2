"""What an agent does on a request. Each form carries the version it was shown with: nothing is overwritten unseen."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.exchanges.composing import Draft
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.tickets.values import Status
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.conflicts import REFUSALS, shown_again
from app.web.house import house_of
from app.web.pages import see
from app.web.refusals import PageRoute
from app.web.tickets import ticket_id

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.post("/demandes/{ticket}/reponses")
async def reply(request: Request, agent: Agent, ticket: str) -> Response:
    """Freezes an answer. A second click finds another version, so that nobody is written to twice."""
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    try:
        text = typed.words(form, "texte", "écrivez votre réponse avant de l’envoyer")
        point = typed.point(form)
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            current = await house.tickets.get(session, agent.tenant_id, wanted, lock=True)
            typed.same_version(current.version, form)
            draft = Draft(text=text, to_point_id=point)
            await house.composer.freeze(session, agent.tenant_id, current, draft, actor=actor_of(agent))
    except REFUSALS as refusal:
        return await shown_again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait=reponse#fil-fin")


@router.post("/demandes/{ticket}/notes")
async def note(request: Request, agent: Agent, ticket: str) -> Response:
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    try:
        text = typed.words(form, "note", "écrivez la note avant de l’enregistrer")
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            current = await house.tickets.get(session, agent.tenant_id, wanted, lock=True)
            typed.same_version(current.version, form)
            await house.tickets.note(session, agent.tenant_id, wanted, text, actor=actor_of(agent))
    except REFUSALS as refusal:
        return await shown_again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait=note#fil-fin")


@router.post("/demandes/{ticket}/cloture")
async def close(request: Request, agent: Agent, ticket: str) -> Response:
    """Closes, unless a legal clock still runs."""
    return await _move(request, agent, ticket, Status.CLOSED, "cloture")


@router.post("/demandes/{ticket}/reouverture")
async def reopen(request: Request, agent: Agent, ticket: str) -> Response:
    return await _move(request, agent, ticket, Status.OPEN, "reouverture")


async def _move(request: Request, agent: Identified, ticket: str, status: Status, done: str) -> Response:
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.tickets.change(
                session,
                agent.tenant_id,
                wanted,
                {"status": status.value},
                version=typed.version(form),
                actor=actor_of(agent),
            )
    except REFUSALS as refusal:
        return await shown_again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait={done}")
