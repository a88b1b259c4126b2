"""One message, several requests: each has its own silence, its own term, its own decision."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.clock import Clock, civil_day
from app.db.transaction import Session
from app.errors import Flaw, Invalid, Stale
from app.facts import Actor, FactBook
from app.ids import new_id
from app.rest.languages import Said
from app.sve import repository
from app.sve.cases import ASKED, in_force, judge, stored_case
from app.sve.facts import ClockStarted
from app.sve.law.regime import Regime
from app.sve.refreshing import Refresher
from app.sve.values import LegalEvent, Saisine
from app.tenants.service import Tenants
from app.tenants.values import Tenant

# Beyond, it is no longer a message but a nuisance: a person splits it.
MOST = 50


class Opening:
    """Opens one more saisine on a message that asks for more than one thing (CRPA L110-1: each demande is decided)."""

    def __init__(self, tenants: Tenants, refresher: Refresher, book: FactBook, clock: Clock) -> None:
        self._tenants, self._refresher, self._book, self._clock = tenants, refresher, book, clock

    async def another(
        self,
        session: Session,
        tenant_id: UUID,
        ticket_id: UUID,
        message_id: UUID,
        *,
        asks: str,
        actor: Actor,
        known: int | None = None,
    ) -> Saisine:
        """Opens it at the message's own reception: being read late makes no request younger.

        The acknowledgements are those of the message: they are owed once. `known` is how many saisines of the message
        the caller has seen. Raises `Invalid` for a message that is not of this ticket or opened no saisine, `Stale` when
        there are others.
        """
        first, *others = await self._of_message(session, tenant_id, ticket_id, message_id)
        if known is not None and known != len(others) + 1:
            raise Stale
        if len(others) >= MOST:
            raise _flawed(
                "too-many", Said("trop de saisines sur un seul message", en="too many saisines on one message")
            )
        tenant, now = await self._tenants.get(session, tenant_id), self._clock()
        told = in_force((await repository.own_events_of(session, tenant_id, [first.id])).get(first.id, []))
        received = [_again(event, tenant, actor, now) for event in told if event.type == "received"]
        saisine_id = new_id()
        case = stored_case(
            tenant, regime=Regime.UNKNOWN.value, delay=None, family=None, events=[event.payload for event in received]
        )
        judgement = judge(case, now=now)
        row = {
            "tenant_id": tenant_id,
            "id": saisine_id,
            "ticket_id": ticket_id,
            "message_id": message_id,
            "ordinal": max(one.ordinal for one in (first, *others)) + 1,
            "regime": Regime.UNKNOWN.value,
            "received_at": first.received_at,
            "received_on": first.received_on,
            "version": 1,
            **judgement.columns(),
        }
        asked = LegalEvent(id=new_id(), type=ASKED, payload={"asks": asks}, actor=actor.label, at=now, recorded_at=now)
        rows = [_event_row(tenant_id, saisine_id, event) for event in (*received, asked)]
        await repository.open_saisines(session, [row], rows, [])
        await self._refresher.tickets(session, tenant_id, {ticket_id})
        fact = ClockStarted(
            tenant_id=tenant_id,
            subject_id=saisine_id,
            at=now,
            actor=actor,
            ticket_id=ticket_id,
            alert_on=judgement.reading.alert_on,
        )
        await self._book.record(session, fact)
        opened = await repository.find(session, tenant_id, saisine_id)
        if opened is None:
            raise AssertionError(saisine_id)
        return opened

    async def _of_message(self, session: Session, tenant_id: UUID, ticket_id: UUID, message_id: UUID) -> list[Saisine]:
        known = await repository.of_message(session, tenant_id, message_id)
        mine = [one for one in known if one.ticket_id == ticket_id]
        if not mine:
            told = Said(
                "ce message n'est pas un message reçu de cette demande", en="this is no message received in this ticket"
            )
            raise _flawed("foreign", told)
        # Locked, so that two agents do not give the same rank.
        locked = await repository.locked(session, tenant_id, [one.id for one in mine])
        present = await repository.of_message(session, tenant_id, message_id)
        return [locked.get(one.id, one) for one in present]


def _again(event: LegalEvent, tenant: Tenant, actor: Actor, now: datetime) -> LegalEvent:
    late = civil_day(event.at, tenant.time_zone) < civil_day(now, tenant.time_zone)
    return replace(event, id=new_id(), key=None, actor=actor.label, recorded_at=now, backdated=late)


def _event_row(tenant_id: UUID, saisine_id: UUID, event: LegalEvent) -> dict[str, Any]:
    return {
        "tenant_id": tenant_id,
        "id": event.id,
        "saisine_id": saisine_id,
        "type": event.type,
        "payload": dict(event.payload),
        "actor": event.actor,
        "at": event.at,
        "recorded_at": event.recorded_at,
        "backdated": event.backdated,
    }


def _flawed(code: str, told: Said) -> Invalid:
    return Invalid(flaws=[Flaw("/message_id", code, told)])
