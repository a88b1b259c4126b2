"""The legal face hears messages in the transaction that writes them: what it owes is there or the message is not."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from app.clock import Clock, civil_day
from app.db.transaction import Session
from app.facts import FactBook
from app.ids import new_id
from app.sve import repository
from app.sve.cases import Judgement, first_case, judge, received_event
from app.sve.facts import ClockStarted
from app.sve.law.regime import Regime
from app.sve.refreshing import Refresher
from app.sve.taking_over import WAIVED
from app.tenants.service import Tenants
from app.tenants.values import Tenant
from app.tickets.facts import MessageReceived


class Listening:
    """Opens a saisine for every message received, and the acknowledgements an electronic one is owed.

    Every message, automatic and spam-like ones too: only a person may say that a message is not a request.
    """

    def __init__(self, tenants: Tenants, refresher: Refresher, book: FactBook, clock: Clock) -> None:
        self._tenants, self._refresher, self._book, self._clock = tenants, refresher, book, clock

    async def heard(self, session: Session, facts: Sequence[MessageReceived]) -> None:
        tenant = await self._tenants.get(session, facts[0].tenant_id)
        now = self._clock()
        saisines, events, duties, started = [], [], [], []
        for fact in facts:
            incoming, saisine_id = fact.incoming, new_id()
            channel = incoming.channel_type
            case = first_case(tenant, channel_type=channel, received_at=incoming.received_at)
            judgement = judge(case, now=now)
            saisines.append(_saisine_row(tenant, fact, saisine_id=saisine_id, judgement=judgement))
            events.append(
                {
                    "tenant_id": tenant.id,
                    "id": new_id(),
                    "saisine_id": saisine_id,
                    "type": "received",
                    "payload": received_event(tenant, channel_type=channel, received_at=incoming.received_at),
                    "actor": "system",
                    "at": incoming.received_at,
                    "recorded_at": now,
                    "backdated": civil_day(incoming.received_at, tenant.time_zone) < civil_day(now, tenant.time_zone),
                }
            )
            if incoming.electronic:
                duties += _duty_rows(tenant, fact, judgement, now=now)
            started.append(
                ClockStarted(
                    tenant_id=tenant.id,
                    subject_id=saisine_id,
                    at=now,
                    ticket_id=fact.ticket_id,
                    alert_on=judgement.reading.alert_on,
                )
            )
        await repository.open_saisines(session, saisines, events, duties)
        await self._refresher.tickets(session, tenant.id, {fact.ticket_id for fact in facts})
        await self._book.record(session, *started)


def _saisine_row(tenant: Tenant, fact: MessageReceived, *, saisine_id: Any, judgement: Judgement) -> dict[str, Any]:
    received_on = judgement.reading.values["reception_date"]
    return {
        "tenant_id": tenant.id,
        "id": saisine_id,
        "ticket_id": fact.ticket_id,
        "message_id": fact.subject_id,
        "ordinal": 0,
        "regime": Regime.UNKNOWN.value,
        "received_at": fact.incoming.received_at,
        "received_on": received_on,
        "version": 1,
        **judgement.columns(),
    }


def _duty_rows(tenant: Tenant, fact: MessageReceived, judgement: Judgement, *, now: datetime) -> list[dict[str, Any]]:
    """AEE and ARE as the engine dates them (CRPA L112-11, R112-11-2); what a former tool had noted owed them there."""
    sources = {reason.key: reason.source for reason in judgement.reading.reasons}
    rows = []
    for kind, key in (("AEE", "aee_due_date"), ("ARE", "are_due_date")):
        due_on = judgement.reading.values.get(key)
        if isinstance(due_on, date):
            rows.append(
                {
                    "tenant_id": tenant.id,
                    "id": new_id(),
                    "ticket_id": fact.ticket_id,
                    "message_id": fact.subject_id,
                    "kind": kind,
                    "due_on": due_on,
                    "source": sources.get(key, "CRPA R112-11-2"),
                    "waived_at": now if fact.noted_before else None,
                    "waived_reason": WAIVED if fact.noted_before else None,
                }
            )
    return rows
