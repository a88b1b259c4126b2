"""One connection kept open: each delivery is kept raw, committed, before the next is asked for; what ends begins again.

What a provider repeats is never lost: it is kept, or the connection ends before the provider is told that it was. What
it repeats although it was kept has the key of its event, and makes nothing twice.
"""

import asyncio
import contextlib
import random
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any, assert_never
from uuid import UUID

import structlog

from app.channels import leases
from app.channels.contract import Context, Delivery, Stream
from app.channels.errors import ChannelError, CredentialsRefused
from app.channels.facts import ChannelNeedsReauth
from app.channels.service import Channels
from app.channels.values import Channel, ChannelState
from app.clock import Clock
from app.crashpoints import crashpoint
from app.db.transaction import Database, Session
from app.egress.refusing import EgressRefused
from app.errors import NotFound, Unavailable
from app.exchanges.facts import ChannelDegraded
from app.exchanges.inbound import Inbound
from app.exchanges.receptions import Door
from app.exchanges.stream_line import Line
from app.facts import FactBook

log = structlog.get_logger()
LEASE, RENEW = timedelta(seconds=60), timedelta(seconds=15)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=5)


class Why(StrEnum):
    """Why a connection is not open any more."""

    STOPPED = "stopped"  # this process ends
    LEFT = "left"  # another process holds it, or its settings are not those any more
    REFUSED = "refused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a connection came to its end; `good` when it had brought something, or stood for long."""

    why: Why
    reason: str = ""
    good: bool = False


class Connections:
    """Keeps connections, one at a time a channel, for the process that holds them."""

    def __init__(
        self,
        database: Database,
        channels: Channels,
        inbound: Inbound,
        context: Context,
        book: FactBook,
        clock: Clock,
        *,
        holder: UUID,
    ) -> None:
        self._database, self._channels, self._inbound = database, channels, inbound
        self._context, self._book, self._clock, self._holder = context, book, clock, holder

    async def keep(self, channel: Channel, stop: asyncio.Event) -> None:
        """Connects, and connects again, later and later, until there is no reason to; then lets the channel go."""
        failures = 0
        try:
            while True:
                ended = await self._connected(channel, stop)
                match ended.why:
                    case Why.STOPPED | Why.LEFT:
                        return
                    case Why.REFUSED:
                        await self._refused(channel, ended.reason)
                        return
                    case Why.ENDED:
                        failures = 1 if ended.good else failures + 1
                        wait = wait_after(failures)
                        with contextlib.suppress(Unavailable):
                            await self._down(channel, ended.reason, wait, first=failures == 1)
                        if not await self._waited(channel, stop, wait):
                            return
                    case _:
                        assert_never(ended.why)
        finally:
            with contextlib.suppress(Unavailable):
                async with self._database.transaction(tenant=channel.tenant_id) as session:
                    await leases.release(session, channel.tenant_id, channel.id, holder=self._holder)

    async def _connected(self, channel: Channel, stop: asyncio.Event) -> Ended:
        """Listens once, from the connection to its end."""
        adapter = self._channels.registry.get(channel.type)
        if not isinstance(adapter, Stream):
            return Ended(Why.LEFT)
        up = asyncio.Event()
        line = Line(adapter.listen(channel.config, replace(self._context, listening=up.set)), up=up, stop=stop)
        try:
            return await self._listened(channel, line, stop)
        except CredentialsRefused as refusal:
            return Ended(Why.REFUSED, str(refusal)[:300])
        except Exception as error:  # noqa: BLE001 — whatever a server does, the channel's state says it
            log.info("stream.ended", channel=str(channel.id), error=type(error).__name__)
            return Ended(Why.ENDED, _told(error), line.good)
        finally:
            await line.close()

    async def _listened(self, channel: Channel, line: Line, stop: asyncio.Event) -> Ended:
        loop = asyncio.get_running_loop()
        renewed = loop.time()
        while not stop.is_set():
            delivery = await line.happens(within=RENEW.total_seconds())
            if line.ended:
                return Ended(Why.ENDED, "le serveur a fermé la connexion", line.good)
            if line.rose():
                await self._up(channel)
            if delivery is not None:
                if not await self._kept(channel, delivery, stop):
                    break
                crashpoint("after_stream_keep")
                line.asked()
            if loop.time() - renewed >= RENEW.total_seconds():
                renewed = loop.time()
                if not await self._still(channel):
                    return Ended(Why.LEFT)
        return Ended(Why.STOPPED)

    async def _kept(self, channel: Channel, delivery: Delivery, stop: asyncio.Event) -> bool:
        """Keeps a delivery, whatever time the database takes to come back; False when this process ends before."""
        brought = replace(delivery, envelope={**delivery.envelope, "door": Door.STREAM.value})
        wait = 0.5
        while True:
            try:
                async with self._database.transaction(tenant=channel.tenant_id) as session:
                    await self._inbound.keep(session, channel, brought, door=Door.STREAM)
                    await self._note(session, channel, {"stream_event_at": self._clock()})
            except Unavailable:
                # What this provider does not repeat is in this memory alone: the connection waits, the provider too.
                if await _told_to(stop, within=wait):
                    return False
                wait = min(wait * 2, 15.0)
            else:
                return True

    async def _still(self, channel: Channel) -> bool:
        """Renews the lease; says whether this connection is still to be kept, with these settings."""
        now = self._clock()
        try:
            async with self._database.transaction(tenant=channel.tenant_id) as session:
                mine = await leases.take(
                    session, channel.tenant_id, channel.id, holder=self._holder, now=now, until=now + LEASE
                )
                present = await self._channels.known(session, channel.tenant_id, channel.id)
        except Unavailable:
            return True  # nobody else can take it either
        except NotFound:
            return False
        kept = {ChannelState.ACTIVE, ChannelState.BROKEN}
        same = isinstance(present, Channel) and present.version == channel.version and present.state in kept
        return mine and same

    async def _waited(self, channel: Channel, stop: asyncio.Event, wait: float) -> bool:
        """Waits before the next try, the lease renewed meanwhile; False when there is to be none."""
        while wait > 0:
            part = min(wait, RENEW.total_seconds())
            if await _told_to(stop, within=part):
                return False
            if not await self._still(channel):
                return False
            wait -= part
        return True

    async def _up(self, channel: Channel) -> None:
        values = {"stream_since": self._clock(), "stream_retry_at": None, "state_reason": None}
        with contextlib.suppress(Unavailable):
            async with self._database.transaction(tenant=channel.tenant_id) as session:
                await self._note(session, channel, values)

    async def _down(self, channel: Channel, reason: str, wait: float, *, first: bool) -> None:
        """Says on the channel why it is not connected; the fact is recorded once, not at each try."""
        now = self._clock()
        again = now + timedelta(seconds=wait)
        values = {"stream_since": None, "stream_retry_at": again, "state_reason": reason}
        async with self._database.transaction(tenant=channel.tenant_id) as session:
            await self._note(session, channel, values)
            if first:
                fact = ChannelDegraded(tenant_id=channel.tenant_id, subject_id=channel.id, at=now)
                await self._book.record(session, fact)

    async def _refused(self, channel: Channel, reason: str) -> None:
        """Asks for new credentials; nothing is tried with the old ones."""
        values = {"stream_since": None, "state": ChannelState.NEEDS_REAUTH.value, "state_reason": reason}
        async with self._database.transaction(tenant=channel.tenant_id) as session:
            await self._note(session, channel, values)
            fact = ChannelNeedsReauth(tenant_id=channel.tenant_id, subject_id=channel.id, at=self._clock())
            await self._book.record(session, fact)

    async def _note(self, session: Session, channel: Channel, values: dict[str, Any]) -> None:
        await leases.note(session, channel.tenant_id, channel.id, values, holder=self._holder)


def wait_after(failures: int) -> float:
    """Returns how many seconds to wait: twice as long each time, never all at once (jitter), five minutes at most."""
    whole = min(FIRST_WAIT * (1 << min(failures - 1, 10)), LONGEST_WAIT)
    jitter: float = random.uniform(0.5, 1.0)  # noqa: S311 — no secret depends on it
    return whole.total_seconds() * jitter


async def _told_to(stop: asyncio.Event, *, within: float) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), within)
    return stop.is_set()


def _told(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "le serveur ne répond pas"
    if isinstance(error, ChannelError | EgressRefused):
        return str(error)[:300]
    return f"connexion interrompue ({type(error).__name__}) : {error}"[:300]
