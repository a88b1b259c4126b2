"""Carrying events to endpoints: each beside the others, one process at a time, in commit order, none skipped.

A turn takes the endpoint's lease, writes down what happened since its position, then attempts what is due. Every write
holds the lease: a process that lost it (a long pause, a change by an administrator) writes nothing more.
"""

import asyncio
import contextlib
import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from pydantic import SecretStr

from app.clock import Clock
from app.crashpoints import crashpoint
from app.db.transaction import Database, Session
from app.errors import Misconfigured, Unavailable
from app.exchanges import gates
from app.facts import FactBook
from app.ids import Prefix, new_id, public_id
from app.live.agenda import Agenda
from app.live.bell import LOOK
from app.live.events import EventLog
from app.tenants.service import Tenants
from app.vault.service import Vault
from app.webhooks import repository, signing
from app.webhooks.facts import WebhookDisabled
from app.webhooks.payloads import body_of, row_of
from app.webhooks.schedule import OUTAGE, Answered, after, exhausted, rest_after
from app.webhooks.sending import Attempt, Sender
from app.webhooks.service import KEPT_FOR
from app.webhooks.values import Delivery, Endpoint, EndpointState, Origin

log = structlog.get_logger()
FORGET = "webhooks_forget"
# Longer than one call and what surrounds it: each attempt renews it.
LEASE = timedelta(seconds=60)
EVERY_S, AT_ONCE = 2.0, 64
# A consumer that takes its time with each call keeps its place among those no longer; the rest leaves at its next turn.
TURN = timedelta(seconds=45)
READ, BATCH = 500, 100
Key = tuple[UUID, UUID]


class Courier:
    """Runs the turns of every endpoint of every administration."""

    def __init__(
        self,
        database: Database,
        tenants: Tenants,
        events: EventLog,
        sender: Sender,
        vault: Vault,
        book: FactBook,
        clock: Clock,
        *,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._database, self._tenants, self._events, self._sender = database, tenants, events, sender
        self._vault, self._book, self._clock, self._chance = vault, book, clock, chance
        self._running: dict[Key, asyncio.Task[None]] = {}
        self._agenda = Agenda()

    async def run(self, stop: asyncio.Event) -> None:
        """Looks whenever something happened or is to be tried again, until `stop` is set; a call under way is let end."""
        hearing = asyncio.create_task(self._hear(), name="webhooks hear")
        try:
            while not stop.is_set():
                with contextlib.suppress(Unavailable):
                    await self.look()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), EVERY_S)
        finally:
            hearing.cancel()
            left = list(self._running.values())
            if left:
                await asyncio.wait(left, timeout=20)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def look(self) -> None:
        """Starts a turn for each endpoint that something waits for; returns at once. Idle, it asks the database nothing."""
        now = self._clock()
        if not self._agenda.something_is_due(now=now):
            return
        # What happens in one that is suspended stays in the log, in its order.
        active = await self._tenants.active()
        for tenant_id in self._agenda.due(active, now=now):
            async with self._database.transaction(tenant=tenant_id) as session:
                found = await repository.waiting_endpoints(session, tenant_id, now=now)
                if found and await gates.restored(session, tenant_id) is not None:
                    continue  # consumers may have been told already: they wait for the same word as messages
                if not found and not self._agenda.is_attentive(tenant_id, now=now):
                    self._agenda.rests(tenant_id, until=await repository.soonest(session, tenant_id), now=now)
            for endpoint_id in found:
                key = (tenant_id, endpoint_id)
                if key not in self._running and len(self._running) < AT_ONCE:
                    self._agenda.served(tenant_id, now=now)
                    self._running[key] = asyncio.create_task(self._turn(key), name=f"webhook {endpoint_id}")

    async def _hear(self) -> None:
        """Writes down where something happened; the next look sees to it."""
        async for word in self._events.rings():
            if word == LOOK:
                self._agenda.missed(now=self._clock())
            else:
                self._agenda.heard(UUID(word), now=self._clock())

    async def idle(self) -> None:
        """Waits until no turn goes on."""
        while self._running:
            await asyncio.wait(set(self._running.values()))

    async def forget(self) -> None:
        """Drops deliveries thirty days old."""
        for tenant_id in await self._tenants.directory():
            async with self._database.transaction(tenant=tenant_id) as session:
                await repository.forget(session, tenant_id, before=self._clock() - KEPT_FOR)

    async def _turn(self, key: Key) -> None:
        try:
            await self.carry(*key)
        except Unavailable:
            pass  # the next look takes it up, once the lease has ended
        except Exception as error:
            log.exception("webhook.turn_failed", endpoint=str(key[1]), error=type(error).__name__)
        finally:
            self._running.pop(key, None)

    async def carry(self, tenant_id: UUID, endpoint_id: UUID) -> None:
        """Takes one turn: what happened is written down, what is due is attempted. Nothing, when another has it."""
        lease, now = new_id(), self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            endpoint = await repository.take(session, tenant_id, endpoint_id, lease=lease, now=now, until=now + LEASE)
        if endpoint is None:
            return
        try:
            due, secrets = await self._prepared(endpoint, lease)
            for delivery in due:
                if await self._stopped(tenant_id):
                    break  # only a call that had begun before the stop is still out
                if not await self._attempted(endpoint, delivery, secrets, lease) or self._clock() - now > TURN:
                    break
        finally:
            with contextlib.suppress(Unavailable):
                async with self._database.transaction(tenant=tenant_id) as session:
                    free = {"lease": None, "lease_until": None}
                    await repository.note(session, tenant_id, endpoint_id, free, lease=lease)

    async def _stopped(self, tenant_id: UUID) -> bool:
        async with self._database.transaction(tenant=tenant_id) as session:
            return await gates.restored(session, tenant_id) is not None

    async def _prepared(self, endpoint: Endpoint, lease: UUID) -> tuple[Sequence[Delivery], Sequence[SecretStr]]:
        """Writes down what happened, moves the position with it, and returns what is due with the secrets that sign."""
        now = self._clock()
        async with self._database.transaction(tenant=endpoint.tenant_id) as session:
            if not await self._followed(session, endpoint, lease):
                return [], []
            if endpoint.retry_at is not None and endpoint.retry_at > now:
                return [], []
            own = (session, endpoint.tenant_id, endpoint.id)
            due = await repository.due(*own, now=now, limit=BATCH)
            try:
                secrets = await signing.secrets_of(own[0], self._vault, endpoint.tenant_id, endpoint.id, now=now)
            except Misconfigured:
                log.error("webhook.secret_unreadable", endpoint=str(endpoint.id))  # noqa: TRY400 — no trace adds to it
                return [], []
        return due, secrets

    async def _followed(self, session: Session, endpoint: Endpoint, lease: UUID) -> bool:
        """Makes deliveries of the events after the endpoint's position; False when the lease was lost."""
        now = self._clock()
        events = await self._events.after(session, endpoint.tenant_id, endpoint.position, limit=READ)
        if not events:
            return True
        place = {"position_xid": events[-1].xid, "position_id": events[-1].id}
        if await repository.note(session, endpoint.tenant_id, endpoint.id, place, lease=lease) is None:
            return False
        rows = [
            row_of(endpoint, event_id=e.id, event_type=e.type, body=body_of(e), origin=Origin.EVENT, now=now)
            for e in events
            if endpoint.wants(e.type) and e.at > now - KEPT_FOR
        ]
        await repository.add_deliveries(session, rows)
        return True

    async def _attempted(
        self, endpoint: Endpoint, delivery: Delivery, secrets: Sequence[SecretStr], lease: UUID
    ) -> bool:
        """Makes one attempt and records it; says whether the next delivery may be attempted now."""
        attempt = await self._sender.send(
            endpoint.url,
            identifier=public_id(Prefix.EVENT, delivery.event_id),
            body=delivery.body,
            secrets=secrets,
            at=self._clock(),
        )
        crashpoint("after_webhook_sent")
        async with self._database.transaction(tenant=endpoint.tenant_id) as session:
            return await self._recorded(session, endpoint, delivery, attempt, lease)

    async def _recorded(
        self, session: Session, endpoint: Endpoint, delivery: Delivery, attempt: Attempt, lease: UUID
    ) -> bool:
        now, tenant_id = self._clock(), endpoint.tenant_id
        # The row is locked by the lease's renewal: what is read of it stays true until the commit.
        held = await repository.note(session, tenant_id, endpoint.id, {"lease_until": now + LEASE}, lease=lease)
        if held is None:
            return False
        follows = after(delivery.attempts + 1, attempt.answered, now=now, chance=self._chance())
        taken = attempt.answered is Answered.TAKEN
        await repository.set_delivery(
            session,
            tenant_id,
            delivery.id,
            {
                "state": follows.state.value,
                "attempts": delivery.attempts + 1,
                "next_at": follows.at,
                "last_at": now,
                "last_status": attempt.status,
                "last_error": attempt.error,
                "response": attempt.response,
                "delivered_at": now if taken else None,
            },
        )
        if attempt.answered is Answered.GONE:
            return await self._disabled(session, held, lease, reason="gone", told=attempt.error)
        if exhausted(state=follows.state, created_at=delivery.created_at, last_success_at=held.last_success_at):
            return await self._disabled(session, held, lease, reason="exhausted", told=attempt.error)
        return await self._fared(session, held, attempt, lease)

    async def _fared(self, session: Session, held: Endpoint, attempt: Attempt, lease: UUID) -> bool:
        """Notes how the consumer fares; after an outage, all that waited for it is due at once."""
        now = self._clock()
        if attempt.answered is Answered.DOWN:
            failures = held.failures + 1
            rest = rest_after(failures, now=now, chance=self._chance())
            values = {"failures": failures, "retry_at": rest}
            await repository.note(session, held.tenant_id, held.id, values, lease=lease)
            return False
        success = {"last_success_at": now} if attempt.answered is Answered.TAKEN else {}
        well = {"failures": 0, "retry_at": None, **success}
        await repository.note(session, held.tenant_id, held.id, well, lease=lease)
        if held.failures >= OUTAGE and attempt.answered is Answered.TAKEN:
            await repository.pull_forward(session, held.tenant_id, held.id, now=now)
        return True

    async def _disabled(self, session: Session, held: Endpoint, lease: UUID, *, reason: str, told: str | None) -> bool:
        now = self._clock()
        values = {
            "state": EndpointState.DISABLED.value,
            "reason": told or reason,
            "disabled_at": now,
            "version": held.version + 1,
        }
        await repository.note(session, held.tenant_id, held.id, values, lease=lease)
        fact = WebhookDisabled(tenant_id=held.tenant_id, subject_id=held.id, at=now, reason=reason)
        await self._book.record(session, fact)
        return False
