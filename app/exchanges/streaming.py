"""Which connections this process keeps open: those of streaming channels that no other process holds."""

import asyncio
import contextlib
from datetime import timedelta
from uuid import UUID

import structlog

from app.channels import leases
from app.channels.contract import Context, Stream
from app.channels.registry import BrokenChannelType, Registry
from app.channels.service import Channels
from app.channels.values import Channel
from app.clock import Clock
from app.db.transaction import Database
from app.errors import Unavailable
from app.exchanges.connections import LEASE, Connections
from app.exchanges.inbound import Inbound
from app.facts import FactBook
from app.ids import new_id
from app.tenants.service import Tenants

log = structlog.get_logger()
# Each one is a socket and a task of this process; what is beyond is left to the other processes.
MOST = 100
LOOK_AGAIN = timedelta(seconds=15)


class Streaming:
    """Looks every quarter of a minute for connections nobody keeps, and keeps them until told to stop."""

    def __init__(
        self,
        database: Database,
        tenants: Tenants,
        channels: Channels,
        inbound: Inbound,
        context: Context,
        book: FactBook,
        clock: Clock,
    ) -> None:
        self._database, self._tenants, self._channels, self._clock = database, tenants, channels, clock
        self._holder = new_id()
        self._connections = Connections(database, channels, inbound, context, book, clock, holder=self._holder)
        self._kept: dict[UUID, asyncio.Task[None]] = {}
        self._types: list[str] | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Keeps connections until `stop` is set; each ends its delivery under way, then lets its channel go."""
        try:
            while not stop.is_set():
                with contextlib.suppress(Unavailable):  # the next look finds the database again
                    await self.look(stop)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), timeout=LOOK_AGAIN.total_seconds())
            await asyncio.gather(*self._kept.values(), return_exceptions=True)
        finally:
            for task in self._kept.values():
                task.cancel()
            await asyncio.gather(*self._kept.values(), return_exceptions=True)

    async def look(self, stop: asyncio.Event) -> None:
        """Takes the connections nobody keeps."""
        if self._types is None:
            self._types = await asyncio.to_thread(streaming_types, self._channels.registry)
        for channel_id, task in list(self._kept.items()):
            if task.done():
                del self._kept[channel_id]
        if not self._types:
            return
        for tenant_id in await self._tenants.directory():
            for channel in await self._taken(tenant_id):
                task = asyncio.create_task(self._connections.keep(channel, stop), name=f"stream:{channel.id}")
                self._kept[channel.id] = task

    async def _taken(self, tenant_id: UUID) -> list[Channel]:
        taken: list[Channel] = []
        async with self._database.transaction(tenant=tenant_id) as session:
            now = self._clock()
            for channel_id in await leases.free(session, tenant_id, self._types or [], now=now):
                if channel_id in self._kept or len(self._kept) + len(taken) >= MOST:
                    continue
                channel = await self._channels.known(session, tenant_id, channel_id)
                if not isinstance(channel, Channel):
                    continue
                streams = self._channels.registry.get(channel.type).capabilities(channel.config).streams
                if streams and await leases.take(
                    session, tenant_id, channel_id, holder=self._holder, now=now, until=now + LEASE
                ):
                    taken.append(channel)
        return taken


def streaming_types(registry: Registry) -> list[str]:
    """Returns the installed types that keep a connection; those that cannot be loaded are told elsewhere."""
    found: list[str] = []
    for name in registry.types():
        try:
            if isinstance(registry.get(name), Stream):
                found.append(name)
        except BrokenChannelType:
            continue
    return found
