"""The call log of a telephone channel."""

from typing import Annotated

from fastapi import APIRouter

from app.api.house import House
from app.api.v1.paths import ChannelInPath
from app.errors import NotFound
from app.exchanges import call_log
from app.exchanges.call_schemas import CallOut
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading

router = APIRouter(prefix="/channels/{channel_id}/calls", tags=["channels"], route_class=StrictRoute)


@router.get("", summary="Lire le journal d'appels", response_description="Une page.", responses=refusals(NotFound))
async def list_calls(
    channel_id: ChannelInPath,
    asked: Asked,
    house: House,
    session: Reading,
    caller: Annotated[Caller, require("tickets:read")],
) -> Page[CallOut]:
    """Donne les appels terminés d'un canal, du dernier au premier ; ils sont gardés un an."""
    await house.channels.known(session, caller.tenant_id, channel_id)
    after = asked.after.id if asked.after else None
    calls = await call_log.page(session, caller.tenant_id, channel_id, after=after, limit=asked.take)
    return asked.page(calls, position=lambda one: Position(None, one.id), show=CallOut.of)
