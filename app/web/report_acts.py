"""What an agent does with a report on the ground: words for the public, and handing it over to a partner."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.channels.kit.forms import Form
from app.errors import NotFound
from app.exchanges.forwarding import Handing
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id
from app.rest.etags import require_version
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.conflicts import REFUSALS, shown_again
from app.web.house import house_of
from app.web.pages import see
from app.web.refusals import PageRoute
from app.web.tickets import ticket_id

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.post("/demandes/{ticket}/publication")
async def publish(request: Request, agent: Agent, ticket: str) -> Response:
    """Shows everybody an agent's words of a report, or takes them back when the field is emptied."""
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    words = (form.last("mots_publics") or "").strip()[:4000]
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            present = await house.tickets.get(session, agent.tenant_id, wanted)
            require_version(present.version, expected=typed.version(form))
            if words:
                await house.publishing.publish(
                    session, agent.tenant_id, wanted, description=words, shown=None, actor=actor_of(agent)
                )
            else:
                await house.publishing.withdraw(session, agent.tenant_id, wanted, actor=actor_of(agent))
    except REFUSALS as refusal:
        return await shown_again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait={'publication' if words else 'retrait'}")


@router.post("/demandes/{ticket}/transmission")
async def hand_over(request: Request, agent: Agent, ticket: str) -> Response:
    """Hands a report over to a partner's Open311 server, in an agent's words."""
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    try:
        handing = Handing(
            channel_id=_named(form, "partenaire", Prefix.CHANNEL),
            text=typed.words(form, "mots_transmis", "écrivez ce que le partenaire lira")[:3900],
            service_code=(form.last("rubrique") or "").strip()[:100] or None,
            address=(form.last("adresse") or "").strip()[:255] or None,
            photos=[_id(word, Prefix.ATTACHMENT) for name, word in form.pairs if name == "photo"][:5],
        )
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.forwarding.hand_over(
                session, agent.tenant_id, wanted, handing, version=typed.version(form), actor=actor_of(agent)
            )
    except REFUSALS as refusal:
        return await shown_again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait=transmission")


def _named(form: Form, field: str, prefix: Prefix) -> UUID:
    return _id(form.last(field) or "", prefix)


def _id(word: str, prefix: Prefix) -> UUID:
    try:
        return parse_id(prefix, word)
    except IdError:
        raise NotFound from None
