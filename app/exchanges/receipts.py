"""What providers report of our messages: in any order, before or after we know the message's id, never going back."""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never
from uuid import UUID

from app.channels.contract import DeliveryStatus, Event, Outcome, PointKind, Sent
from app.channels.values import Channel
from app.clock import Clock
from app.db.transaction import Session
from app.exchanges import course, outbox, reported
from app.exchanges.asking import Asking, told_of
from app.exchanges.course import Step, Told
from app.exchanges.facts import (
    ReplyAccepted,
    ReplyComplained,
    ReplyDelayed,
    ReplyDelivered,
    ReplyFact,
    ReplyFailed,
    ReplyUnknown,
)
from app.exchanges.freezing import ACKNOWLEDGEMENTS, wake_up
from app.exchanges.mail_fates import Fate, fate_of
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.understanding import bounded
from app.facts import FactBook
from app.ids import new_id
from app.jobs import queue
from app.sve.service import LegalFace

_FACTS: Mapping[Told, type[ReplyFact]] = {
    Told.ACCEPTED: ReplyAccepted,
    Told.DELIVERED: ReplyDelivered,
    Told.FAILED: ReplyFailed,
    Told.UNKNOWN: ReplyUnknown,
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

    async def refused(self, session: Session, tenant_id: UUID, channel: Channel, event: Event) -> set[UUID]:
        """Returns the address a mail refused was sent to: providers repeat it in lower case, whatever its owner wrote."""
        if event.reports_on is None or event.sender is None or event.sender.kind is not PointKind.EMAIL:
            return set()
        target = bounded(event.reports_on)
        outbound = await reported.by_external_id(session, tenant_id, channel.id, target)
        outbound = outbound or await self._mail_of_another(session, tenant_id, channel, event, target)
        if outbound is None or str(outbound.recipient["address"]).lower() != str(event.sender.address).lower():
            return set()
        return {UUID(str(outbound.recipient["point_id"]))}

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
            sent = Sent(outcome=Outcome.OK, external_ids=(target,))
            await self.follow(session, outbound, course.left(outbound, sent, now=self._clock()))
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
        whole = course.STATE.get(status) is not OutState.DELIVERED or not await self._is_partial(session, outbound)
        step = course.after_report(outbound, status, reason, code=code, whole=whole, now=self._clock())
        if step is not None:
            await self.follow(session, outbound, step)
        return outbound

    async def follow(self, session: Session, outbound: Outbound, step: Step) -> None:
        """Writes what becomes of a message, and tells whoever counts on it."""
        now = self._clock()
        await outbox.move(session, outbound, step.values)
        if step.told is not None:
            fact = self._fact(_FACTS[step.told], outbound, OutState(step.values["state"]))
            await self._book.record(session, fact)
        if step.wake_at is not None:
            at = step.wake_at if step.wake_at > now else None
            await queue.defer(session, wake_up(outbound.tenant_id, outbound.channel_id, at=at))
        match step.told:
            case Told.ACCEPTED:
                await self._accepted(session, outbound, step, at=now)
            case Told.FAILED:
                await self._lost(session, outbound)
            case Told.DELIVERED | Told.UNKNOWN | None:
                pass
            case _:
                assert_never(step.told)

    async def _accepted(self, session: Session, outbound: Outbound, step: Step, *, at: datetime) -> None:
        about = outbound.request.get("about")
        if outbound.purpose in ACKNOWLEDGEMENTS and about:
            gone, told = {UUID(str(about)): outbound.id}, told_of(outbound)
            await self._legal.acknowledged(session, outbound.tenant_id, gone, kind=outbound.purpose, at=at, told=told)
        await self._asking.left(session, outbound, at=at)
        for name in step.values["names"] or [step.values["external_id"]]:
            if name:
                await self.catch_up(session, outbound, name)

    async def _lost(self, session: Session, outbound: Outbound) -> None:
        about = outbound.request.get("about")
        if outbound.purpose in ACKNOWLEDGEMENTS and about:
            await self._legal.unacknowledged(
                session, outbound.tenant_id, UUID(str(about)), outbound.id, kind=outbound.purpose
            )
        await self._asking.lost(session, outbound)

    async def _is_partial(self, session: Session, outbound: Outbound) -> bool:
        if len(outbound.parts) > 1 and outbound.parts_sent < len(outbound.parts):
            return True
        return bool(outbound.names) and not await reported.all_reached(session, outbound)

    async def catch_up(self, session: Session, outbound: Outbound, external_id: str) -> None:
        """Applies the reports that came before the provider's answer to our own request."""
        known = await reported.updates_on(session, outbound, external_id)
        for status, reason in sorted(known, key=lambda report: course.RANK[DeliveryStatus(report[0])]):
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
