"""Waiting beside the mailboxes that can announce (IMAP IDLE): an announcement only hastens the poll that comes anyway."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog

from app.channels.contract import Context, Waiter
from app.channels.renewing import Renewal
from app.channels.service import Channels
from app.channels.values import Channel, ChannelState
from app.db.transaction import Database
from app.errors import Unavailable
from app.exchanges.polling import poll_job
from app.jobs import queue
from app.tenants.service import Tenants

log = structlog.get_logger()
# Each one holds a connection and a thread of this process; further mailboxes are polled every minute all the same.
MOST = 20
LOOK_AGAIN_S = 60.0
# Re-issued before the nine minutes after which address translators forget a silent connection (RFC 2177 asks for 29).
WAIT_S = 530.0
AFTER_FAILURE_S = 120.0


class Idling:
    """Keeps one waiting connection a mailbox, in threads of its own, until told to stop."""

    def __init__(
        self, database: Database, tenants: Tenants, channels: Channels, context: Context, renewal: Renewal
    ) -> None:
        self._database, self._tenants, self._channels, self._renewal = database, tenants, channels, renewal
        self._context = replace(context, in_thread=in_own_thread)
        self._waiting: dict[UUID, asyncio.Task[None]] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Looks every minute which mailboxes there are; a connected one is waited at within that time."""
        try:
            while not stop.is_set():
                with contextlib.suppress(Unavailable):  # the next look finds the database again
                    await self._look()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), timeout=LOOK_AGAIN_S)
        finally:
            for task in self._waiting.values():
                task.cancel()

    async def _look(self) -> None:
        wanted: dict[UUID, Channel] = {}
        for tenant_id in await self._tenants.directory():
            async with self._database.transaction(tenant=tenant_id) as session:
                wanted |= {c.id: c for c in await self._channels.all_of(session, tenant_id) if self._announces(c)}
        for channel_id, task in list(self._waiting.items()):
            if channel_id not in wanted or task.done():
                task.cancel()
                del self._waiting[channel_id]
        for channel_id, channel in wanted.items():
            if channel_id not in self._waiting and len(self._waiting) < MOST:
                self._waiting[channel_id] = asyncio.create_task(self._wait(channel))

    def _announces(self, channel: Channel) -> bool:
        adapter = self._channels.registry.get(channel.type)
        polls = adapter.capabilities(channel.config).polls
        return isinstance(adapter, Waiter) and polls and channel.state is not ChannelState.PAUSED

    async def _wait(self, channel: Channel) -> None:
        """One wait; the next look begins another, with the settings of that moment."""
        adapter = self._channels.registry.get(channel.type)
        if not isinstance(adapter, Waiter):
            return
        try:
            ready = await self._renewal.fresh(channel)
            announced = await adapter.wait(ready.config, self._context, timeout_s=WAIT_S)
        except Exception as error:  # noqa: BLE001 — the poll of this mailbox will tell what is wrong with it
            log.info("idle.failed", channel=str(channel.id), error=type(error).__name__)
            await asyncio.sleep(AFTER_FAILURE_S)
            return
        if announced:
            async with self._database.transaction(tenant=channel.tenant_id) as session:
                await queue.defer(session, poll_job(channel.tenant_id, channel.id))


async def in_own_thread(work: Callable[..., Any], *given: Any) -> object:
    """Runs a call that may block for minutes in a thread nobody waits for at the end: executors are joined at exit."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Any] = loop.create_future()

    def tell(result: Any, error: BaseException | None) -> None:
        if not answer.done():
            answer.set_exception(error) if error else answer.set_result(result)

    def run() -> None:
        result, failure = None, None
        try:
            result = work(*given)
        except Exception as error:  # noqa: BLE001 — handed to whoever awaits
            failure = error
        with contextlib.suppress(RuntimeError):  # the loop may be gone
            loop.call_soon_threadsafe(tell, result, failure)

    threading.Thread(target=run, name="idle", daemon=True).start()
    return await answer
