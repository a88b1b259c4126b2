"""What people do with a saisine: qualify it, record what happened, read it with its reasons."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Flaw, Invalid, NotFound, Stale
from app.facts import Actor, FactBook
from app.ids import new_id
from app.rest.instants import BEYOND, within
from app.rest.languages import Said
from app.sve import duties, repository, tallies
from app.sve.cases import OURS, QUALIFIED, case_of_saisine, judge
from app.sve.catalogue import Catalogue
from app.sve.facts import AlertAcknowledged, LegalEventRecorded
from app.sve.fulfilling import Fulfilling
from app.sve.law.regime import Regime
from app.sve.qualifying import qualification
from app.sve.refreshing import Refresher
from app.sve.simulation import SimulationError
from app.sve.values import Alert, Duty, LegalEvent, Saisine, Timeline, Watched
from app.tenants.service import Tenants

_IN_EVENT = re.compile(r"^/events/\d+")


class LegalFace:
    """The use cases of saisines. Every change is an event first; the reading follows from all events."""

    def __init__(
        self, tenants: Tenants, refresher: Refresher, catalogue: Catalogue, book: FactBook, clock: Clock
    ) -> None:
        self._tenants, self._refresher, self._book, self._clock = tenants, refresher, book, clock
        self._catalogue = catalogue
        self._fulfilling = Fulfilling(tenants, refresher, book, clock)

    async def get(self, session: Session, tenant_id: UUID, saisine_id: UUID, *, lock: bool = False) -> Saisine:
        saisine = await repository.find(session, tenant_id, saisine_id, lock=lock)
        if saisine is None:
            raise NotFound
        return saisine

    async def counts(self, session: Session, tenant_id: UUID) -> dict[str, int]:
        """Returns how many open saisines stand at each risk."""
        return await tallies.counts(session, tenant_id)

    async def of_tickets(self, session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> Sequence[Saisine]:
        """Returns the saisines of a page of tickets, in one statement."""
        return await repository.of_tickets(session, tenant_id, ticket_ids) if ticket_ids else []

    async def events_of(self, session: Session, saisine: Saisine) -> Sequence[LegalEvent]:
        """Returns what happened to a saisine, oldest first."""
        return (await repository.events_of(session, saisine.tenant_id, [saisine.id])).get(saisine.id, [])

    async def history(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, *, after: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[tuple[UUID, LegalEvent]]:
        """Returns a page of what happened to a ticket's saisines, each with its saisine, oldest first."""
        return await duties.events_of_ticket(session, tenant_id, ticket_id, after=after, limit=limit)

    async def watch_list(
        self,
        session: Session,
        tenant_id: UUID,
        *,
        risks: Sequence[str],
        before: date | None,
        after: tuple[date, UUID] | None,
        limit: int,
    ) -> Sequence[Watched]:
        """Returns a page of what silence would decide, first what it would decide first."""
        return await repository.watch(session, tenant_id, risks=risks, before=before, after=after, limit=limit)

    async def owed(
        self, session: Session, tenant_id: UUID, *, by: date | None, after: tuple[date, UUID] | None, limit: int
    ) -> Sequence[Duty]:
        """Returns a page of the acknowledgements still owed, the most urgent first."""
        return await duties.owed(session, tenant_id, by=by, after=after, limit=limit)

    async def alerts(
        self, session: Session, tenant_id: UUID, *, open_only: bool, after: UUID | None, limit: int
    ) -> Sequence[Alert]:
        """Returns a page of alerts, the latest first."""
        return await duties.alerts(session, tenant_id, open_only=open_only, after=after, limit=limit)

    async def acknowledge_alert(self, session: Session, tenant_id: UUID, alert_id: UUID, *, actor: Actor) -> Alert:
        """Notes who took an alert in charge; the first one stays. Raises `NotFound`."""
        now = self._clock()
        taken = await duties.acknowledge(session, tenant_id, alert_id, by=actor.label, at=now)
        alert = await duties.alert(session, tenant_id, alert_id)
        if alert is None:
            raise NotFound
        if taken:
            fact = AlertAcknowledged(
                tenant_id=tenant_id,
                subject_id=alert_id,
                at=now,
                actor=actor,
                saisine_id=alert.saisine_id,
                ticket_id=alert.ticket_id,
            )
            await self._book.record(session, fact)
        return alert

    async def timeline(self, session: Session, tenant_id: UUID, ticket_id: UUID) -> Timeline:
        """Returns the saisines of a ticket with their events and the acknowledgements owed."""
        saisines = await repository.of_tickets(session, tenant_id, [ticket_id])
        events = await repository.events_of(session, tenant_id, [saisine.id for saisine in saisines])
        return Timeline(saisines, events, await repository.duties_of(session, tenant_id, ticket_id))

    async def qualify(
        self,
        session: Session,
        tenant_id: UUID,
        saisine_id: UUID,
        *,
        regime: Regime | None,
        delay: str | None,
        procedure: str | None,
        reason: str,
        version: int,
        actor: Actor,
    ) -> Saisine:
        """Records what a person says silence means here, and why; who, when and the rules' version are kept.

        Without a `regime`, what the catalogue says of `procedure` on the day of reception applies. Raises `Invalid` on
        a delay the engine does not know or a procedure that gives no term, `Stale` on another version.
        """
        saisine = await self._expected(session, tenant_id, saisine_id, version)
        found = qualification(self._catalogue, saisine.received_on, regime=regime, delay=delay, procedure=procedure)
        now = self._clock()
        await self._append(session, saisine, QUALIFIED, {**found.told(), "reason": reason}, at=now, actor=actor)
        values = {
            **found.columns(),
            "qualified_by": actor.label,
            "qualified_at": now,
            "qualified_reason": reason,
            "closed_at": now if found.regime is Regime.NONE else None,
        }
        await repository.change(session, tenant_id, saisine_id, values, version=version)
        return await self._reread(session, tenant_id, saisine_id)

    async def record(
        self,
        session: Session,
        tenant_id: UUID,
        saisine_id: UUID,
        event: Mapping[str, Any],
        *,
        version: int,
        actor: Actor,
    ) -> Saisine:
        """Records a legal event in the vocabulary of `parvis sve simulate`. Raises `Invalid` when it is not understood."""
        if event.get("type") in OURS:
            told = Said("ce type d'événement se consigne en qualifiant", en="such an event is recorded by qualifying")
            raise Invalid(flaws=[Flaw("/type", "legal-event", told)])
        saisine = await self._expected(session, tenant_id, saisine_id, version)
        await self._append(
            session, saisine, str(event.get("type", "")), event, at=_instant(event, self._clock()), actor=actor
        )
        await repository.change(session, tenant_id, saisine_id, {}, version=version)
        return await self._reread(session, tenant_id, saisine_id)

    async def acknowledged(
        self, session: Session, tenant_id: UUID, left: Mapping[UUID, UUID], *, kind: str, at: datetime
    ) -> None:
        """Notes that acknowledgements left, by the message each answers: duties are done and the clocks know it."""
        await self._fulfilling.left(session, tenant_id, left, kind=kind, at=at)

    async def _expected(self, session: Session, tenant_id: UUID, saisine_id: UUID, version: int) -> Saisine:
        saisine = await self.get(session, tenant_id, saisine_id, lock=True)
        if saisine.version != version:
            raise Stale
        return saisine

    async def _append(
        self, session: Session, saisine: Saisine, kind: str, payload: Mapping[str, Any], *, at: datetime, actor: Actor
    ) -> None:
        now = self._clock()
        event = LegalEvent(id=new_id(), type=kind, payload=dict(payload), actor=actor.label, at=at, recorded_at=now)
        await repository.add_event(session, saisine.tenant_id, saisine.id, event)
        fact = LegalEventRecorded(
            tenant_id=saisine.tenant_id,
            subject_id=saisine.id,
            at=now,
            actor=actor,
            ticket_id=saisine.ticket_id,
            event_type=kind,
        )
        await self._book.record(session, fact)

    async def _reread(self, session: Session, tenant_id: UUID, saisine_id: UUID) -> Saisine:
        """Reads the clock again from all its events and stores what the engine says."""
        saisine = await self.get(session, tenant_id, saisine_id)
        events = (await repository.events_of(session, tenant_id, [saisine_id])).get(saisine_id, [])
        tenant = await self._tenants.get(session, tenant_id)
        try:
            case = case_of_saisine(tenant, saisine, events)
        except SimulationError as error:
            # Those already kept were understood in their time: the fault is in the one just given.
            flaw = Flaw(_IN_EVENT.sub("", error.pointer), "legal-event", error.message)
            raise Invalid(flaws=[flaw]) from None
        judgement = judge(case, now=self._clock())
        values = judgement.columns()
        if judgement.reading.settled and saisine.closed_at is None:
            values["closed_at"] = self._clock()
        elif not judgement.reading.settled and saisine.regime is not Regime.NONE:
            # What was learnt since (an earlier reception, say) may show that nothing had ended it in time.
            values["closed_at"] = None
        await repository.change(session, tenant_id, saisine_id, values)
        await self._refresher.tickets(session, tenant_id, {saisine.ticket_id})
        return await self.get(session, tenant_id, saisine_id)


def _instant(event: Mapping[str, Any], now: datetime) -> datetime:
    """The place of an event in the list; the engine reads its own instants from the payload."""
    for name in ("at", "notified_at", "received_at", "sent_at", "signed_at"):
        value = event.get(name)
        if isinstance(value, str):
            try:
                at = datetime.fromisoformat(value)
            except ValueError:
                continue
            if not within(at):
                raise Invalid(flaws=[Flaw(f"/{name}", "instant", BEYOND)])
            return at if at.tzinfo else at.replace(tzinfo=now.tzinfo)
    return now
