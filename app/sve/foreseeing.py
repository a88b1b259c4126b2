"""What a qualification, or an act of today, would change: read by the engine and stored nowhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Flaw, Invalid, NotFound
from app.ids import new_id
from app.sve import neighbours, repository
from app.sve.cases import case_of_saisine, judge, read_as_of
from app.sve.catalogue import Entry
from app.sve.clocks import ends
from app.sve.event_offering import Offer, offers
from app.sve.law.happenings import Act, Mark
from app.sve.law.regime import Regime
from app.sve.local_procedures.service import Procedures
from app.sve.neighbours import Neighbour
from app.sve.qualifying import qualification
from app.sve.recording import Recording
from app.sve.simulation import SimulationError
from app.sve.supposing import Supposed, Supposing
from app.sve.values import LegalEvent, Saisine
from app.tenants.service import Tenants
from app.tenants.values import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """A saisine as it is and as it would be, and the procedure it would be read by."""

    before: Saisine
    after: Saisine
    entry: Entry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeseenEvent:
    """A saisine as it is and as it would be once an event is recorded, and what the law says of that event."""

    before: Saisine
    after: Saisine
    marks: Sequence[Mark]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recordable:
    """What may be recorded of a saisine: forms, the person's other saisines, and those received before it may be joined to.

    `zone` is the administration's, in which days are told.
    """

    zone: str
    offers: Sequence[Offer]
    others: Sequence[Neighbour]
    earlier: Sequence[Neighbour]


class Foreseeing:
    """Reads a clock as if a person had acted on it: what is refused there is refused here, and nothing is written."""

    def __init__(self, tenants: Tenants, procedures: Procedures, recording: Recording, clock: Clock) -> None:
        self._tenants, self._procedures, self._recording, self._clock = tenants, procedures, recording, clock

    async def qualified(
        self,
        session: Session,
        tenant_id: UUID,
        saisine_id: UUID,
        *,
        regime: Regime | None,
        delay: str | None,
        procedure: str | None,
    ) -> Foreseen:
        """Says what qualifying would come to. Raises `NotFound`, and what `LegalFace.qualify` raises but `Stale`."""
        before = await self._found(session, tenant_id, saisine_id)
        tenant = await self._tenants.get(session, tenant_id)
        view = await self._procedures.view(session, tenant_id, on=before.received_on)
        found = qualification(view.catalogue, before.received_on, regime=regime, delay=delay, procedure=procedure)
        now = self._clock()
        await self._recording.check_act(session, before, Act.QUALIFIED, at=now)
        events = (await repository.events_of(session, tenant_id, [saisine_id])).get(saisine_id, [])
        chosen = replace(before, **{**found.columns(), "regime": found.regime})
        after = _read(tenant, chosen, events, now=now)
        return Foreseen(before=before, after=after, entry=view.catalogue.get(procedure or ""))

    async def recorded(
        self, session: Session, tenant_id: UUID, saisine_id: UUID, told: Mapping[str, Any]
    ) -> ForeseenEvent:
        """Says what recording an event would come to. Raises `NotFound`, and what `LegalFace.record` raises but `Stale`.

        Of a saisine joined to another, it is the clock of that other one that is read.
        """
        saisine = await self._found(session, tenant_id, saisine_id)
        tenant, now = await self._tenants.get(session, tenant_id), self._clock()
        words = {name: value for name, value in told.items() if name != "key"}
        judged = await self._recording.judged(session, tenant, saisine, words, now=now)
        kept = await self._found(session, tenant_id, saisine.joined_to) if saisine.joined_to else saisine
        events = (await repository.events_of(session, tenant_id, [kept.id])).get(kept.id, [])
        event = LegalEvent(
            id=new_id(), type=str(told["type"]), payload=words, actor="", at=judged.entry.at, recorded_at=now
        )
        return ForeseenEvent(
            before=kept, after=_read(tenant, kept, [*events, event], now=judged.seen), marks=judged.marks
        )

    async def event_forms(self, session: Session, tenant_id: UUID, saisine_id: UUID) -> Recordable:
        """Returns what may be recorded of a saisine as it stands. Raises `NotFound`."""
        saisine = await self._found(session, tenant_id, saisine_id)
        tenant, now = await self._tenants.get(session, tenant_id), self._clock()
        past = await self._recording.past(session, tenant, saisine)
        near = [
            one for one in await neighbours.of_ticket(session, tenant_id, saisine.ticket_id) if one.id != saisine.id
        ]
        open_still = saisine.closed_at is None and saisine.joined_to is None
        return Recordable(
            zone=tenant.time_zone,
            offers=offers(past, tenant, closed=saisine.closed_at is not None, now=now),
            others=near,
            earlier=[one for one in near if open_still and one.may_take_in(saisine)],
        )

    async def _found(self, session: Session, tenant_id: UUID, saisine_id: UUID) -> Saisine:
        found = await repository.find(session, tenant_id, saisine_id)
        if found is None:
            raise NotFound
        return found

    async def supposed(
        self, session: Session, tenant_id: UUID, saisines: Sequence[Saisine], *, pieces_on: date | None
    ) -> Mapping[UUID, Sequence[Supposed]]:
        """Says what each saisine would become if something were done today. Raises `Invalid` on a day past or too far.

        One whose events can no longer be read is left without suppositions: the register says what is wrong with it.
        """
        tenant, now = await self._tenants.get(session, tenant_id), self._clock()
        events = await repository.events_of(session, tenant_id, [one.id for one in saisines])
        found: dict[UUID, Sequence[Supposed]] = {}
        for saisine in saisines:
            try:
                found[saisine.id] = Supposing(tenant, saisine, events.get(saisine.id, []), now=now).all(pieces_on)
            except SimulationError:
                found[saisine.id] = ()
        return found


def _read(tenant: Tenant, saisine: Saisine, events: Sequence[LegalEvent], *, now: datetime) -> Saisine:
    """Returns a saisine as these events would have it stored. Raises `Invalid` when they are not understood."""
    try:
        judgement = judge(case_of_saisine(tenant, saisine, events), now=read_as_of(saisine, now))
    except SimulationError as error:
        raise Invalid(flaws=[Flaw("", "legal-event", error.message)]) from None
    read = judgement.columns()
    return replace(
        saisine,
        term_on=read["term_on"],
        alert_on=read["alert_on"],
        risk=judgement.risk,
        reading=read["reading"],
        rules_version=read["rules_version"],
        closed_at=(saisine.closed_at or now) if ends(saisine, events, judgement) else None,
    )
