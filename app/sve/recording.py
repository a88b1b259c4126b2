"""Recording what happened to a saisine: once, in its place, if it can be; then its clock is read from all its events."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.clock import Clock, civil_day
from app.db.transaction import Session
from app.errors import Conflict, Flaw, Invalid, NotFound, Stale
from app.facts import Actor, FactBook
from app.ids import Prefix, new_id, parse_id, public_id
from app.rest.etags import require_version
from app.rest.instants import BEYOND, within
from app.rest.languages import Said
from app.sve import duties, repository
from app.sve.cases import annulments, dismissal
from app.sve.clocks import Clocks
from app.sve.dismissing import ELSEWHERE, check_act, duplicate_of, silences
from app.sve.entries import entry_of, past_of
from app.sve.facts import LegalEventRecorded
from app.sve.law.events import AckKind, AckSent
from app.sve.law.happenings import Act, Admitted, Entry, Mark, Past, Refused
from app.sve.law.sequence import admit, annul
from app.sve.refreshing import Refresher
from app.sve.refusing import EventKeyReused, refusal
from app.sve.simulation import SimulationError
from app.sve.values import LegalEvent, Saisine
from app.tenants.service import Tenants
from app.tenants.values import Tenant

ACK_SENT = "ack_sent"
_ACTS = {act.value: act for act in Act}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An event that may be recorded: as it is read, what the law says of it, what was told before, what it annuls.

    `seen` is the instant clocks are read at once it is known.
    """

    entry: Entry
    marks: Sequence[Mark]
    past: Past
    gone: LegalEvent | None
    seen: datetime


class Recording:
    """Appends events and reads clocks again. A refusal, or a failure, leaves nothing behind: one transaction holds all."""

    def __init__(self, tenants: Tenants, refresher: Refresher, book: FactBook, clock: Clock) -> None:
        self._tenants, self._book, self._clock = tenants, book, clock
        self.clocks = Clocks(tenants, refresher, book, clock)

    async def taken(
        self, session: Session, tenant_id: UUID, saisine_id: UUID, *, beside: Collection[UUID] = ()
    ) -> Saisine:
        """Locks a saisine and those `beside` it, with all that is joined to them, together and in one order.

        Raises `NotFound`, `Stale` when what it is joined to changed meanwhile.
        """
        before = await repository.find(session, tenant_id, saisine_id)
        if before is None:
            raise NotFound
        family = await repository.family(session, tenant_id, [saisine_id, *beside])
        saisine = (await repository.locked(session, tenant_id, family))[saisine_id]
        if saisine.joined_to != before.joined_to:
            raise Stale
        return saisine

    async def held(self, session: Session, tenant_id: UUID, saisine_ids: Collection[UUID]) -> Mapping[UUID, Saisine]:
        """Locks all that acts on saisines may change: what is owed for them, then they and all that is joined to them.

        Whoever does several acts in one transaction holds first, so that no later act waits out of order. Raises `Stale`
        when what one is joined to changed meanwhile.
        """
        before = await repository.some(session, tenant_id, saisine_ids)
        await duties.hold(session, tenant_id, saisine_ids)
        present = await repository.locked(session, tenant_id, await repository.family(session, tenant_id, saisine_ids))
        if any(present[one.id].joined_to != one.joined_to for one in before):
            raise Stale
        return present

    async def record(
        self,
        session: Session,
        tenant_id: UUID,
        saisine_id: UUID,
        event: Mapping[str, Any],
        *,
        version: int,
        actor: Actor,
    ) -> None:
        """Records an event, unless its `key` says that it is there already. Raises as `LegalFace.record` says."""
        told = {name: value for name, value in event.items() if name != "key"}
        key = event.get("key")
        if told.get("type") in (ACK_SENT, Act.CORRECTED):
            # What is owed, then the clock: the order in which acknowledgements that left are noted.
            await duties.hold(session, tenant_id, [saisine_id])
        # Of two called each other's double at once, one stands.
        other = duplicate_of(told)
        saisine = await self.taken(session, tenant_id, saisine_id, beside=[other] if other else ())
        if key is not None and await self._told_before(session, saisine, key, told):
            return
        require_version(saisine.version, expected=version)
        tenant, now = await self._tenants.get(session, tenant_id), self._clock()
        judged = await self.judged(session, tenant, saisine, told, now=now)
        entry, marks = judged.entry, judged.marks
        if judged.gone is not None:
            kind = str(judged.gone.payload.get("kind", AckKind.ARE))
            if judged.gone.type == ACK_SENT and not _acknowledged(judged.past, kind, but=str(told["event_id"])):
                await duties.undone(session, tenant_id, saisine.message_id, kind=kind)
        kept = {**told, "marks": [{"code": m.code, "source": m.source, "because": m.because} for m in marks]}
        legal = LegalEvent(
            id=new_id(),
            type=str(told["type"]),
            payload=kept if marks else told,
            actor=actor.label,
            at=entry.at,
            recorded_at=now,
            key=key,
            backdated=civil_day(entry.at, tenant.time_zone) < civil_day(now, tenant.time_zone),
        )
        await self.append(session, saisine, legal, actor=actor)
        if isinstance(entry.fact, AckSent) and entry.fact.complete_mentions is not False:
            await duties.done(session, tenant_id, saisine.message_id, kind=entry.fact.kind, at=entry.at)
        await self.read_again(session, tenant_id, [saisine], now=judged.seen)

    async def judged(
        self, session: Session, tenant: Tenant, saisine: Saisine, told: Mapping[str, Any], *, now: datetime
    ) -> Judged:
        """Says what an event comes to if it is recorded now, and writes nothing. Raises as `LegalFace.record` says."""
        entry = _understood(told, tenant, now)
        past = await self.past(session, tenant, saisine)
        marks = self._admitted(past, entry, now).marks
        gone = None
        if entry.act is Act.CORRECTED:
            gone = await self._annulled(session, tenant, saisine, past, str(told["event_id"]), now)
        await self._check_duplicate(session, saisine, told)
        seen = max([now, *(moment.at for moment in entry.moments)])
        return Judged(entry=entry, marks=marks, past=past, gone=gone, seen=seen)

    async def act(
        self, session: Session, saisine: Saisine, act: Act, payload: Mapping[str, Any], *, actor: Actor
    ) -> None:
        """Records an act of the register: qualified, joined, separated. Raises when a rule of sequence forbids it."""
        now = self._clock()
        await self.check_act(session, saisine, act, at=now)
        legal = LegalEvent(
            id=new_id(), type=act.value, payload=dict(payload), actor=actor.label, at=now, recorded_at=now
        )
        await self.append(session, saisine, legal, actor=actor)

    async def check_act(self, session: Session, saisine: Saisine, act: Act, *, at: datetime) -> None:
        """Raises when a rule of sequence forbids an act."""
        tenant = await self._tenants.get(session, saisine.tenant_id)
        past = await self.past(session, tenant, saisine)
        self._admitted(past, Entry(word=act.value, at=at, act=act), at)

    async def past(self, session: Session, tenant: Tenant, saisine: Saisine) -> Past:
        """Returns what was told of a saisine; of a joined one, what was told of the one whose clock counts."""
        kept = saisine
        if saisine.joined_to is not None:
            found = await repository.find(session, saisine.tenant_id, saisine.joined_to)
            kept = found or saisine
        events = (await repository.events_of(session, kept.tenant_id, [kept.id])).get(kept.id, [])
        try:
            return replace(past_of(tenant, kept, events), joined=saisine.joined_to is not None)
        except SimulationError as error:
            told = Said(
                f"ce qui est consigné ne se relit plus ({error.message}) : prévenez votre administrateur",
                en="what is recorded can no longer be read: tell your administrator",
            )
            raise Conflict(told) from None

    async def append(self, session: Session, saisine: Saisine, event: LegalEvent, *, actor: Actor) -> None:
        """Writes an event and the fact of it."""
        await repository.add_event(session, saisine.tenant_id, saisine.id, event)
        fact = LegalEventRecorded(
            tenant_id=saisine.tenant_id,
            subject_id=saisine.id,
            at=event.recorded_at,
            actor=actor,
            ticket_id=saisine.ticket_id,
            event_type=event.type,
        )
        await self._book.record(session, fact)

    async def read_again(
        self, session: Session, tenant_id: UUID, saisines: Sequence[Saisine], *, now: datetime | None = None
    ) -> None:
        """Reads clocks again from all their events, and stores them. Raises as `Clocks.read_again` does."""
        await self.clocks.read_again(session, tenant_id, saisines, now=now)

    def _admitted(self, past: Past, entry: Entry, now: datetime) -> Admitted:
        answer = admit(past, entry, now=now)
        if isinstance(answer, Refused):
            raise refusal(answer)
        return answer

    async def _told_before(self, session: Session, saisine: Saisine, key: str, told: Mapping[str, Any]) -> bool:
        known = await repository.event_by_key(session, saisine.tenant_id, saisine.id, key)
        if known is None:
            return False
        if {name: value for name, value in known.payload.items() if name != "marks"} != told:
            raise EventKeyReused
        return True

    async def _annulled(
        self, session: Session, tenant: Tenant, saisine: Saisine, past: Past, event_id: str, now: datetime
    ) -> LegalEvent:
        """Returns an event that may be annulled: it is one of this saisine, still counts, and nothing rests on it."""
        wanted = parse_id(Prefix.LEGAL_EVENT, event_id)
        own = (await repository.own_events_of(session, saisine.tenant_id, [saisine.id])).get(saisine.id, [])
        event = next((one for one in own if one.id == wanted), None)
        if event is None:
            told = Said("aucun événement de cette saisine ne porte ce nom", en="no event of this saisine has this name")
            raise Invalid(flaws=[Flaw("/event_id", "unknown", told)])
        if wanted in annulments(own):
            told = Said("cet événement est déjà annulé", en="this event is annulled already")
            raise Conflict(told, flaws=[Flaw("/event_id", "annulled", told)])
        # What is a joined saisine's own is not read with the other's: nothing of that one rests on it.
        alone = Entry(word=event.type, at=event.at, act=_ACTS.get(event.type), id=event_id)
        entry = next((one for one in past.entries if one.id == event_id), alone)
        gone = LegalEvent(
            id=new_id(), type=Act.CORRECTED, payload={"event_id": event_id}, actor="", at=now, recorded_at=now
        )
        kept = saisine.joined_to or saisine.id
        events = (await repository.events_of(session, saisine.tenant_id, [kept])).get(kept, [])
        root = await repository.find(session, saisine.tenant_id, kept)
        after = past_of(tenant, root or saisine, [*events, gone])
        answer = annul(past, entry, after, now=now)
        if answer is not None:
            raise refusal(answer)
        return event

    async def _check_duplicate(self, session: Session, saisine: Saisine, told: Mapping[str, Any]) -> None:
        other = duplicate_of(told)
        if other is None:
            return
        kept = None if other == saisine.id else await repository.find(session, saisine.tenant_id, other)
        if kept is None:
            wrong = Said(
                f"« {public_id(Prefix.SAISINE, other)} » n'est pas une autre saisine connue",
                en="this is no other known saisine",
            )
            raise Invalid(flaws=[Flaw("/duplicate_of", "unknown", wrong)])
        events = await repository.own_events_of(session, saisine.tenant_id, [other])
        lost = silences(saisine, kept, dismissed=dismissal(events.get(other, [])) is not None)
        if lost is not None:
            raise Conflict(lost, flaws=[Flaw("/duplicate_of", "not-kept", lost)])


def _understood(told: Mapping[str, Any], tenant: Tenant, now: datetime) -> Entry:
    """Reads an event being told. Raises `Invalid`, with the place and what to write instead."""
    elsewhere = ELSEWHERE.get(str(told.get("type", "")))
    if elsewhere is not None:
        raise Invalid(flaws=[Flaw("/type", "legal-event", elsewhere)])
    try:
        entry = entry_of(told, tenant, now=now)
    except SimulationError as error:
        raise Invalid(flaws=[Flaw(error.pointer, "legal-event", error.message)]) from None
    if entry.act is not None:
        check_act(entry.act, told)
    for moment in entry.moments:
        if not within(moment.at):
            raise Invalid(flaws=[Flaw(f"/{moment.name}", "instant", BEYOND)])
    return entry


def _acknowledged(past: Past, kind: str, *, but: str) -> bool:
    """Whether another acknowledgement of the kind still counts."""
    return any(
        isinstance(entry.fact, AckSent) and entry.fact.kind == kind and entry.id != but for entry in past.entries
    )
