"""Erasing a person on their request, in two steps: a plan anybody can read, then its confirmation and a job (RGPD art. 17).

The job goes by batches, each its own transaction, and looks again at every request under lock: what came to be kept since
the plan is kept, and said. Cut off anywhere, it goes on from what is not erased yet.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from app.clock import Clock, civil_day
from app.contacts import repository as people
from app.db.transaction import Database, Session, whole
from app.errors import Conflict, NotFound
from app.exchanges import receptions, shifting
from app.exchanges.persons import merged_elsewhere
from app.facts import Actor, FactBook
from app.ids import Prefix, new_id, public_id
from app.jobs import queue
from app.jobs.queue import Job
from app.privacy import belongings, emptying, forgetting, hold_repository, planning
from app.privacy import erasure_repository as repository
from app.privacy import standing as standing_of
from app.privacy.belongings import Person
from app.privacy.erasing import ErasedFor, erase_messages, erase_tickets
from app.privacy.erasure_repository import Erasure
from app.privacy.facts import ContactErased, ErasureConfirmed, ErasurePlanned
from app.privacy.planning import Fate, Line, What
from app.privacy.values import ErasureState, Ground
from app.rest.etags import require_version
from app.rest.languages import Said
from app.tenants.service import Tenants

ERASE = "erase_person"
_A_BATCH = 50


class PersonErased(Conflict):
    """Nothing is known of this person any more."""

    code = "contact-erased"
    title_fr = "Personne effacée"
    title_en = "Erased person"
    advice = Said("cette personne a été effacée : il n'y a plus rien à faire", en="there is nothing left to do")


class PlanChanged(Conflict):
    """What the plan said is no longer so, or it was confirmed before."""

    code = "erasure-plan-changed"
    title_fr = "Le plan d'effacement n'est plus à jour"
    title_en = "The erasure plan is out of date"
    advice = Said("demandez un nouveau plan et relisez-le", en="ask for a new plan and read it again")


class Erasures:
    """Plans, confirms and carries out."""

    def __init__(self, database: Database, tenants: Tenants, book: FactBook, clock: Clock) -> None:
        self._database, self._tenants, self._book, self._clock = database, tenants, book, clock

    async def plan(
        self,
        session: Session,
        tenant_id: UUID,
        contact_id: UUID,
        *,
        ground: Ground,
        reason: str,
        visa: str | None,
        actor: Actor,
    ) -> Erasure:
        """Writes what would be erased, what kept and why; erases nothing. Raises `NotFound`, `PersonErased`, `ContactMergedElsewhere`."""
        await self._living(session, tenant_id, contact_id)
        erasure = Erasure(
            id=new_id(),
            contact_id=contact_id,
            ground=ground.value,
            reason=reason,
            archives_visa=visa,
            state=ErasureState.PLANNED,
            lines=await self._lines(session, tenant_id, contact_id, visa=visa),
            asked_at=self._clock(),
            asked_by=actor.label,
            confirmed_at=None,
            confirmed_by=None,
            ended_at=None,
            version=1,
        )
        await repository.add(session, tenant_id, erasure)
        fact = ErasurePlanned(
            tenant_id=tenant_id,
            subject_id=contact_id,
            at=erasure.asked_at,
            actor=actor,
            erasure_id=erasure.id,
            ground=ground.value,
        )
        await self._book.record(session, fact)
        return erasure

    async def confirm(
        self, session: Session, tenant_id: UUID, contact_id: UUID, erasure_id: UUID, *, version: int, actor: Actor
    ) -> Erasure:
        """Has a plan carried out, if it still says what is so.

        Raises `NotFound`, `Stale`, `PlanChanged`, `ContactMergedElsewhere`.
        """
        erasure = await repository.find(session, tenant_id, erasure_id, lock=True)
        if erasure is None or erasure.contact_id != contact_id:
            raise NotFound
        require_version(erasure.version, expected=version)
        if erasure.state is not ErasureState.PLANNED:
            raise PlanChanged(PlanChanged.advice)
        await self._living(session, tenant_id, contact_id)
        now_so = await self._lines(session, tenant_id, contact_id, visa=erasure.archives_visa)
        if repository.stored(now_so) != repository.stored(erasure.lines):
            raise PlanChanged(PlanChanged.advice)
        now = self._clock()
        changes = {"state": ErasureState.CONFIRMED.value, "confirmed_at": now, "confirmed_by": actor.label}
        await repository.change(session, tenant_id, erasure_id, changes)
        await queue.defer(session, _job(tenant_id, erasure_id))
        fact = ErasureConfirmed(
            tenant_id=tenant_id,
            subject_id=contact_id,
            at=now,
            actor=actor,
            erasure_id=erasure_id,
            ground=erasure.ground,
        )
        await self._book.record(session, fact)
        return await self.get(session, tenant_id, contact_id, erasure_id)

    async def get(self, session: Session, tenant_id: UUID, contact_id: UUID, erasure_id: UUID) -> Erasure:
        found = await repository.find(session, tenant_id, erasure_id)
        if found is None or found.contact_id != contact_id:
            raise NotFound
        return found

    async def page(
        self, session: Session, tenant_id: UUID, contact_id: UUID, *, after: UUID | None, limit: int
    ) -> Sequence[Erasure]:
        """Returns the plans made for a person, the last first. Raises `NotFound`."""
        if await people.contact(session, tenant_id, contact_id) is None:
            raise NotFound
        return await repository.page(session, tenant_id, contact_id, after=after, limit=limit)

    async def carry_out(self, tenant: str, erasure: str) -> None:
        """The job of one erasure: its requests by batches, then the person."""
        tenant_id, erasure_id = UUID(tenant), UUID(erasure)
        while await self._a_batch(tenant_id, erasure_id):
            continue

    async def resume(self, tenant_id: UUID) -> None:
        """Wakes erasures whose job was lost: the sweeper's part."""
        async with self._database.transaction(tenant=tenant_id) as session:
            for erasure_id in await repository.running(session, tenant_id):
                await queue.defer(session, _job(tenant_id, erasure_id))

    async def _a_batch(self, tenant_id: UUID, erasure_id: UUID) -> bool:
        """Erases some more; says whether there may be more. One transaction."""
        async with self._database.transaction(tenant=tenant_id) as session:
            # Intake places messages one batch at a time: nothing of theirs comes in between.
            await receptions.one_at_a_time(session, tenant_id)
            erasure = await repository.find(session, tenant_id, erasure_id, lock=True)
            if erasure is None or erasure.state is not ErasureState.CONFIRMED:
                return False
            contact = (await people.locked(session, tenant_id, [erasure.contact_id]))[erasure.contact_id]
            if contact.merged_into is not None:
                await self._done(session, tenant_id, erasure, _merged_since(erasure.lines), entirely=False)
                return False
            present = await self._lines(session, tenant_id, erasure.contact_id, visa=erasure.archives_visa)
            planned = {line.id for line in erasure.lines if line.fate is not Fate.KEEP}
            wanted = _going(present, planned, Fate.ERASE)[:_A_BATCH] or _going(present, planned, Fate.PART)
            if wanted:
                # A decision, a hold or a clock that was being written is read now; nothing begins until the end.
                await shifting.alone_with(session, tenant_id, wanted)
                present = await self._lines(session, tenant_id, erasure.contact_id, visa=erasure.archives_visa)
            if going := [one for one in _going(present, planned, Fate.ERASE) if one in wanted]:
                actor = _by(erasure)
                erased = await erase_tickets(
                    session, tenant_id, going, ground=ErasedFor.REQUEST, book=self._book, actor=actor, at=self._clock()
                )
                return bool(erased.ticket_ids)
            if _going(present, planned, Fate.ERASE):
                return True
            await self._end(session, tenant_id, erasure, present, planned)
            return False

    async def _end(
        self, session: Session, tenant_id: UUID, erasure: Erasure, present: Sequence[Line], planned: set[UUID]
    ) -> None:
        who = await belongings.person(session, tenant_id, erasure.contact_id)
        if parts := _going(present, planned, Fate.PART):
            theirs = await belongings.their_messages(session, tenant_id, who, parts)
            await erase_messages(session, tenant_id, theirs, at=self._clock())
        kept = [one for one in present if one.fate is Fate.KEEP or (one.id not in planned)]
        gone = not kept
        if gone:
            await self._forget(session, tenant_id, who)
        await self._done(session, tenant_id, erasure, _told(erasure.lines, kept), entirely=gone)

    async def _done(
        self, session: Session, tenant_id: UUID, erasure: Erasure, lines: Sequence[Line], *, entirely: bool
    ) -> None:
        now = self._clock()
        changes = {"state": ErasureState.DONE.value, "ended_at": now, "lines": repository.stored(lines)}
        await repository.change(session, tenant_id, erasure.id, changes | ({"reason": ""} if entirely else {}))
        fact = ContactErased(
            tenant_id=tenant_id,
            subject_id=erasure.contact_id,
            at=now,
            actor=_by(erasure),
            erasure_id=erasure.id,
            ground=erasure.ground,
            entirely=entirely,
        )
        await self._book.record(session, fact)

    async def _forget(self, session: Session, tenant_id: UUID, who: Person) -> None:
        now = self._clock()
        contents = await forgetting.forget_person(session, tenant_id, who, at=now)
        await emptying.let_go(session, tenant_id, contents, at=now)
        names = [public_id(Prefix.CONTACT, one) for one in who.contact_ids]
        names += [public_id(Prefix.POINT, one) for one in who.point_ids]
        await emptying.forget_answers(session, tenant_id, names)

    async def _living(self, session: Session, tenant_id: UUID, contact_id: UUID) -> None:
        contact = await people.contact(session, tenant_id, contact_id)
        if contact is None:
            raise NotFound
        if contact.erased_at is not None:
            raise PersonErased(PersonErased.advice)
        if contact.merged_into is not None:
            raise merged_elsewhere(contact)

    async def _lines(self, session: Session, tenant_id: UUID, contact_id: UUID, *, visa: str | None) -> list[Line]:
        async with whole(session):  # the administration answers for all it holds, whoever asks
            who = await belongings.person(session, tenant_id, contact_id)
            requests = await belongings.requests(session, tenant_id, who)
            standings = await standing_of.standings(session, tenant_id, [one.ticket_id for one in requests])
            holds = await hold_repository.present(session, tenant_id, contacts=who.contact_ids)
        tenant = await self._tenants.get(session, tenant_id)
        return planning.plan(
            contact_id,
            requests,
            {one.ticket_id: one for one in standings},
            visa=visa,
            on=civil_day(self._clock(), tenant.time_zone),
            person_held=bool(holds),
        )


def _going(present: Sequence[Line], planned: set[UUID], fate: Fate) -> list[UUID]:
    """Names the requests of a fate: only what was shown and confirmed; what came since stays, with the person."""
    return [one.id for one in present if one.fate is fate and one.what is What.REQUEST and one.id in planned]


def _merged_since(planned: Sequence[Line]) -> list[Line]:
    """Keeps every line: whose requests these are was decided anew, and a plan for both can be asked for."""
    because = "la fiche a été réunie à une autre depuis le plan : demandez un plan pour celle-ci"
    return [replace(line, fate=Fate.KEEP, because=because, ground=None, until=None) for line in planned]


def _told(planned: Sequence[Line], kept: Sequence[Line]) -> list[Line]:
    """What the register shows once done: what came to be kept meanwhile with its reason, the rest as planned."""
    late = {line.id: line for line in kept}
    lines = [late.pop(line.id, line) for line in planned]
    return [*lines, *(replace(line, fate=Fate.KEEP) for line in late.values())]


def _by(erasure: Erasure) -> Actor:
    """Names who confirmed as the author of what the job does for them."""
    kind, _, word = (erasure.confirmed_by or "system").partition(":")
    return Actor(kind, UUID(word) if word else None)


def _job(tenant_id: UUID, erasure_id: UUID) -> Job:
    return Job(ERASE, {"tenant": str(tenant_id), "erasure": str(erasure_id)}, f"erase:{tenant_id}")
