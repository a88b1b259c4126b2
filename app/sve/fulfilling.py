"""Acknowledgements that left: their duties done and their clocks read again, a statement a table for a whole batch."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from app.clock import Clock
from app.db.transaction import Session
from app.facts import SYSTEM, FactBook
from app.ids import Prefix, new_id, public_id
from app.sve import repository
from app.sve.cases import CORRECTED, case_of_saisine, in_force, judge, read_as_of
from app.sve.facts import LegalEventRecorded
from app.sve.refreshing import Refresher
from app.sve.simulation import SimulationError
from app.sve.values import LegalEvent, Saisine
from app.tenants.service import Tenants
from app.tenants.values import Tenant

log = structlog.get_logger()
ACK_SENT, PAPER = "ack_sent", "AR"
NOT_DELIVERED = "l'accusé n'est pas arrivé : le service d'envoi l'a rapporté en échec définitif"


class Fulfilling:
    """Notes acknowledgements, each as an event first; the reading follows from all events."""

    def __init__(self, tenants: Tenants, refresher: Refresher, book: FactBook, clock: Clock) -> None:
        self._tenants, self._refresher, self._book, self._clock = tenants, refresher, book, clock

    async def left(
        self,
        session: Session,
        tenant_id: UUID,
        left: Mapping[UUID, UUID],
        *,
        kind: str,
        at: datetime,
        told: Mapping[UUID, Mapping[str, Any]],
    ) -> None:
        """Settles the duties of messages (the keys) by what left for them (the values), and reads their clocks again.

        `told` is what a letter says of itself to the clock of its saisine: its mentions, the term it announced.
        """
        await repository.settle_duties(session, tenant_id, left, kind=kind, at=at)
        saisines = await repository.by_messages(session, tenant_id, list(left))
        if not saisines:
            return
        now = self._clock()
        sent = {"type": ACK_SENT, "kind": kind, "at": at.isoformat().replace("+00:00", "Z")}
        events = {
            saisine.id: LegalEvent(
                id=new_id(),
                type=ACK_SENT,
                payload={
                    **sent,
                    **told.get(saisine.id, {}),
                    "reference": public_id(Prefix.OUTBOUND, left[saisine.message_id]),
                },
                actor=SYSTEM.label,
                at=at,
                recorded_at=now,
            )
            for saisine in saisines
        }
        await self._told(session, tenant_id, saisines, events, now=now)

    async def came_back(
        self, session: Session, tenant_id: UUID, message_id: UUID, outbound_id: UUID, *, kind: str
    ) -> None:
        """Opens the duty of a message again: the acknowledgement that had left for it never arrived.

        What said that it left is annulled by an event that names it. The same report again changes nothing.
        """
        reopened = await repository.reopen_duty(session, tenant_id, message_id, outbound_id, kind=kind)
        if not reopened and kind != PAPER:  # no duty stands behind the AR, which has no time limit (CRPA L112-3)
            return
        saisines = await repository.by_messages(session, tenant_id, [message_id])
        events = await repository.own_events_of(session, tenant_id, [saisine.id for saisine in saisines])
        now, reference = self._clock(), public_id(Prefix.OUTBOUND, outbound_id)
        told = {
            saisine.id: LegalEvent(
                id=new_id(),
                type=CORRECTED,
                payload={
                    "type": CORRECTED,
                    "event_id": public_id(Prefix.LEGAL_EVENT, gone.id),
                    "reason": NOT_DELIVERED,
                },
                actor=SYSTEM.label,
                at=now,
                recorded_at=now,
            )
            for saisine in saisines
            if (gone := _sending(events.get(saisine.id, ()), reference, kind)) is not None
        }
        await self._told(session, tenant_id, [one for one in saisines if one.id in told], told, now=now)

    async def _told(
        self,
        session: Session,
        tenant_id: UUID,
        saisines: Sequence[Saisine],
        told: Mapping[UUID, LegalEvent],
        *,
        now: datetime,
    ) -> None:
        """Writes an event of each of some saisines, reads their clocks again and records the facts."""
        if not saisines:
            return
        await repository.add_events(session, tenant_id, told)
        events = await repository.events_of(session, tenant_id, list(told))
        tenant = await self._tenants.get(session, tenant_id)
        rows = [row for s in saisines if (row := _read_again(tenant, s, events[s.id], now=now)) is not None]
        await repository.reread(session, tenant_id, rows)
        await self._refresher.tickets(session, tenant_id, {saisine.ticket_id for saisine in saisines})
        facts = [
            LegalEventRecorded(
                tenant_id=tenant_id,
                subject_id=saisine.id,
                at=now,
                ticket_id=saisine.ticket_id,
                event_type=told[saisine.id].type,
            )
            for saisine in saisines
        ]
        await self._book.record(session, *facts)


def _sending(events: Sequence[LegalEvent], reference: str, kind: str) -> LegalEvent | None:
    """The event that said an acknowledgement left: it names the sending."""
    counted = [event for event in in_force(events) if event.type == ACK_SENT and event.payload.get("kind") == kind]
    return next((event for event in reversed(counted) if event.payload.get("reference") == reference), None)


def _read_again(
    tenant: Tenant, saisine: Saisine, events: Sequence[LegalEvent], *, now: datetime
) -> dict[str, Any] | None:
    try:
        judgement = judge(case_of_saisine(tenant, saisine, events), now=read_as_of(saisine, now))
    except SimulationError as error:
        # Events already kept were understood in their time: the last reading stays, and what left stays recorded.
        log.error("sve.not_reread", saisine=str(saisine.id), pointer=error.pointer)  # noqa: TRY400 — its pointer says it all
        return None
    ends = judgement.reading.settled and saisine.closed_at is None
    return {
        "id": saisine.id,
        "version": saisine.version + 1,
        "closed_at": now if ends else saisine.closed_at,
        **judgement.columns(),
    }
