"""The event log as it grows, for one listener whose rights are looked at again and again."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request

from app.api.closing import Closing
from app.api.house import ApiHouse
from app.api.positions import Place
from app.errors import Forbidden, Unauthenticated
from app.identity.scopes import Scope
from app.live import presence
from app.live.events import Event, topic
from app.live.presence import Present
from app.rest.access import authenticate_again

_BATCH = 200
# Whoever misses a ring looks by itself; rights are read again at least as often.
_LOOK_EVERY_S = 10.0


@dataclass(frozen=True, slots=True)
class Stirred:
    """Somebody came to a request, left it, or began to write in it: who is there now. It has no place in the log."""

    ticket_id: UUID
    present: Sequence[Present]


async def happening(
    request: Request, house: ApiHouse, tenant_id: UUID, *, start: Place, closing: Closing, presences: bool = False
) -> AsyncGenerator[tuple[Event, Place] | Stirred]:
    """Yields settled events after `start`, each with its place, until the house closes or the right is lost.

    With `presences`, also who comes to requests that the listener sees, as it happens and never again.
    """
    place, rings, stirred = start, asyncio.Event(), set[UUID]()
    listening = asyncio.create_task(_listen(house, tenant_id, rings))
    noticing = asyncio.create_task(_notice(house, tenant_id, rings, stirred) if presences else closing.forever())
    ending = asyncio.create_task(closing.forever())
    try:
        while not closing.said and await _may_listen(request, tenant_id):
            rings.clear()
            while found := await _after(house, tenant_id, place):
                for event in found:
                    place = (event.xid, event.id)
                    yield event, place
            for one in await _stirred(house, tenant_id, stirred):
                yield one
            ringing = asyncio.create_task(rings.wait())
            await asyncio.wait({ringing, ending}, timeout=_LOOK_EVERY_S, return_when=asyncio.FIRST_COMPLETED)
            ringing.cancel()
    finally:
        for task in (listening, noticing, ending):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def _listen(house: ApiHouse, tenant_id: UUID, rings: asyncio.Event) -> None:
    async for _ in house.bell.listen(topic(tenant_id)):
        rings.set()


async def _notice(house: ApiHouse, tenant_id: UUID, rings: asyncio.Event, stirred: set[UUID]) -> None:
    async for payload in house.bell.listen(presence.topic(tenant_id)):
        if payload and len(stirred) < _BATCH:
            stirred.add(UUID(payload))
            rings.set()


async def _stirred(house: ApiHouse, tenant_id: UUID, stirred: set[UUID]) -> Sequence[Stirred]:
    """Returns who is on the requests that were stirred and that the listener sees; these are then still."""
    asked = sorted(stirred)
    stirred.clear()
    if not asked:
        return []
    async with house.database.transaction(tenant=tenant_id) as session:
        seen = await house.tickets.some(session, tenant_id, asked)
    found = house.presence.on(tenant_id, [one for one in asked if one in seen], at=house.clock())
    return [Stirred(ticket_id, present) for ticket_id, present in found.items()]


async def _after(house: ApiHouse, tenant_id: UUID, place: Place) -> list[Event]:
    async with house.database.transaction(tenant=tenant_id) as session:
        return await house.events.after(session, tenant_id, place, limit=_BATCH)


async def _may_listen(request: Request, tenant_id: UUID) -> bool:
    try:
        caller = await authenticate_again(request)
    except (Unauthenticated, Forbidden):
        return False
    return caller.tenant_id == tenant_id and Scope.EVENTS_READ in caller.scopes
