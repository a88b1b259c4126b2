"""Sending again after a restore: nothing leaves before a person says that they know what may have left already."""

from dataclasses import dataclass
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.exchanges import gates, outbox
from app.exchanges.facts import OutboxResumed
from app.exchanges.freezing import wake_up
from app.exchanges.outbox import OutState
from app.facts import Actor, FactBook
from app.jobs import queue

_ENOUGH = 1000


@dataclass(frozen=True, slots=True)
class Resumed:
    """How many channels send again, and how many messages still wait for a decision (counted up to a thousand)."""

    channels: int
    in_doubt: int


class Restarting:
    """Ends the pause that a restore began."""

    def __init__(self, book: FactBook, clock: Clock) -> None:
        self._book, self._clock = book, clock

    async def resume(self, session: Session, tenant_id: UUID, *, actor: Actor) -> Resumed:
        """Lets the channels of an administration send again. What was in doubt stays so: it is never sent by itself."""
        channels = await gates.reopen(session, tenant_id)
        doubtful = await outbox.in_states(session, tenant_id, [OutState.UNKNOWN.value], after=None, limit=_ENOUGH)
        resumed = Resumed(len(channels), len(doubtful))
        if not channels:
            return resumed
        await queue.defer(session, *(wake_up(tenant_id, one) for one in channels))
        told = OutboxResumed(
            tenant_id=tenant_id,
            subject_id=tenant_id,
            at=self._clock(),
            actor=actor,
            channels=resumed.channels,
            in_doubt=resumed.in_doubt,
        )
        await self._book.record(session, told)
        return resumed
