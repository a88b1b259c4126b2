"""Freezing the AEE in the transaction that places its message: it leaves, or the reason why not is kept."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import ParvisError
from app.exchanges import outbox
from app.exchanges.composing import Composer, Draft
from app.facts import SYSTEM, FactBook, Seen
from app.sve.acknowledgements import Decision, decide, registration_text
from app.tenants.service import Tenants
from app.tickets.service import Tickets
from app.tickets.values import Incoming, Placed


class Acknowledging:
    """Answers each electronic message with its acknowledgement of registration, within limits."""

    def __init__(self, tenants: Tenants, tickets: Tickets, composer: Composer, book: FactBook, clock: Clock) -> None:
        self._tenants, self._tickets, self._composer, self._book = tenants, tickets, composer, book
        self._clock = clock

    async def answer(self, session: Session, tenant_id: UUID, placed: Sequence[tuple[Incoming, Placed]]) -> None:
        for incoming, where in placed:
            decision = await self._decide(session, tenant_id, incoming)
            if decision.send:
                decision = await self._freeze(session, tenant_id, incoming, where)
            if not decision.send:
                seen = Seen(
                    tenant_id=tenant_id,
                    subject_id=where.message_id,
                    at=self._clock(),
                    action="aee.withheld",
                    detail={"because": decision.because},
                )
                await self._book.record(session, seen)

    async def _decide(self, session: Session, tenant_id: UUID, incoming: Incoming) -> Decision:
        address, now = incoming.author_address, self._clock()
        sent = []
        if address is not None and not incoming.automatic and incoming.electronic:
            since = now - timedelta(days=1)
            sent = await outbox.frozen_for(session, tenant_id, address, purpose="AEE", since=since)
        recent = [at for at in sent if now - at < timedelta(hours=1)]
        return decide(incoming, sent_last_hour=len(recent), sent_last_day=len(sent))

    async def _freeze(self, session: Session, tenant_id: UUID, incoming: Incoming, where: Placed) -> Decision:
        ticket = await self._tickets.get(session, tenant_id, where.ticket_id)
        tenant = await self._tenants.get(session, tenant_id)
        draft = Draft(
            text=registration_text(tenant, reference=ticket.reference, received_at=incoming.received_at),
            purpose="AEE",
            about=where.message_id,
            to_point_id=incoming.point_id if incoming.contact_id == ticket.contact_id else None,
            status_after=None,
        )
        try:
            await self._composer.freeze(session, tenant_id, ticket, draft, actor=SYSTEM)
        except ParvisError as refusal:
            # No way out, window closed: the duty stays owed and the reason is kept; the message itself must not wait.
            return Decision(send=False, because=refusal.detail)
        return Decision(send=True)
