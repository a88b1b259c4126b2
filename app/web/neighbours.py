"""What stands near a request, beside it: joined in one gesture, put back by the merge's own undoing."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.identity.scopes import Scope
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.conflicts import REFUSALS, shown_again
from app.web.house import house_of
from app.web.pages import see
from app.web.refusals import PageRoute
from app.web.tickets import ticket_id

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.post("/demandes/{ticket}/pres-d-ici")
async def join(request: Request, agent: Agent, ticket: str) -> Response:
    """Merges a request nearby into this one: whoever wrote it keeps their own message, saisine and terms."""
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    other = ticket_id(form.last("autre") or "")
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            around = await house.nearby.of_ticket(session, agent.tenant_id, wanted)
            metres = next((round(one.metres) for one in around.found if one.ticket_id == other), None)
            await house.moves.merge(
                session,
                agent.tenant_id,
                wanted,
                [other],
                reason="Même signalement" + (f", à {metres} m." if metres is not None else "."),
                # Two neighbours seldom are the same person: that is what the gesture is for.
                despite_other_contact=True,
                version=typed.version(form),
                actor=actor_of(agent),
            )
    except REFUSALS as refusal:
        return await shown_again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait=fusion")
