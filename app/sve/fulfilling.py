"""Acknowledgements that left: their duties done and their clocks read again, a statement a table for a whole batch."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from app.clock import Clock
from app.db.transaction import Session
from app.facts import SYSTEM, FactBook
from app.ids import new_id
from app.sve import repository
from app.sve.cases import case_of_saisine, judge
from app.sve.facts import LegalEventRecorded
from app.sve.refreshing import Refresher
from app.sve.simulation import SimulationError
from app.sve.values import LegalEvent, Saisine
from app.tenants.service import Tenants
from app.tenants.values import Tenant

log = structlog.get_logger()
ACK_SENT = "ack_sent"


class Fulfilling:
    """Notes acknowledgements, each as an event first; the reading follows from all events."""

    def __init__(self, tenants: Tenants, refresher: Refresher, book: FactBook, clock: Clock) -> None:
        self._tenants, self._refresher, self._book, self._clock = tenants, refresher, book, clock

    async def left(
        self, session: Session, tenant_id: UUID, left: Mapping[UUID, UUID], *, kind: str, at: datetime
    ) -> None:
        """Settles the duties of messages (the keys) by what left for them (the values), and reads their clocks again."""
        await repository.settle_duties(session, tenant_id, left, kind=kind, at=at)
        saisines = await repository.by_messages(session, tenant_id, list(left))
        if not saisines:
            return
        now = self._clock()
        payload = {"type": ACK_SENT, "kind": kind, "at": at.isoformat().replace("+00:00", "Z")}
        told = {
            saisine.id: LegalEvent(
                id=new_id(), type=ACK_SENT, payload=payload, actor=SYSTEM.label, at=at, recorded_at=now
            )
            for saisine in saisines
        }
        await repository.add_events(session, tenant_id, told)
        events = await repository.events_of(session, tenant_id, list(told))
        tenant = await self._tenants.get(session, tenant_id)
        rows = [row for s in saisines if (row := _read_again(tenant, s, events[s.id], now=now)) is not None]
        await repository.reread(session, tenant_id, rows)
        await self._refresher.tickets(session, tenant_id, {saisine.ticket_id for saisine in saisines})
        facts = [
            LegalEventRecorded(
                tenant_id=tenant_id, subject_id=saisine.id, at=now, ticket_id=saisine.ticket_id, event_type=ACK_SENT
            )
            for saisine in saisines
        ]
        await self._book.record(session, *facts)


def _read_again(
    tenant: Tenant, saisine: Saisine, events: Sequence[LegalEvent], *, now: datetime
) -> dict[str, Any] | None:
    try:
        judgement = judge(case_of_saisine(tenant, saisine, events), now=now)
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
