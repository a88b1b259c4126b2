"""What providers report of our messages: in any order, before or after we know the message's id, never going back."""

from uuid import UUID

from app.channels.contract import DeliveryStatus, Event
from app.channels.values import Channel
from app.clock import Clock
from app.db.transaction import Session
from app.exchanges import outbox, reported
from app.exchanges.asking import Asking, told_of
from app.exchanges.facts import (
    ReplyAccepted,
    ReplyComplained,
    ReplyDelayed,
    ReplyDelivered,
    ReplyFact,
    ReplyFailed,
)
from app.exchanges.freezing import ACKNOWLEDGEMENTS, wake_up
from app.exchanges.mail_fates import Fate, fate_of
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.understanding import bounded
from app.facts import FactBook
from app.ids import new_id
from app.jobs import queue
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

_LOST = frozenset({OutState.FAILED, OutState.BOUNCED})


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
        outbound = await reported.by_external_id(session, tenant_id, channel.id, target)
        outbound = outbound or await self._by_reference(session, tenant_id, channel, event, target)
        outbound = outbound or await self._mail_of_another(session, tenant_id, channel, event, target)
        if outbound is not None and outbound.channel_id != channel.id:
            target = outbound.external_id or target  # kept under the name it left by, where it is looked for again
        fate = fate_of(event, recipient=outbound.recipient_address if outbound else None)
        await reported.add_update(
            session,
            {
                "tenant_id": tenant_id,
                "id": new_id(),
                "channel_id": outbound.channel_id if outbound else channel.id,
                "reception_id": reception_id,
                "reports_on": target,
                "status": (fate.status or event.status).value,
                "reason": fate.said,
                "occurred_at": event.occurred_at,
                "outbound_id": outbound.id if outbound else None,
                "at": self._clock(),
            },
        )
        if outbound is None:
            return False
        if fate.delayed:
            await self._delayed(session, outbound, fate)
        else:
            await self.apply(session, outbound, fate.status or event.status, fate.said, code=fate.code)
        return True

    async def complained(self, session: Session, tenant_id: UUID, channel: Channel, event: Event) -> Outbound | None:
        """Finds what a person declared unwanted, and tells it. None for what we did not send."""
        named = event.reports_on
        outbound = await reported.by_external_id(session, tenant_id, channel.id, bounded(named)) if named else None
        if outbound is None:
            try:
                outbound = await outbox.find(session, tenant_id, UUID(str(event.fields.get("tag"))))
            except ValueError:
                return None
        if outbound is None or outbound.channel_id != channel.id:
            return None
        await self._book.record(session, self._fact(ReplyComplained, outbound, outbound.state))
        return outbound

    async def _delayed(self, session: Session, outbound: Outbound, fate: Fate) -> None:
        """Shows that a relay still tries: nothing final, and no news for what has already ended."""
        if outbound.state is not OutState.ACCEPTED:
            return
        if outbound.delayed_at is None:
            await self._book.record(session, self._fact(ReplyDelayed, outbound, outbound.state))
        values = {"delayed_at": self._clock(), "report_code": fate.code, "detail": fate.said}
        await outbox.move(session, outbound, values)

    def _fact(self, kind: type[ReplyFact], outbound: Outbound, state: OutState) -> ReplyFact:
        return kind(
            tenant_id=outbound.tenant_id,
            subject_id=outbound.id,
            at=self._clock(),
            ticket_id=outbound.ticket_id,
            state=state.value,
        )

    async def _by_reference(
        self, session: Session, tenant_id: UUID, channel: Channel, event: Event, target: str
    ) -> Outbound | None:
        """Finds a message by our own reference, which some reports repeat: its name at the provider's is then known.

        A report about a message in doubt ends the doubt: it left.
        """
        reference, _, part = str(event.fields.get("ref") or event.fields.get("tag") or "").partition(".")
        try:
            outbound = await outbox.find(session, tenant_id, UUID(reference), lock=True)
        except ValueError:
            return None
        if outbound is None or outbound.channel_id != channel.id:
            return None
        number = int(part) if part.isascii() and part.isdigit() and len(part) < 4 else 1
        if outbound.state is OutState.UNKNOWN and number == outbound.parts_sent + 1:
            await self._taken(session, outbound, target)
        elif outbound.external_id is None and len(outbound.parts) == 1:
            await outbox.move(session, outbound, {"external_id": target})
        return await outbox.find(session, tenant_id, outbound.id, lock=True)

    async def _mail_of_another(
        self, session: Session, tenant_id: UUID, channel: Channel, event: Event, target: str
    ) -> Outbound | None:
        """Finds a mail that left by SMTP through the provider that reports on it: its Message-ID names it everywhere."""
        if not channel.type.startswith("email."):
            return None
        told = [target, event.fields.get("header_message_id")]
        names = {f"<{one.strip().strip('<>')}>" for one in told if isinstance(one, str) and "@" in one}
        return await reported.mail_named(session, tenant_id, sorted(names)) if names else None

    async def _taken(self, session: Session, outbound: Outbound, name: str) -> None:
        now, sent = self._clock(), outbound.parts_sent + 1
        every = [*(outbound.names or [one for one in [outbound.external_id] if one]), name]
        values: dict[str, object] = {"external_id": every[0], "parts_sent": sent, "detail": None}
        if len(every) > 1:
            values["names"] = every
        if sent < len(outbound.parts):
            waits = {"state": OutState.FROZEN.value, "next_attempt_at": now, "settled_at": None}
            await outbox.move(session, outbound, {**values, **waits})
            await queue.defer(session, wake_up(outbound.tenant_id, outbound.channel_id))
            return
        left = {"state": OutState.ACCEPTED.value, "next_attempt_at": None, "settled_at": now}
        rank = RANK[DeliveryStatus.ACCEPTED]
        await outbox.move(session, outbound, {**values, **left, "status_rank": rank})
        told = ReplyAccepted(
            tenant_id=outbound.tenant_id,
            subject_id=outbound.id,
            at=now,
            ticket_id=outbound.ticket_id,
            state=OutState.ACCEPTED.value,
        )
        await self._book.record(session, told)
        about = outbound.request.get("about")
        if outbound.purpose in ACKNOWLEDGEMENTS and about:
            gone = {UUID(str(about)): outbound.id}
            await self._legal.acknowledged(
                session, outbound.tenant_id, gone, kind=outbound.purpose, at=now, told=told_of(outbound)
            )
        await self._asking.left(session, outbound, at=now)

    async def apply(
        self,
        session: Session,
        outbound: Outbound,
        status: DeliveryStatus,
        reason: str | None,
        *,
        code: str | None = None,
    ) -> Outbound:
        """Moves an outgoing message forward by rank; a late lesser status changes nothing."""
        if RANK[status] <= outbound.status_rank or outbound.state is OutState.ABANDONED:
            return outbound
        if _STATE.get(status) in _LOST and _waits_to_leave_again(outbound):
            return outbound  # it speaks of the sending that somebody decided to do again
        if _STATE.get(status) is OutState.DELIVERED and await self._is_partial(session, outbound):
            return outbound  # what one part reached is kept; the whole is told when the last one has
        values: dict[str, object] = {"status_rank": RANK[status]}
        state = _STATE.get(status)
        if state is not None:
            values |= {"state": state.value, "settled_at": self._clock(), "detail": reason, "next_attempt_at": None}
            values["report_code"] = code
        await outbox.move(session, outbound, values)
        if state is not None and state is not outbound.state:
            kind = ReplyDelivered if state is OutState.DELIVERED else ReplyFailed
            await self._book.record(session, self._fact(kind, outbound, state))
            about = outbound.request.get("about")
            if state is not OutState.DELIVERED and outbound.purpose in ACKNOWLEDGEMENTS and about:
                await self._legal.unacknowledged(
                    session, outbound.tenant_id, UUID(str(about)), outbound.id, kind=outbound.purpose
                )
            if state is not OutState.DELIVERED:
                await self._asking.lost(session, outbound)
        return outbound

    async def _is_partial(self, session: Session, outbound: Outbound) -> bool:
        if len(outbound.parts) > 1 and outbound.parts_sent < len(outbound.parts):
            return True
        return bool(outbound.names) and not await reported.all_reached(session, outbound)

    async def catch_up(self, session: Session, outbound: Outbound, external_id: str) -> None:
        """Applies the reports that came before the provider's answer to our own request."""
        known = await reported.updates_on(session, outbound, external_id)
        for status, reason in sorted(known, key=lambda report: RANK[DeliveryStatus(report[0])]):
            fresh = await outbox.find(session, outbound.tenant_id, outbound.id, lock=True)
            if fresh is not None:
                await self.apply(session, fresh, DeliveryStatus(status), reason)

    async def read_up_to(self, session: Session, tenant_id: UUID, channel: Channel, event: Event) -> None:
        """A watermark: everything sent to that person up to that instant was delivered, or read."""
        if event.sender is None or not event.sender.address or event.occurred_at is None:
            return
        status = event.status or DeliveryStatus.READ
        for outbound in await reported.sent_to(
            session, tenant_id, channel.id, event.sender.address, until=event.occurred_at
        ):
            await self.apply(session, outbound, status, None)


def _waits_to_leave_again(outbound: Outbound) -> bool:
    """Whether nothing has left since a person decided to send it again."""
    before = outbound.resolved
    again = before is not None and before["decision"] == "resend"
    return again and outbound.state is OutState.FROZEN and outbound.attempts == (before or {})["attempts"]
