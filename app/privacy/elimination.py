"""Elimination lists: filled by night, frozen for the archives, approved by their visa, carried out, and certified.

Source: code du patrimoine, L212-2 and L212-3, R212-14 (no public archive is eliminated without the visa of the archives).
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.clock import Clock, civil_day
from app.db.transaction import Database, Session
from app.errors import Conflict, Flaw, Invalid, NotFound, Stale
from app.exchanges import shifting
from app.facts import SYSTEM, Actor, FactBook
from app.jobs import queue
from app.jobs.queue import Job
from app.privacy import elimination_repository as repository
from app.privacy import keeping, retention_repository
from app.privacy import standing as standing_of
from app.privacy.elimination_values import EliminationList, Line, LineState, ListState, NewLine, Visa
from app.privacy.erasing import ErasedFor, erase_tickets
from app.privacy.retention import Fate, Stage, Verdict, add_months, decide
from app.privacy.retention_facts import (
    EliminationListApproved,
    EliminationListChanged,
    EliminationListDone,
    EliminationListStarted,
    EliminationListSubmitted,
    EliminationListWithdrawn,
)
from app.privacy.values import Keeping, Kept
from app.rest.languages import Said
from app.sve.law.reasons import in_french
from app.tenants.service import Tenants

ELIMINATE = "eliminate"
BATCH = 100
WORDS_MAX = 200
_ORIGIN = bytes(32)


class WrongState(Conflict):
    """A list is not where it would have to be for this act."""

    code = "elimination-list-state"
    title_fr = "Ce bordereau n’en est pas là"
    title_en = "This elimination list is not at that stage"
    advice = Said(
        "relisez le bordereau : quelqu’un l’a peut-être fait avancer",
        en="read the list again: somebody may have moved it on",
    )


class Eliminations:
    """Fills, freezes, approves and carries out lists. Nothing is erased that was not decided, listed and approved."""

    def __init__(self, database: Database, tenants: Tenants, book: FactBook, clock: Clock) -> None:
        self._database, self._tenants, self._book, self._clock = database, tenants, book, clock

    async def propose(self, session: Session, tenant_id: UUID, lines: Sequence[NewLine], *, on: date) -> int:
        """Puts requests whose time is over on the list of their fate that is being filled, opened if need be."""
        if not lines:
            return 0
        await repository.alone(session, tenant_id)
        now, added = self._clock(), 0
        for fate in (Fate.DESTROY, Fate.TRANSFER):
            alike = [line for line in lines if line.fate is fate]
            if not alike:
                continue
            present = await repository.proposed(session, tenant_id, fate)
            salt = secrets.token_bytes(16)
            list_id = (
                present.id
                if present
                else await repository.open_list(session, tenant_id, fate, salt=salt, year=on.year, at=now)
            )
            added += await repository.add(session, tenant_id, list_id, alike)
            if present is None:
                await self._tell(session, tenant_id, list_id, EliminationListChanged, actor=SYSTEM)
        return added

    async def get(self, session: Session, tenant_id: UUID, list_id: UUID) -> EliminationList:
        """Raises `NotFound`."""
        found = await repository.find(session, tenant_id, list_id)
        if found is None:
            raise NotFound
        return found

    async def submit(
        self, session: Session, tenant_id: UUID, list_id: UUID, *, version: int, actor: Actor
    ) -> EliminationList:
        """Freezes a list as the archives will read it; what falls due later goes on the next one."""
        await self._held(session, tenant_id, list_id, version, ListState.PROPOSED)
        values = {"submitted_at": self._clock(), "submitted_by": actor.label}
        return await self._moved(
            session, tenant_id, list_id, ListState.SUBMITTED, values, EliminationListSubmitted, actor=actor
        )

    async def approve(
        self, session: Session, tenant_id: UUID, list_id: UUID, visa: Visa, *, version: int, actor: Actor
    ) -> EliminationList:
        """Enters the visa of the archives: its reference, its day, who gave it. Raises `Invalid`, `WrongState`, `Stale`."""
        present = await self._held(session, tenant_id, list_id, version, ListState.SUBMITTED)
        flaws = [flaw for name, text in (("reference", visa.reference), ("by", visa.by)) for flaw in _said(name, text)]
        now, zone = self._clock(), (await self._tenants.get(session, tenant_id)).time_zone
        if visa.on > civil_day(now, zone):
            flaws.append(Flaw("/on", "future", Said("ce jour n’est pas encore venu", en="that day has not come yet")))
        if flaws:
            raise Invalid(flaws=flaws)
        if present.submitted_at is not None and visa.on < civil_day(present.submitted_at, zone):
            told = Said(
                "le bordereau n’était pas encore arrêté ce jour-là", en="the list was not submitted yet that day"
            )
            raise Invalid(flaws=[Flaw("/on", "before-submission", told)])
        values = {
            "visa_reference": " ".join(visa.reference.split()),
            "visa_on": visa.on,
            "visa_by": " ".join(visa.by.split()),
            "visa_entered_at": now,
            "visa_entered_by": actor.label,
        }
        return await self._moved(
            session, tenant_id, list_id, ListState.APPROVED, values, EliminationListApproved, actor=actor
        )

    async def withdraw(
        self, session: Session, tenant_id: UUID, list_id: UUID, *, reason: str, version: int, actor: Actor
    ) -> EliminationList:
        """Gives a list up, as when the archives refuse: its requests stay, and come back in a year or by a new decision."""
        await self._held(
            session, tenant_id, list_id, version, ListState.PROPOSED, ListState.SUBMITTED, ListState.APPROVED
        )
        if flaws := _said("reason", reason):
            raise Invalid(flaws=flaws)
        now = self._clock()
        released = await repository.release(session, tenant_id, list_id)
        await retention_repository.again(session, tenant_id, released, on=add_months(now.date(), 12))
        values = {"ended_at": now, "ended_because": " ".join(reason.split())}
        return await self._moved(
            session, tenant_id, list_id, ListState.WITHDRAWN, values, EliminationListWithdrawn, actor=actor
        )

    async def start(
        self, session: Session, tenant_id: UUID, list_id: UUID, *, version: int, actor: Actor
    ) -> EliminationList:
        """Has an approved list carried out, by a job that any worker takes up again."""
        await self._held(session, tenant_id, list_id, version, ListState.APPROVED)
        values = {"started_at": self._clock(), "started_by": actor.label}
        moved = await self._moved(
            session, tenant_id, list_id, ListState.RUNNING, values, EliminationListStarted, actor=actor
        )
        await queue.defer(session, _job(tenant_id, list_id))
        return moved

    async def wake(self, tenant_id: UUID) -> None:
        """Takes up again the lists whose process is gone."""
        async with self._database.transaction(tenant=tenant_id) as session:
            jobs = [_job(tenant_id, one) for one in await repository.in_state(session, tenant_id, ListState.RUNNING)]
            waiting = await queue.waiting(session, [job.lock or "" for job in jobs])
            await queue.defer(session, *(job for job in jobs if job.lock not in waiting))

    async def work(self, tenant: str, elimination_list: str) -> None:
        """The job: erases a batch a transaction until nothing is left, then certifies."""
        tenant_id, list_id = UUID(tenant), UUID(elimination_list)
        while await self._batch(tenant_id, list_id):
            pass

    async def _batch(self, tenant_id: UUID, list_id: UUID) -> bool:
        now = self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            present = await repository.find(session, tenant_id, list_id, lock=True)
            if present is None or present.state is not ListState.RUNNING:
                return False
            todo = await repository.to_do(session, tenant_id, list_id, limit=BATCH)
            if not todo:
                await self._certify(session, tenant_id, present)
                return False
            wanted = [line.ticket_id for line in todo]
            contents = await repository.contents(session, tenant_id, wanted)
            early = await self._not_due(session, tenant_id, wanted)
            actor = _actor(present)
            done = await erase_tickets(
                session,
                tenant_id,
                [one for one in wanted if one not in early],
                ground=ErasedFor.ELIMINATION,
                book=self._book,
                actor=actor,
                at=now,
            )
            why: Mapping[UUID, Kept] = {**early, **dict(done.kept)}
            rows = [
                _acted(line, contents.get(line.ticket_id, ()), why.get(line.ticket_id), present.salt)
                | {"acted_at": now}
                for line in todo
            ]
            await repository.acted(session, tenant_id, rows)
            kept = [line.id for line in todo if line.ticket_id in why]
            await retention_repository.again(session, tenant_id, kept, on=add_months(now.date(), 12))
            soon = [line.id for line in todo if line.ticket_id in early]
            await retention_repository.again(session, tenant_id, soon, on=now.date())
            await repository.count(session, tenant_id, list_id, erased=len(todo) - len(kept), kept=len(kept))
        return True

    async def _not_due(self, session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> Mapping[UUID, Kept]:
        """Says which of some listed requests are not due any more, and why: months pass between a list and its visa.

        A request that lived again and was closed once more, a decision since, a longer keeping decided since: its time is
        counted anew. The requests stay as they are until the transaction ends.
        """
        await shifting.alone_with(session, tenant_id, await standing_of.with_merged(session, tenant_id, ticket_ids))
        tenant = await self._tenants.get(session, tenant_id)
        decided = {policy.category: policy for policy in await retention_repository.policies(session, tenant_id)}
        today = civil_day(self._clock(), tenant.time_zone)
        closed = await retention_repository.closed(session, tenant_id, ticket_ids, zone=tenant.time_zone)
        verdicts = {one.ticket_id: decide(one, decided, today=today) for one in closed}
        standings = await standing_of.standings(session, tenant_id, list(verdicts))
        better = {one.ticket_id: keeping.kept(one) for one in standings}
        return {
            one: better[one] or _early(verdict) for one, verdict in verdicts.items() if verdict.stage is not Stage.DUE
        }

    async def _certify(self, session: Session, tenant_id: UUID, present: EliminationList) -> None:
        """Ends a list: its digest binds its reference, its visa, and each line with what became of it, in order."""
        digest, after = certificate_origin(present), None
        while found := await repository.lines(session, tenant_id, present.id, after=after, limit=1000):
            for line in found:
                digest = certificate_link(digest, line)
            after = found[-1].id
        values = {"digest": digest, "ended_at": self._clock()}
        await repository.change(session, tenant_id, present.id, {**values, "state": ListState.DONE.value})
        fact = EliminationListDone(
            tenant_id=tenant_id,
            subject_id=present.id,
            at=self._clock(),
            actor=_actor(present),
            reference=present.reference,
            listed=present.listed,
            erased=present.erased,
            kept=present.kept,
        )
        await self._book.record(session, fact)

    async def _held(
        self, session: Session, tenant_id: UUID, list_id: UUID, version: int, *states: ListState
    ) -> EliminationList:
        found = await repository.find(session, tenant_id, list_id, lock=True)
        if found is None:
            raise NotFound
        if found.version != version:
            raise Stale
        if found.state not in states:
            raise WrongState
        return found

    async def _moved(
        self,
        session: Session,
        tenant_id: UUID,
        list_id: UUID,
        state: ListState,
        values: Mapping[str, Any],
        kind: type[EliminationListChanged],
        *,
        actor: Actor,
    ) -> EliminationList:
        await repository.change(session, tenant_id, list_id, {**values, "state": state.value})
        await self._tell(session, tenant_id, list_id, kind, actor=actor)
        return await self.get(session, tenant_id, list_id)

    async def _tell(
        self, session: Session, tenant_id: UUID, list_id: UUID, kind: type[EliminationListChanged], *, actor: Actor
    ) -> None:
        present = await self.get(session, tenant_id, list_id)
        fact = kind(
            tenant_id=tenant_id,
            subject_id=list_id,
            at=self._clock(),
            actor=actor,
            reference=present.reference,
            listed=present.listed,
        )
        await self._book.record(session, fact)


def certificate_origin(present: EliminationList) -> bytes:
    """Returns what the chain of a certificate begins with: the list and its visa."""
    visa = (present.visa_reference, str(present.visa_on), present.visa_by)
    return _digest(_ORIGIN, present.reference, present.fate.value, *(str(part) for part in visa))


def certificate_link(before: bytes, line: Line) -> bytes:
    """h(n) = SHA-256(h(n-1), the line's number, its dates, what became of it and the digest of what it held)."""
    return _digest(
        before,
        line.reference,
        line.category,
        line.opened_on.isoformat(),
        line.due_on.isoformat(),
        line.state.value,
        line.digest.hex() if line.digest else "",
    )


def _early(verdict: Verdict) -> Kept:
    until = f" (le {in_french(verdict.due_on)})" if verdict.due_on else ""
    return Kept(
        ground=Keeping.ARCHIVES,
        because=f"sa durée n’est plus échue depuis l’inscription : {verdict.because}{until}",
        source="code du patrimoine R212-13",
        until=verdict.due_on,
    )


def _acted(line: Line, contents: Sequence[str], kept: Kept | None, salt: bytes) -> dict[str, Any]:
    if kept is not None:
        return {"id": line.id, "state": LineState.KEPT.value, "kept_because": kept.because, "digest": None}
    # Salted: who holds the list alone cannot tell whether some known letter was in it; who holds the letter and the salt can.
    digest = _digest(salt, line.reference, *contents)
    return {"id": line.id, "state": LineState.ERASED.value, "kept_because": None, "digest": digest}


def _digest(before: bytes, *parts: str) -> bytes:
    return hashlib.sha256(before + "\x1f".join(parts).encode()).digest()


def _actor(present: EliminationList) -> Actor:
    """Returns who had the list carried out: the job acts in their name."""
    kind, _, word = (present.started_by or "").partition(":")
    return Actor(kind, UUID(word)) if word else SYSTEM


def _said(name: str, text: str) -> list[Flaw]:
    if 0 < len(" ".join(text.split())) <= WORDS_MAX:
        return []
    told = Said(f"de 1 à {WORDS_MAX} signes sont attendus", en=f"1 to {WORDS_MAX} characters are expected")
    return [Flaw(f"/{name}", "required", told)]


def _job(tenant_id: UUID, list_id: UUID) -> Job:
    args = {"tenant": str(tenant_id), "elimination_list": str(list_id)}
    return Job(ELIMINATE, args, f"eliminate:{tenant_id}", priority=-10)
