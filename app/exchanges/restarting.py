"""Stopping and sending again around a restore: nothing leaves before a person knows what may have left already."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.exchanges import gates, outbox
from app.exchanges.facts import OutboxResumed, OutboxStopped
from app.exchanges.freezing import wake_up
from app.exchanges.outbox import OutState
from app.facts import Actor, FactBook
from app.jobs import queue

_ENOUGH = 1000


@dataclass(frozen=True, slots=True)
class Resumed:
    """How many channels send again, and how many messages still wait for a decision (counted up to a thousand).

    `stopped` says whether anything was: an administration without channels has webhooks.
    """

    channels: int
    in_doubt: int
    stopped: bool


@dataclass(frozen=True, slots=True)
class Stopped:
    """How many channels send no more, and how many messages that had not left are in doubt."""

    channels: int
    in_doubt: int


class Restarting:
    """Ends the pause that a restore began, and begins it where the database was recovered by other means."""

    def __init__(self, book: FactBook, clock: Clock) -> None:
        self._book, self._clock = book, clock

    async def stop(
        self, session: Session, tenant_id: UUID, channels: Sequence[UUID], *, because: str, actor: Actor
    ) -> Stopped:
        """Stops every channel of an administration, and its webhooks; what had not left never leaves by itself."""
        now = self._clock()
        await gates.close(session, tenant_id, channels, reason=because)
        doubt = await outbox.doubt_all(
            session, tenant_id, at=now, detail=f"{because} : peut-être parti depuis, à vérifier"
        )
        stopped = Stopped(len(channels), doubt)
        told = OutboxStopped(
            tenant_id=tenant_id,
            subject_id=tenant_id,
            at=now,
            actor=actor,
            channels=stopped.channels,
            in_doubt=stopped.in_doubt,
        )
        await self._book.record(session, told)
        return stopped

    async def resume(self, session: Session, tenant_id: UUID, *, actor: Actor) -> Resumed:
        """Lets the channels of an administration send again. What was in doubt stays so: it is never sent by itself."""
        channels = await gates.reopen(session, tenant_id)
        doubtful = await outbox.in_states(session, tenant_id, [OutState.UNKNOWN.value], after=None, limit=_ENOUGH)
        resumed = Resumed(len(channels or ()), len(doubtful), stopped=channels is not None)
        if channels is None:
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
