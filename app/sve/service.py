"""What people do with a saisine: qualify it, record what happened, read it with its reasons."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import NotFound
from app.facts import Actor, FactBook
from app.rest.etags import require_version
from app.sve import duties, repository, tallies, watched
from app.sve.cases import with_annulments
from app.sve.facts import AlertAcknowledged, ProcedureChosen
from app.sve.foreseeing import Foreseeing, Foreseen, ForeseenEvent, Recordable
from app.sve.fulfilling import Fulfilling
from app.sve.joining import Joined, Joining
from app.sve.law.happenings import Act
from app.sve.law.regime import Regime
from app.sve.local_procedures.service import Procedures
from app.sve.opening import Opening
from app.sve.proposing import Proposing
from app.sve.qualifying import DELAY_GIVEN, Qualification, qualification
from app.sve.recording import Recording
from app.sve.refreshing import Refresher
from app.sve.supposing import Supposed
from app.sve.values import Alert, Duty, LegalEvent, Narrowed, Owed, Owing, Saisine, Timeline, Watched
from app.tenants.service import Tenants

NOTHING_TOLD: Mapping[UUID, Mapping[str, Any]] = MappingProxyType({})


class LegalFace:
    """The use cases of saisines. Every change is an event first; the reading follows from all events."""

    def __init__(
        self,
        tenants: Tenants,
        refresher: Refresher,
        procedures: Procedures,
        proposing: Proposing,
        book: FactBook,
        clock: Clock,
    ) -> None:
        self._tenants, self._refresher, self._book, self._clock = tenants, refresher, book, clock
        self._procedures, self._proposing = procedures, proposing
        self._fulfilling = Fulfilling(tenants, refresher, book, clock)
        self._recording = Recording(tenants, refresher, book, clock)
        self._foreseeing = Foreseeing(tenants, procedures, self._recording, clock)
        self._joining = Joining(self._recording)
        self._opening = Opening(tenants, refresher, book, clock)

    async def get(self, session: Session, tenant_id: UUID, saisine_id: UUID, *, lock: bool = False) -> Saisine:
        saisine = await repository.find(session, tenant_id, saisine_id, lock=lock)
        if saisine is None:
            raise NotFound
        return saisine

    async def hold(self, session: Session, tenant_id: UUID, saisine_ids: Collection[UUID]) -> Mapping[UUID, Saisine]:
        """Locks saisines and all that acts on them change, in the order of everybody; returns them, and those they are joined to.

        Raises `NotFound` for one that does not exist, `Stale`.
        """
        held = await self._recording.held(session, tenant_id, saisine_ids)
        if not held.keys() >= set(saisine_ids):
            raise NotFound
        return held

    async def counts(self, session: Session, tenant_id: UUID) -> dict[str, int]:
        """Returns how many open saisines stand at each risk."""
        return await tallies.counts(session, tenant_id)

    async def of_tickets(self, session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> Sequence[Saisine]:
        """Returns the saisines of a page of tickets, in one statement."""
        return await repository.of_tickets(session, tenant_id, ticket_ids) if ticket_ids else []

    async def events_of(self, session: Session, saisine: Saisine) -> Sequence[LegalEvent]:
        """Returns what happened to a saisine, oldest first."""
        found = await repository.own_events_of(session, saisine.tenant_id, [saisine.id])
        return with_annulments(found.get(saisine.id, []))

    async def duties_of(self, session: Session, saisine: Saisine) -> Sequence[Duty]:
        """Returns the acknowledgements its message made owed, whatever became of them."""
        return await repository.duties_of_message(session, saisine.tenant_id, saisine.message_id)

    async def counted_events(self, session: Session, saisine: Saisine) -> Sequence[LegalEvent]:
        """Returns what a saisine's clock is read from: its own events, and those of the saisines joined to it."""
        return (await repository.events_of(session, saisine.tenant_id, [saisine.id])).get(saisine.id, [])

    async def event_named(self, session: Session, tenant_id: UUID, saisine_id: UUID, key: str) -> UUID | None:
        """Returns the event that bears a caller's own name, None when there is none."""
        found = await repository.event_by_key(session, tenant_id, saisine_id, key)
        return found.id if found else None

    async def history(
        self,
        session: Session,
        tenant_id: UUID,
        ticket_id: UUID,
        *,
        after: tuple[datetime, UUID] | None,
        limit: int,
        backwards: bool = False,
    ) -> Sequence[tuple[UUID, LegalEvent]]:
        """Returns a page of what happened to a ticket's saisines, each with its saisine, oldest first, or newest."""
        return await duties.events_of_ticket(
            session, tenant_id, ticket_id, after=after, limit=limit, backwards=backwards
        )

    async def watch_list(
        self,
        session: Session,
        tenant_id: UUID,
        *,
        risks: Sequence[str],
        before: date | None,
        after: tuple[date, UUID] | None,
        limit: int,
        since: date | None = None,
        procedure: str | None = None,
        team_id: UUID | None = None,
    ) -> Sequence[Watched]:
        """Returns a page of what silence would decide, first what it would decide first."""
        wanted = Narrowed(risks=risks, since=since, before=before, procedure=procedure, team_id=team_id)
        return await watched.page(session, tenant_id, wanted, after=after, limit=limit)

    async def owed(
        self,
        session: Session,
        tenant_id: UUID,
        *,
        by: date | None,
        after: tuple[date, UUID] | None,
        limit: int,
        since: date | None = None,
        kind: str | None = None,
        team_id: UUID | None = None,
    ) -> Sequence[Owed]:
        """Returns a page of the acknowledgements still owed, the most urgent first."""
        owing = Owing(since=since, by=by, kind=kind, team_id=team_id)
        return await duties.owed(session, tenant_id, owing, after=after, limit=limit)

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
        found = await repository.own_events_of(session, tenant_id, [saisine.id for saisine in saisines])
        events = {saisine_id: with_annulments(told) for saisine_id, told in found.items()}
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
        saisine = await self._recording.taken(session, tenant_id, saisine_id)
        require_version(saisine.version, expected=version)
        view = await self._procedures.view(session, tenant_id, on=saisine.received_on)
        found = qualification(view.catalogue, saisine.received_on, regime=regime, delay=delay, procedure=procedure)
        now = self._clock()
        await self._note_choice(session, saisine, found, at=now, actor=actor)
        told = {**found.told(), "reason": reason}
        if delay is not None and regime is None:
            told[DELAY_GIVEN] = True
        await self._recording.act(session, saisine, Act.QUALIFIED, told, actor=actor)
        values = {
            **found.columns(),
            "qualified_by": actor.label,
            "qualified_at": now,
            "qualified_reason": reason,
        }
        await repository.change(session, tenant_id, saisine_id, values, version=version)
        await self._recording.read_again(session, tenant_id, [saisine])
        return await self.get(session, tenant_id, saisine_id)

    async def foresee(
        self,
        session: Session,
        tenant_id: UUID,
        saisine_id: UUID,
        *,
        regime: Regime | None,
        delay: str | None,
        procedure: str | None,
    ) -> Foreseen:
        """Says what a qualification would change, and writes nothing. Raises what `qualify` raises, but `Stale`."""
        return await self._foreseeing.qualified(
            session, tenant_id, saisine_id, regime=regime, delay=delay, procedure=procedure
        )

    async def foresee_event(
        self, session: Session, tenant_id: UUID, saisine_id: UUID, event: Mapping[str, Any]
    ) -> ForeseenEvent:
        """Says what recording an event would change, and writes nothing. Raises what `record` raises, but `Stale`."""
        return await self._foreseeing.recorded(session, tenant_id, saisine_id, event)

    async def event_forms(self, session: Session, tenant_id: UUID, saisine_id: UUID) -> Recordable:
        """Returns what may be recorded of a saisine as it stands, form by form. Raises `NotFound`."""
        return await self._foreseeing.event_forms(session, tenant_id, saisine_id)

    async def suppose(
        self, session: Session, tenant_id: UUID, saisines: Sequence[Saisine], *, pieces_on: date | None
    ) -> Mapping[UUID, Sequence[Supposed]]:
        """Says what would become of each of some saisines, supposing one thing after another; nothing is written.

        `pieces_on` is the civil day supposed pieces would come on. Raises `Invalid` on a day past or too far.
        """
        return await self._foreseeing.supposed(session, tenant_id, saisines, pieces_on=pieces_on)

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
        """Records a legal event in the vocabulary of `parvis sve simulate`, or an act (dismissed, reopened, corrected).

        An event whose `key` is known is not recorded twice, whatever the version. Raises `Invalid` when it is not
        understood, `ImpossibleEvent` and `OutOfSequence` when a rule forbids it, `EventKeyReused`, `Stale`.
        """
        await self._recording.record(session, tenant_id, saisine_id, event, version=version, actor=actor)
        return await self.get(session, tenant_id, saisine_id)

    async def open_another(
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
        """Opens one more saisine on a message that asks for more than one thing; `known` is how many its form had seen."""
        return await self._opening.another(
            session, tenant_id, ticket_id, message_id, asks=asks, actor=actor, known=known
        )

    async def join(
        self, session: Session, tenant_id: UUID, saisine_id: UUID, *, to: UUID, reason: str, version: int, actor: Actor
    ) -> Joined:
        """Makes a saisine count for the same request received before by another way."""
        return await self._joining.join(
            session, tenant_id, saisine_id, to=to, reason=reason, version=version, actor=actor
        )

    async def separate(
        self, session: Session, tenant_id: UUID, saisine_id: UUID, *, version: int, actor: Actor
    ) -> Joined:
        """Undoes a join: each clock runs by itself again."""
        return await self._joining.separate(session, tenant_id, saisine_id, version=version, actor=actor)

    async def acknowledged(
        self,
        session: Session,
        tenant_id: UUID,
        left: Mapping[UUID, UUID],
        *,
        kind: str,
        at: datetime,
        told: Mapping[UUID, Mapping[str, Any]] = NOTHING_TOLD,
    ) -> None:
        """Notes that acknowledgements left, by the message each answers: duties are done and the clocks know it.

        `told` is what a letter says of itself, by saisine: whether its mentions are complete, the term it announced.
        """
        await self._fulfilling.left(session, tenant_id, left, kind=kind, at=at, told=told)

    async def unacknowledged(
        self, session: Session, tenant_id: UUID, message_id: UUID, outbound_id: UUID, *, kind: str
    ) -> None:
        """Notes that an acknowledgement did not arrive after all: its duty is owed again and the clocks know it."""
        await self._fulfilling.came_back(session, tenant_id, message_id, outbound_id, kind=kind)

    async def _note_choice(
        self, session: Session, saisine: Saisine, chosen: Qualification, *, at: datetime, actor: Actor
    ) -> None:
        """Notes what had been proposed beside what a person chose, so that proposals can be judged: codes, no words."""
        proposed = await self._proposing.of(session, saisine)
        fact = ProcedureChosen(
            tenant_id=saisine.tenant_id,
            subject_id=saisine.id,
            at=at,
            actor=actor,
            ticket_id=saisine.ticket_id,
            regime=chosen.regime.value,
            procedure=chosen.procedure,
            procedure_version=chosen.procedure_version,
            catalogue=proposed.catalogue.edition,
            ranking=proposed.ranking.value,
            proposed=tuple(one.code for one in proposed.procedures),
            rank=proposed.rank(chosen.procedure),
            nature=proposed.nature.kind.value,
        )
        await self._book.record(session, fact)
