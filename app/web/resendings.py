"""Sending failures again together: what would leave is shown first, and what was shown is what leaves."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.channels.kit.forms import Form
from app.errors import Invalid
from app.exchanges.replaying import MOST, Replay, Wanted
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id, public_id
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.house import house_of
from app.web.pages import page
from app.web.rail import rail_of
from app.web.refusals import PageRoute
from app.web.sendings import NO_REASON

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/envois/reprise")
async def look(request: Request, agent: Agent, canal: str = "") -> HTMLResponse:
    """Shows which failures would leave again, and why the others would not."""
    need(agent, Scope.TICKETS_WRITE)
    return await _page(request, agent, channel=canal)


@router.post("/envois/reprise")
async def send_again(request: Request, agent: Agent) -> Response:
    """Sends again what was shown; what failed since is not of it, and a second click finds nothing left."""
    need(agent, Scope.TICKETS_WRITE)
    form, house = await agents_form(request), house_of(request)
    channel = form.last("canal") or ""
    try:
        reason = typed.words(form, "motif", NO_REASON)[:2000]
        wanted = Wanted(channel_id=_channel_id(channel), until=_instant(form))
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            looked = await house.replaying.replay(
                session, agent.tenant_id, wanted, reason=reason, actor=actor_of(agent)
            )
    except Invalid as refusal:
        return await _page(request, agent, channel=channel, refusal=refusal, reason=form.last("motif") or "")
    return await _page(request, agent, channel=channel, left=looked)


async def _page(
    request: Request,
    agent: Identified,
    *,
    channel: str,
    left: Sequence[Replay] | None = None,
    refusal: Invalid | None = None,
    reason: str = "",
) -> HTMLResponse:
    house = house_of(request)
    seen_at, channel_id = house.clock(), _channel_id(channel)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        wanted = Wanted(channel_id=channel_id, until=seen_at)
        looked = await house.replaying.look(session, agent.tenant_id, wanted)
        channels = await house.channels.all_of(session, agent.tenant_id)
    return page(
        request,
        "agents/resendings.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        channels=[(public_id(Prefix.CHANNEL, one.id), one) for one in channels],
        chosen=public_id(Prefix.CHANNEL, channel_id) if channel_id else "",
        by_id={one.id: one for one in channels},
        leaving=[one for one in looked if one.because is None],
        staying=[one for one in looked if one.because is not None],
        more=len(looked) >= MOST,
        most=MOST,
        seen_at=seen_at.isoformat(),
        gone=sum(1 for one in left if one.because is None) if left is not None else None,
        fault=refusal.flaws[0].detail if refusal and refusal.flaws else "",
        reason=reason,
    )


def _channel_id(text: str) -> UUID | None:
    """Reads a channel of our own list; anything else is all of them."""
    try:
        return parse_id(Prefix.CHANNEL, text) if text else None
    except IdError:
        return None


def _instant(form: Form) -> datetime:
    """Reads when the preview was shown. Raises `Invalid` for what is none of ours."""
    try:
        at = datetime.fromisoformat(form.last("vu") or "")
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise typed.flawed("motif", "regardez d’abord ce qui repartirait")
    return at
