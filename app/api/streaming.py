"""The event log as it grows, for one listener: what was missed by its own reading, then what its hall is told."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from uuid import UUID

from fastapi.sse import KEEPALIVE_COMMENT

from app.api.closing import Closing
from app.api.frames import of_event
from app.api.hall import BATCH, Hall, Listener
from app.api.positions import Place
from app.db.sight import look
from app.db.transaction import Database
from app.errors import Unavailable
from app.live.events import Event, EventLog
from app.live.seats import Told
from app.sealing import KeyRing

_PING_EVERY_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One open stream of an administration's facts."""

    database: Database
    events: EventLog
    keys: KeyRing
    tenant_id: UUID
    hall: Hall
    listener: Listener
    closing: Closing

    async def frames(self, start: Place) -> AsyncGenerator[bytes]:
        """Yields what follows `start`, each fact once and in order, until the house closes or the right is lost.

        Who lets too much wait is told nothing more by the hall, which waits for nobody, and reads the log again by itself.
        """
        place, seat = start, self.listener.seat
        with self.closing.calling(seat.end):
            await self.hall.opened()
            while not seat.over:
                if seat.behind:
                    seat.take()
                    async for missed in self._missed(place):
                        place = missed.place or place
                        yield missed.frame
                told = await seat.heard(seconds=_PING_EVERY_S)
                # What stood between was read already.
                fresh = [one for one in told if one.place is None or one.place > place]
                place = max((one.place for one in fresh if one.place is not None), default=place)
                if fresh:
                    yield b"".join(one.frame for one in fresh)
                elif not told and not seat.behind and not seat.over:
                    yield KEEPALIVE_COMMENT

    async def _missed(self, place: Place) -> AsyncGenerator[Told]:
        """Yields what is settled after a place, with the listener's own eyes; what settles meanwhile, the hall tells."""
        seat, found = self.listener.seat, list[Event]()
        while not seat.over:
            look(self.listener.eyes)
            try:
                async with self.hall.catching_up, self.database.transaction(tenant=self.tenant_id) as session:
                    found = await self.events.after(session, self.tenant_id, place, limit=BATCH)
            except Unavailable:
                seat.end()  # comes back with the last place it had
                return
            for event in found:
                if self.listener.seat.over:  # the right was lost in the middle of a batch that somebody slow reads
                    return
                told = of_event(self.keys, self.tenant_id, event)
                place = told.place or place
                yield told
            if len(found) < BATCH:
                return
