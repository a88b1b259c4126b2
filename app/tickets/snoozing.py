"""Requests set aside until later: until an instant, or until their person writes; never past their term."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import structlog

from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import Stale
from app.facts import SYSTEM, Actor, FactBook
from app.rest.etags import require_version
from app.tenants.service import day_of
from app.tickets import repository, snooze_repository
from app.tickets.filing_facts import TicketSnoozed, TicketWoken
from app.tickets.service import Tickets
from app.tickets.snooze_values import NEAREST, WakeReason, require_snoozable
from app.tickets.values import Ticket

log = structlog.get_logger()
_BATCH = 200


class Warned(Protocol):
    """A warning of the watch about one request."""

    @property
    def tenant_id(self) -> UUID: ...

    @property
    def ticket_id(self) -> UUID: ...


class Snoozing:
    """Setting aside, waking by hand, and the round that wakes; every change is a fact."""

    def __init__(self, database: Database, tickets: Tickets, book: FactBook, clock: Clock) -> None:
        self._database, self._tickets, self._book, self._clock = database, tickets, book, clock

    async def snooze(
        self,
        session: Session,
        tenant_id: UUID,
        ticket_id: UUID,
        *,
        until_at: datetime | None,
        version: int,
        actor: Actor,
    ) -> Ticket:
        """Sets a request aside, again if it is already.

        Raises `NotFound`, `Stale`, `MergedElsewhere`, `TicketEmptied`, `TicketOver`, `TermTooNear`, `Invalid`.
        """
        ticket = await self._tickets.living(session, tenant_id, ticket_id, lock=True)
        require_version(ticket.version, expected=version)
        now = self._clock()
        today = await day_of(session, tenant_id, now=now)
        require_snoozable(ticket, until_at=until_at, now=now, today=today)
        values = {"snoozed_at": now, "snoozed_until_at": until_at}
        if not await repository.change(session, tenant_id, ticket_id, values, version=version):
            raise Stale
        fact = TicketSnoozed(tenant_id=tenant_id, subject_id=ticket_id, at=now, actor=actor, until_at=until_at)
        await self._book.record(session, fact)
        return await self._tickets.get(session, tenant_id, ticket_id)

    async def wake(self, session: Session, tenant_id: UUID, ticket_id: UUID, *, version: int, actor: Actor) -> Ticket:
        """Takes a request back to the list; nothing changes where it already is. Raises `NotFound`, `Stale`."""
        ticket = await self._tickets.get(session, tenant_id, ticket_id, lock=True)
        require_version(ticket.version, expected=version)
        await self._wake(session, tenant_id, [ticket_id], WakeReason.ASKED, actor=actor)
        return await self._tickets.get(session, tenant_id, ticket_id)

    async def warned(self, session: Session, warnings: Sequence[Warned]) -> None:
        """Wakes what the watch has just warned of, in the same transaction."""
        by_tenant: dict[UUID, set[UUID]] = {}
        for one in warnings:
            by_tenant.setdefault(one.tenant_id, set()).add(one.ticket_id)
        for tenant_id, ticket_ids in by_tenant.items():
            await self._wake(session, tenant_id, sorted(ticket_ids), WakeReason.TERM)

    async def round(self, tenant_id: UUID) -> int:
        """Wakes what is due in one administration; returns how many."""
        woken = 0
        while True:
            async with self._database.transaction(tenant=tenant_id) as session:
                now = self._clock()
                nearest = await day_of(session, tenant_id, now=now) + NEAREST
                found = await snooze_repository.wake_due(session, tenant_id, now=now, nearest=nearest, limit=_BATCH)
                for reason, near in ((WakeReason.INSTANT, False), (WakeReason.TERM, True)):
                    await self._told(session, tenant_id, [one for one, due in found if due is near], reason)
            woken += len(found)
            if len(found) < _BATCH:
                if woken:
                    log.info("tickets.woken", tenant=str(tenant_id), count=woken)
                return woken

    async def _wake(
        self,
        session: Session,
        tenant_id: UUID,
        ticket_ids: Sequence[UUID],
        reason: WakeReason,
        *,
        actor: Actor = SYSTEM,
    ) -> None:
        woken = await snooze_repository.wake(session, tenant_id, ticket_ids)
        await self._told(session, tenant_id, woken, reason, actor=actor)

    async def _told(
        self,
        session: Session,
        tenant_id: UUID,
        ticket_ids: Sequence[UUID],
        reason: WakeReason,
        *,
        actor: Actor = SYSTEM,
    ) -> None:
        now = self._clock()
        facts = [
            TicketWoken(tenant_id=tenant_id, subject_id=one, at=now, actor=actor, reason=reason) for one in ticket_ids
        ]
        if facts:
            await self._book.record(session, *facts)
