"""What providers report of our messages: in any order, before or after we know the message's id, never going back."""

from uuid import UUID

from app.channels.contract import DeliveryStatus, Event
from app.channels.values import Channel
from app.clock import Clock
from app.db.transaction import Session
from app.exchanges import outbox
from app.exchanges.asking import Asking
from app.exchanges.facts import ReplyDelivered, ReplyFailed
from app.exchanges.freezing import ACKNOWLEDGEMENTS
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.understanding import bounded
from app.facts import FactBook
from app.ids import new_id
from app.sve.service import LegalFace

RANK = {
    DeliveryStatus.ACCEPTED: 1,
    DeliveryStatus.SENT: 2,
    DeliveryStatus.DELIVERED: 3,
    DeliveryStatus.READ: 4,
    DeliveryStatus.FAILED: 5,
    DeliveryStatus.BOUNCED: 6,
}
_STATE = {
    DeliveryStatus.DELIVERED: OutState.DELIVERED,
    DeliveryStatus.READ: OutState.DELIVERED,
    DeliveryStatus.FAILED: OutState.FAILED,
    DeliveryStatus.BOUNCED: OutState.BOUNCED,
}


class Receipts:
    """Applies reports to the outbox; a report that matches nothing is kept and changes nothing."""

    def __init__(self, legal: LegalFace, book: FactBook, clock: Clock) -> None:
        self._legal, self._book, self._clock = legal, book, clock
        self._asking = Asking(legal)

    async def report(
        self, session: Session, tenant_id: UUID, channel: Channel, event: Event, reception_id: UUID
    ) -> bool:
        """Keeps a report and applies it if its message is known. Says whether it was."""
        named = event.reports_on or event.external_id
        if named is None or event.status is None:
            return False
        target = bounded(named)
        outbound = await outbox.by_external_id(session, tenant_id, channel.id, target)
        await outbox.add_update(
            session,
            {
                "tenant_id": tenant_id,
                "id": new_id(),
                "channel_id": channel.id,
                "reception_id": reception_id,
                "reports_on": target,
                "status": event.status.value,
                "reason": event.reason,
                "occurred_at": event.occurred_at,
                "outbound_id": outbound.id if outbound else None,
                "at": self._clock(),
            },
        )
        if outbound is None:
            return False
        await self.apply(session, outbound, event.status, event.reason)
        return True

    async def apply(self, session: Session, outbound: Outbound, status: DeliveryStatus, reason: str | None) -> Outbound:
        """Moves an outgoing message forward by rank; a late lesser status changes nothing."""
        if RANK[status] <= outbound.status_rank or outbound.state is OutState.ABANDONED:
            return outbound
        values: dict[str, object] = {"status_rank": RANK[status]}
        state = _STATE.get(status)
        if state is not None:
            values |= {"state": state.value, "settled_at": self._clock(), "detail": reason, "next_attempt_at": None}
        await outbox.move(session, outbound, values)
        if state is not None and state is not outbound.state:
            kind = ReplyDelivered if state is OutState.DELIVERED else ReplyFailed
            await self._book.record(
                session,
                kind(
                    tenant_id=outbound.tenant_id,
                    subject_id=outbound.id,
                    at=self._clock(),
                    ticket_id=outbound.ticket_id,
                    state=state.value,
                ),
            )
            about = outbound.request.get("about")
            if state is not OutState.DELIVERED and outbound.purpose in ACKNOWLEDGEMENTS and about:
                await self._legal.unacknowledged(
                    session, outbound.tenant_id, UUID(str(about)), outbound.id, kind=outbound.purpose
                )
            if state is not OutState.DELIVERED:
                await self._asking.lost(session, outbound)
        return outbound

    async def catch_up(self, session: Session, outbound: Outbound, external_id: str) -> None:
        """Applies the reports that came before the provider's answer to our own request."""
        known = await outbox.updates_on(session, outbound, external_id)
        for status, reason in sorted(known, key=lambda report: RANK[DeliveryStatus(report[0])]):
            fresh = await outbox.find(session, outbound.tenant_id, outbound.id, lock=True)
            if fresh is not None:
                await self.apply(session, fresh, DeliveryStatus(status), reason)

    async def read_up_to(self, session: Session, tenant_id: UUID, channel: Channel, event: Event) -> None:
        """A watermark: everything sent to that person up to that instant was delivered, or read."""
        if event.sender is None or not event.sender.address or event.occurred_at is None:
            return
        status = event.status or DeliveryStatus.READ
        for outbound in await outbox.sent_to(
            session, tenant_id, channel.id, event.sender.address, until=event.occurred_at
        ):
            await self.apply(session, outbound, status, None)
