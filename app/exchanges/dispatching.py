"""Messages frozen together leave together: one lease, sendings side by side, one record of those that were taken.

Acknowledgements come by the batch, as mail does; a job and a dozen statements for each cost more than the intake itself.
Whatever is not plainly accepted is settled one by one, as every message is.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import structlog

from app.channels.contract import Outcome, Sent
from app.channels.values import Channel
from app.clock import Clock
from app.crashpoints import crashpoint
from app.db.transaction import Database, Session
from app.errors import ParvisError
from app.exchanges import departures
from app.exchanges.asking import told_of
from app.exchanges.delivering import LEASE, Deliverer, fact_of
from app.exchanges.departures import external_id_of
from app.exchanges.facts import ReplyAccepted
from app.exchanges.freezing import ACKNOWLEDGEMENTS
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.receipts import Receipts
from app.facts import FactBook
from app.sve.service import LegalFace

log = structlog.get_logger()
AT_ONCE = 8

Gone = tuple[Outbound, UUID, Sent]
Reached = tuple[Channel | None, Gone]


class Dispatcher:
    """Delivers a batch of frozen messages."""

    def __init__(
        self,
        database: Database,
        deliverer: Deliverer,
        receipts: Receipts,
        legal: LegalFace,
        book: FactBook,
        clock: Clock,
    ) -> None:
        self._database, self._deliverer = database, deliverer
        self._receipts, self._legal, self._book, self._clock = receipts, legal, book, clock

    async def dispatch(self, tenant: str, outbounds: Sequence[str]) -> None:
        """The job of a batch. What answers is recorded at once: nobody waits for the slowest."""
        tenant_id = UUID(tenant)
        leased = await self._take(tenant_id, [UUID(one) for one in outbounds])
        crashpoint("before_send")
        turns = asyncio.Semaphore(AT_ONCE)
        pending = {asyncio.create_task(self._carry(message, attempt, turns)) for message, attempt in leased}
        try:
            while pending:
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                crashpoint("after_send")
                await self._settle(tenant_id, [task.result() for task in done])
        finally:
            for task in pending:
                task.cancel()

    async def _take(self, tenant_id: UUID, ids: Sequence[UUID]) -> list[tuple[Outbound, UUID]]:
        """Leases what is due and writes the attempts before any byte leaves."""
        now = self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            leased = await departures.lease(session, tenant_id, ids, now=now, lease=LEASE, at_once=AT_ONCE)
            attempts = await departures.begin_attempts(session, leased, at=now)
        return [(message, attempts[message.id]) for message in leased]

    async def _carry(self, message: Outbound, attempt_id: UUID, turns: asyncio.Semaphore) -> Reached:
        async with turns:
            channel, sent = await self._deliverer.reach(message)
            return channel, (message, attempt_id, sent)

    async def _settle(self, tenant_id: UUID, reached: Sequence[Reached]) -> None:
        accepted = [gone for _, gone in reached if gone[2].outcome is Outcome.OK]
        done = set[UUID]()
        if accepted:
            try:
                async with self._database.transaction(tenant=tenant_id) as session:
                    done = await self._accepted(session, tenant_id, accepted)
            except ParvisError:
                raise
            except Exception as error:  # noqa: BLE001 — what is wrong with one must not hide that the others left
                log.warning("outbound.batch_split", size=len(accepted), error=type(error).__name__)
        for channel, (message, attempt_id, sent) in reached:
            if message.id in done:
                continue
            async with self._database.transaction(tenant=tenant_id) as session:
                await self._deliverer.settle(session, message, attempt_id, channel, sent)

    async def _accepted(self, session: Session, tenant_id: UUID, accepted: Sequence[Gone]) -> set[UUID]:
        """Records what was taken; what another worker took over meanwhile is left to be settled alone."""
        now = self._clock()
        held = await departures.accept(session, tenant_id, accepted, at=now)
        gone = [one for one in accepted if one[0].id in held]
        await self._book.record(
            session, *(fact_of(ReplyAccepted, message, OutState.ACCEPTED, now) for message, _, _ in gone)
        )
        for kind in ACKNOWLEDGEMENTS:
            of_kind = [m for m, _, _ in gone if m.purpose == kind and m.request.get("about")]
            left = {UUID(m.request["about"]): m.id for m in of_kind}
            if left:
                await self._legal.acknowledged(session, tenant_id, left, kind=kind, at=now, told=told_of(*of_kind))
        named = [(message, name) for message, _, sent in gone if (name := external_id_of(message, sent))]
        early = await departures.reported_early(session, tenant_id, [(m.channel_id, name) for m, name in named])
        for message, name in named:
            if (message.channel_id, name) in early:
                await self._receipts.catch_up(session, message, name)
        return held
