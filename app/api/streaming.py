"""The event log as it grows, for one listener whose rights are looked at again and again."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from uuid import UUID

from fastapi import Request

from app.api.closing import Closing
from app.api.house import ApiHouse
from app.api.positions import Place
from app.errors import Forbidden, Unauthenticated
from app.identity.scopes import Scope
from app.live.events import Event, topic
from app.rest.access import authenticate_again

_BATCH = 200
# Whoever misses a ring looks by itself; rights are read again at least as often.
_LOOK_EVERY_S = 10.0


async def happening(
    request: Request, house: ApiHouse, tenant_id: UUID, *, start: Place, closing: Closing
) -> AsyncGenerator[tuple[Event, Place]]:
    """Yields settled events after `start`, each with its place, until the house closes or the right is lost."""
    place, rings = start, asyncio.Event()
    listening = asyncio.create_task(_listen(house, tenant_id, rings))
    ending = asyncio.create_task(closing.forever())
    try:
        while not closing.said and await _may_listen(request, tenant_id):
            rings.clear()
            while found := await _after(house, tenant_id, place):
                for event in found:
                    place = (event.xid, event.id)
                    yield event, place
            ringing = asyncio.create_task(rings.wait())
            await asyncio.wait({ringing, ending}, timeout=_LOOK_EVERY_S, return_when=asyncio.FIRST_COMPLETED)
            ringing.cancel()
    finally:
        for task in (listening, ending):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def _listen(house: ApiHouse, tenant_id: UUID, rings: asyncio.Event) -> None:
    async for _ in house.bell.listen(topic(tenant_id)):
        rings.set()


async def _after(house: ApiHouse, tenant_id: UUID, place: Place) -> list[Event]:
    async with house.database.transaction(tenant=tenant_id) as session:
        return await house.events.after(session, tenant_id, place, limit=_BATCH)


async def _may_listen(request: Request, tenant_id: UUID) -> bool:
    try:
        caller = await authenticate_again(request)
    except (Unauthenticated, Forbidden):
        return False
    return caller.tenant_id == tenant_id and Scope.EVENTS_READ in caller.scopes
