"""The legal face of requests that another tool left open: their clocks run from the day that tool recorded.

Changing tools neither suspends nor restarts a period: it runs from the reception by the competent administration (CRPA
L114-3 al. 1 and 2, L231-1, L231-4). Nobody here has said what silence means for them: UNKNOWN, the earliest term, which
may be past already. What was owed as an acknowledgement was owed there: it is written down as waived, with why, and
nothing leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.clock import civil_day
from app.db.transaction import Session
from app.facts import Actor
from app.ids import new_id
from app.sve import repository
from app.sve.cases import Judgement, first_case, judge, received_event
from app.sve.law.regime import Regime
from app.sve.redating import redate
from app.sve.refreshing import Refresher
from app.sve.service import LegalFace
from app.tenants.values import Tenant

WAIVED = "reprise : reçu par l’outil précédent, auquel revenait l’accusé ; rien ne part pour l’histoire (voyez docs/imports.fr.md)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A message of a request that is still open. `received_at` is what the source recorded, not what we saw."""

    ticket_id: UUID
    message_id: UUID
    channel_type: str
    received_at: datetime


class TakingOver:
    """Opens clocks for what was taken over, puts right those of what was received here, and nothing but clocks."""

    def __init__(self, refresher: Refresher, legal: LegalFace) -> None:
        self._refresher, self._legal = refresher, legal

    async def open(self, session: Session, tenant: Tenant, taken: Sequence[Taken], *, actor: str, now: datetime) -> int:
        """Opens a saisine for each message that has none; returns how many.

        No fact is told message by message, no letter is owed.
        """
        saisines, events, duties = [], [], []
        asked = await repository.by_messages(session, tenant.id, [one.message_id for one in taken])
        clocked = {one.message_id for one in asked}
        taken = [one for one in taken if one.message_id not in clocked]
        for one in taken:
            saisine_id = new_id()
            case = first_case(tenant, channel_type=one.channel_type, received_at=one.received_at)
            judgement = judge(case, now=now)
            saisines.append(_saisine_row(tenant, one, saisine_id=saisine_id, judgement=judgement))
            events.append(_event_row(tenant, one, saisine_id=saisine_id, actor=actor, now=now))
            duties += _waived_rows(tenant, one, judgement, now=now)
        await repository.open_saisines(session, saisines, events, duties)
        if taken:
            await self._refresher.tickets(session, tenant.id, {one.ticket_id for one in taken})
        return len(saisines)

    async def put_right(
        self, session: Session, tenant: Tenant, message_id: UUID, *, at: datetime, why: str, actor: Actor
    ) -> None:
        """Gives the clocks of a message received here the earlier reception its former tool noted.

        One that has ended, or that somebody joined to another, keeps what was recorded of it. Raises as `redate` does.
        """
        for saisine in await repository.by_messages(session, tenant.id, [message_id]):
            if saisine.closed_at is None and saisine.joined_to is None and saisine.received_at > at:
                await redate(session, self._legal, tenant, saisine, at=at, why=why, actor=actor)


def _saisine_row(tenant: Tenant, one: Taken, *, saisine_id: UUID, judgement: Judgement) -> dict[str, Any]:
    return {
        "tenant_id": tenant.id,
        "id": saisine_id,
        "ticket_id": one.ticket_id,
        "message_id": one.message_id,
        "ordinal": 0,
        "regime": Regime.UNKNOWN.value,
        "received_at": one.received_at,
        "received_on": judgement.reading.values["reception_date"],
        "version": 1,
        **judgement.columns(),
    }


def _event_row(tenant: Tenant, one: Taken, *, saisine_id: UUID, actor: str, now: datetime) -> dict[str, Any]:
    """Who took it over answers for the day: it is recorded now, of a day before."""
    return {
        "tenant_id": tenant.id,
        "id": new_id(),
        "saisine_id": saisine_id,
        "type": "received",
        "payload": received_event(tenant, channel_type=one.channel_type, received_at=one.received_at),
        "actor": actor,
        "at": one.received_at,
        "recorded_at": now,
        "backdated": civil_day(one.received_at, tenant.time_zone) < civil_day(now, tenant.time_zone),
    }


def _waived_rows(tenant: Tenant, one: Taken, judgement: Judgement, *, now: datetime) -> list[dict[str, Any]]:
    sources = {reason.key: reason.source for reason in judgement.reading.reasons}
    return [
        {
            "tenant_id": tenant.id,
            "id": new_id(),
            "ticket_id": one.ticket_id,
            "message_id": one.message_id,
            "kind": kind,
            "due_on": due_on,
            "source": sources.get(key, "CRPA R112-11-2"),
            "waived_at": now,
            "waived_reason": WAIVED,
        }
        for kind, key in (("AEE", "aee_due_date"), ("ARE", "are_due_date"))
        if isinstance(due_on := judgement.reading.values.get(key), date)
    ]
