"""The outbox: what left, what did not, and what would have left when sending is captured."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.exchanges import gates, outbox
from app.exchanges.breaker import LaneState
from app.exchanges.outbox import OutState
from app.identity.scopes import Scope
from app.ids import Prefix, public_id
from app.web.agents import Agent, need
from app.web.house import house_of
from app.web.pages import page
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PER_PAGE = 50
_TROUBLE = (OutState.UNKNOWN, OutState.FAILED, OutState.BOUNCED, OutState.ABANDONED)
FILES = {
    "a-traiter": ("À traiter", _TROUBLE),
    "en-file": ("En file", (OutState.FROZEN, OutState.SENDING)),
    "partis": ("Partis", (OutState.ACCEPTED, OutState.DELIVERED)),
    "tout": ("Tout", ()),
}


@router.get("/envois")
async def sendings(request: Request, agent: Agent, file: str = "tout", apres: str = "") -> HTMLResponse:
    need(agent, Scope.TICKETS_READ)
    house = house_of(request)
    name = file if file in FILES else "tout"
    states = [state.value for state in FILES[name][1]]
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        found = await outbox.in_states(session, agent.tenant_id, states, after=_after(apres), limit=PER_PAGE + 1)
        channels = {channel.id: channel for channel in await house.channels.all_of(session, agent.tenant_id)}
        lanes = await gates.queues(session, agent.tenant_id)
    shown = found[:PER_PAGE]
    return page(
        request,
        "agents/sendings.html",
        me=agent,
        rail=rail,
        tenant=tenant,
        files=FILES,
        chosen=name,
        sent=[(one, public_id(Prefix.TICKET, one.ticket_id), channels.get(one.channel_id)) for one in shown],
        held=[(one, channels.get(one.channel_id)) for one in lanes if one.lane.state is not LaneState.FLOWING],
        following=shown[-1].id.hex if len(found) > PER_PAGE else None,
    )


def _after(text: str) -> UUID | None:
    try:
        return UUID(hex=text)
    except ValueError:
        return None
