"""Giving a request to a team or an agent, and making it theirs alone to see."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.channels.kit.forms import Form
from app.errors import NotFound
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id
from app.tickets.values import Ticket
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.conflicts import REFUSALS, shown_again
from app.web.house import house_of
from app.web.pages import see
from app.web.refusals import PageRoute
from app.web.tickets import ticket_id

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.post("/demandes/{ticket}/attribution")
async def hand_over(request: Request, agent: Agent, ticket: str) -> Response:
    """Gives a request to a team, to an agent, or back to everybody; it may leave its giver's sight by that."""
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    fate = "attribution"
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            current = await house.tickets.get(session, agent.tenant_id, wanted)
            changes = _changes(form, current)
            version = typed.version(form)
            if changes:
                now = await house.tickets.change(
                    session, agent.tenant_id, wanted, changes, version=version, actor=actor_of(agent)
                )
                if now.assignee_id != changes.get("assignee_id", now.assignee_id):
                    fate = "attribution-absent"
    except REFUSALS as refusal:
        return await shown_again(request, agent, wanted, form, refusal)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        try:
            await house.tickets.get(session, agent.tenant_id, wanted)
        except NotFound:
            return see(f"/boite?confiee={current.reference}")
    return see(f"/demandes/{ticket}?fait={fate}#attribution")


def _changes(form: Form, ticket: Ticket) -> dict[str, object]:
    """Returns what differs: what stays as it is was not chosen again."""
    wanted: dict[str, object] = {
        "team_id": _read(Prefix.TEAM, form.last("equipe"), "equipe"),
        "assignee_id": _read(Prefix.USER, form.last("agent"), "agent"),
        "confidential": form.last("confidentielle") == "oui",
    }
    present = {
        "team_id": ticket.team_id,
        "assignee_id": ticket.assignee_id,
        "confidential": ticket.confidential_at is not None,
    }
    return {name: value for name, value in wanted.items() if value != present[name]}


def _read(prefix: Prefix, text: str | None, name: str) -> UUID | None:
    try:
        return parse_id(prefix, text) if text else None
    except IdError:
        raise typed.flawed(name, "choisissez une ligne de la liste") from None
