"""What a worker does: the jobs that are deferred, and the rounds that find what was due and not done."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import structlog

from app.audit import journal
from app.channels.caring import CHECK, ChannelCare
from app.clock import Clock
from app.db.transaction import Database
from app.errors import Unavailable
from app.exchanges import accounting
from app.exchanges.confirmation_mails import ConfirmationMails
from app.exchanges.confirming import CONFIRM
from app.exchanges.deciphering import DECIPHER, Deciphering
from app.exchanges.dispatching import Dispatcher
from app.exchanges.fetching import FETCH, Fetching
from app.exchanges.forwarding import Forwarding
from app.exchanges.freezing import DEPART
from app.exchanges.inbound import Inbound
from app.exchanges.lanes import Lanes
from app.exchanges.noticing import Noticing
from app.exchanges.polling import POLL, Polling
from app.exchanges.receptions import INTAKE, INTAKE_LATER
from app.exchanges.satisfaction.asking import AskingSatisfaction
from app.exchanges.scanning import SCAN, Scanning
from app.exchanges.watching_folders import WatchedFolders
from app.jobs.queue import Worker
from app.rest.repository import forget_before
from app.sve import tallies
from app.sve.recomputing.service import RECOMPUTE, Recomputing
from app.sve.warning.posting import NOTIFY
from app.sve.warning.vigil import Vigil
from app.tenants.service import Tenants

log = structlog.get_logger()
ANSWERS_KEPT = timedelta(days=7)


class Rounds:
    """Goes round the administrations; one that fails does not keep the next from its turn."""

    def __init__(
        self,
        database: Database,
        tenants: Tenants,
        inbound: Inbound,
        dispatcher: Dispatcher,
        lanes: Lanes,
        vigil: Vigil,
        noticing: Noticing,
        recomputing: Recomputing,
        polling: Polling,
        fetching: Fetching,
        care: ChannelCare,
        folders: WatchedFolders,
        confirmations: ConfirmationMails,
        forwarding: Forwarding,
        deciphering: Deciphering,
        scanning: Scanning,
        asking: AskingSatisfaction,
        clock: Clock,
    ) -> None:
        self._database, self._tenants, self._inbound = database, tenants, inbound
        self._dispatcher, self._lanes, self._vigil, self._polling, self._clock = (
            dispatcher,
            lanes,
            vigil,
            polling,
            clock,
        )
        self._noticing, self._fetching, self._care = noticing, fetching, care
        self._recomputing, self._folders, self._confirmations = recomputing, folders, confirmations
        self._forwarding, self._deciphering, self._scanning = forwarding, deciphering, scanning
        self._asking = asking

    def register(self, worker: Worker) -> None:
        """Tells a worker all it has to do. A round costs what is due, not what exists."""
        worker.on(INTAKE, self._inbound.drain)
        worker.on(INTAKE_LATER, self._inbound.wake_later)
        worker.on(DEPART, self._lanes.wake)
        worker.on(POLL, self._polling.poll)
        worker.on(FETCH, self._fetching.fetch)
        worker.on(DECIPHER, self._deciphering.decipher)
        worker.on(SCAN, self._scanning.scan)
        worker.on(CHECK, self._care.check)
        worker.on(NOTIFY, self._noticing.send)
        worker.on(CONFIRM, self._confirmations.send)
        worker.on(RECOMPUTE, self._recomputing.work)
        worker.every("*/15 * * * * *", "sweep", self.sweep)
        worker.every("*/30 * * * * *", "watch", self.watch)
        worker.every("0 * * * * *", "seal", self.seal)
        worker.every("0 17 3 * * *", "forget", self.forget)
        worker.every("20 * * * * *", "resume", self.resume)
        worker.every("0 41 2 * * *", "renew", self.renew)
        worker.every("40 7 * * * *", "look", self.look)
        worker.every("50 */2 * * * *", "follow", self.follow)
        worker.every("25 */5 * * * *", "ask_satisfaction", self.ask_satisfaction)
        worker.every("30 */20 * * * *", "account", self.account)

    async def sweep(self) -> None:
        """Wakes what a lost job left undone: receptions, outgoing messages, mails to agents, mailboxes."""
        await self._each(self._sweep)

    async def watch(self) -> None:
        """Raises the alerts that are due, tells agents of them, and leaves word that the round was made."""

        async def look(tenant_id: UUID) -> None:
            await self._vigil.round(tenant_id)

        await self._each(look)

    async def resume(self) -> None:
        """Goes on with recomputations whose process is gone; sums the tallies of open clocks up."""

        async def go_on(tenant_id: UUID) -> None:
            await self._recomputing.wake(tenant_id)
            async with self._database.transaction(tenant=tenant_id) as session:
                await tallies.fold(session, tenant_id)

        await self._each(go_on)

    async def look(self) -> None:
        """Looks at channels: credentials about to end, silences that are not usual; at scans nobody asked for."""
        await self._each(self._care.look)
        await self._each(self._confirmations.lapse)
        await self._each(self._deciphering.catch_up)
        await self._each(self._scanning.catch_up)

    async def follow(self) -> None:
        """Asks partners what became of the reports handed over to them."""
        await self._each(self._forwarding.follow)

    async def ask_satisfaction(self) -> None:
        """Asks the people of requests closed some time ago whether they are satisfied, where it was chosen."""
        await self._each(self._asking.round)

    async def renew(self) -> None:
        """Recomputes, by night, clocks read under older rules."""
        await self._each(self._recomputing.renew)

    async def account(self) -> None:
        """Counts what was accepted lately and what became of it."""

        async def count(tenant_id: UUID) -> None:
            async with self._database.transaction(tenant=tenant_id) as session:
                await accounting.account(session, tenant_id, now=self._clock())

        await self._each(count)

    async def seal(self) -> None:
        """Chains the journal's new entries."""

        async def chain(tenant_id: UUID) -> None:
            async with self._database.transaction(tenant=tenant_id) as session:
                await journal.seal(session, tenant_id, now=self._clock())

        await self._each(chain)

    async def forget(self) -> None:
        """Drops the answers kept for repeated requests once their time is over."""

        async def drop(tenant_id: UUID) -> None:
            async with self._database.transaction(tenant=tenant_id) as session:
                await forget_before(session, tenant_id=tenant_id, before=self._clock() - ANSWERS_KEPT)
                await accounting.forget(session, tenant_id, now=self._clock())
            await self._dispatcher.forget(tenant_id)
            await self._confirmations.forget(tenant_id)

        await self._each(drop)

    async def _sweep(self, tenant_id: UUID) -> None:
        await self._inbound.wake(tenant_id)
        await self._dispatcher.sweep(tenant_id)
        await self._noticing.sweep(tenant_id)
        await self._confirmations.sweep(tenant_id)
        await self._polling.wake(tenant_id)
        await self._fetching.wake(tenant_id)
        await self._deciphering.wake(tenant_id)
        await self._scanning.wake(tenant_id)
        await self._folders.look(tenant_id)
        await self._care.wake(tenant_id)

    async def _each(self, work: Callable[[UUID], Awaitable[None]]) -> None:
        for tenant_id in await self._tenants.directory():
            try:
                await work(tenant_id)
            except Unavailable:
                raise
            except Exception as error:
                log.exception("round.failed", tenant=str(tenant_id), error=type(error).__name__)
