"""Mailboxes and other sources we ask: what a poll brings is kept with its cursor, in one transaction."""

from datetime import timedelta
from uuid import UUID

import structlog

from app.channels.contract import Context, Poller
from app.channels.service import Channels
from app.channels.values import ChannelState, Unopened
from app.clock import Clock
from app.db.transaction import Database
from app.exchanges.facts import ChannelDegraded
from app.exchanges.inbound import Inbound
from app.exchanges.receptions import Door
from app.facts import FactBook
from app.jobs import queue
from app.jobs.queue import Job

log = structlog.get_logger()
POLL = "poll"
EVERY = timedelta(seconds=60)
AFTER_FAILURE = timedelta(minutes=5)


def poll_job(tenant_id: UUID, channel_id: UUID) -> Job:
    """The polling of one channel: one at a time."""
    return Job(POLL, {"tenant": str(tenant_id), "channel": str(channel_id)}, f"{POLL}:{channel_id}")


class Polling:
    """Polls one channel at a time; the cursor moves only with the messages it passed."""

    def __init__(
        self, database: Database, channels: Channels, inbound: Inbound, context: Context, book: FactBook, clock: Clock
    ) -> None:
        self._database, self._channels, self._inbound = database, channels, inbound
        self._context, self._book, self._clock = context, book, clock

    async def poll(self, tenant: str, channel: str) -> None:
        """The polling job of one channel."""
        tenant_id, channel_id = UUID(tenant), UUID(channel)
        more = True
        while more:
            async with self._database.transaction(tenant=tenant_id) as session:
                source = await self._channels.known(session, tenant_id, channel_id)
                if isinstance(source, Unopened):
                    again = self._clock() + AFTER_FAILURE
                    await self._channels.unreachable(session, source, reason=source.because, again_at=again)
                    return
            adapter = self._channels.registry.get(source.type)
            if not isinstance(adapter, Poller) or source.state is ChannelState.PAUSED:
                return
            try:
                polled = await adapter.poll(source.config, self._context, cursor=source.cursor)
            except Exception as error:  # noqa: BLE001 — whatever a server does, the channel's state says it
                await self._failed(tenant_id, channel_id, error)
                return
            async with self._database.transaction(tenant=tenant_id) as session:
                for delivery in polled.deliveries:
                    await self._inbound.keep(session, source, delivery, door=Door.IMAP)
                again = self._clock() + EVERY
                await self._channels.polled(session, source, cursor=polled.cursor, again_at=again)
            more = polled.more

    async def wake(self, tenant_id: UUID) -> None:
        """Defers the polls that are due."""
        async with self._database.transaction(tenant=tenant_id) as session:
            for channel_id in await self._channels.to_poll(session, tenant_id):
                job = poll_job(tenant_id, channel_id)
                await queue.absorb(session, POLL, lock=f"{POLL}:{channel_id}")
                await queue.defer(session, job)

    async def _failed(self, tenant_id: UUID, channel_id: UUID, error: Exception) -> None:
        log.warning("poll.failed", channel=str(channel_id), error=type(error).__name__)
        async with self._database.transaction(tenant=tenant_id) as session:
            source = await self._channels.get(session, tenant_id, channel_id)
            reason = f"relève impossible ({type(error).__name__}) : {error}"[:300]
            await self._channels.unreachable(session, source, reason=reason, again_at=self._clock() + AFTER_FAILURE)
            fact = ChannelDegraded(tenant_id=tenant_id, subject_id=channel_id, at=self._clock())
            await self._book.record(session, fact)
