"""Mailboxes and other sources we ask: what a poll brings is kept with its cursor, in one transaction."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from app.channels.contract import Context, Polled, Poller
from app.channels.errors import CredentialsRefused
from app.channels.facts import ChannelNeedsReauth
from app.channels.renewing import Renewal
from app.channels.service import Channels
from app.channels.values import Channel, ChannelState, Unopened
from app.clock import Clock
from app.db.transaction import Database, Session
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
        self,
        database: Database,
        channels: Channels,
        inbound: Inbound,
        context: Context,
        book: FactBook,
        clock: Clock,
        *,
        renewal: Renewal,
    ) -> None:
        self._database, self._channels, self._inbound = database, channels, inbound
        self._context, self._book, self._clock, self._renewal = context, book, clock, renewal

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
                polled = await self._polled(source, adapter)
            except Exception as error:  # noqa: BLE001 — whatever a server does, the channel's state says it
                await self._failed(tenant_id, channel_id, error)
                return
            async with self._database.transaction(tenant=tenant_id) as session:
                for delivery in polled.deliveries:
                    await self._inbound.keep(session, source, delivery, door=Door.IMAP)
                again = self._clock() + (EVERY if polled.problem is None else AFTER_FAILURE)
                await self._channels.polled(session, source, cursor=polled.cursor, again_at=again)
                if polled.problem is not None:
                    await self._told(session, source, polled.problem[:300], again_at=again)
                elif source.state in {ChannelState.NEEDS_REAUTH, ChannelState.BROKEN}:
                    # It was opened: the live test says whether all of the channel's trouble is over.
                    await self._channels.note(session, source, {"check_at": self._clock()})
            more = polled.more and polled.problem is None

    async def _polled(self, source: Channel, adapter: Poller) -> Polled:
        """Asks once; a server that refuses a token is asked again with a fresh one."""
        ready = await self._renewal.fresh(source)
        try:
            return await adapter.poll(ready.config, self._context, cursor=source.cursor)
        except CredentialsRefused:
            if not self._renewal.renews(source):
                raise
        ready = await self._renewal.fresh(source, refused=ready)
        return await adapter.poll(ready.config, self._context, cursor=source.cursor)

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
            await self._told(session, source, reason, again_at=self._clock() + AFTER_FAILURE)
            if isinstance(error, CredentialsRefused) and source.state is not ChannelState.PAUSED:
                await self._channels.trouble(session, source, state=ChannelState.NEEDS_REAUTH, reason=str(error))
                if source.state is not ChannelState.NEEDS_REAUTH:
                    fact = ChannelNeedsReauth(tenant_id=tenant_id, subject_id=channel_id, at=self._clock())
                    await self._book.record(session, fact)

    async def _told(self, session: Session, source: Channel, reason: str, *, again_at: datetime) -> None:
        """Writes why a source could not be asked; the same trouble, met again, is not news."""
        await self._channels.unreachable(session, source, reason=reason, again_at=again_at)
        if source.state_reason != reason:
            fact = ChannelDegraded(tenant_id=source.tenant_id, subject_id=source.id, at=self._clock())
            await self._book.record(session, fact)
