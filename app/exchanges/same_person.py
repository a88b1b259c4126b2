"""Saying that two people are one, and taking it back: one transaction, what moved is named, and nothing leaves for it.

The addresses, the requests and what was written of them go to the person kept, refusals of messages with their address.
An answer still goes to the address that wrote, or to the one an agent chooses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.clock import Clock
from app.contacts import merging, proposing, recognising, repository
from app.contacts.facts import ContactMerged, ContactMergeUndone
from app.contacts.refusals import ContactMergeUndone as AlreadyUndone
from app.contacts.repository import Contact, Point
from app.contacts.values import PersonMerge, ProposalState
from app.db.transaction import Session, whole
from app.errors import Flaw, Invalid, NotFound, Stale
from app.exchanges import receptions
from app.exchanges.addressing import ContactRestricted
from app.exchanges.persons import merged_elsewhere
from app.facts import Actor, FactBook
from app.ids import new_id
from app.rest.etags import etag
from app.rest.languages import Said
from app.tickets import belonging
from app.tickets.belonging import Held
from app.tickets.service import HoldGuard

_RESTRICTED = Said(
    "le traitement de ses données est limité (RGPD art. 18) : gardez cette fiche-ci, ou faites lever la limitation",
    en="the processing of their data is restricted (GDPR art. 18): keep this person, or have the restriction lifted",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A person as the preview of a merge shows them."""

    contact: Contact
    points: Sequence[Point]
    held: Held


@dataclass(frozen=True, slots=True)
class Parted:
    """A merge that was undone; `stayed` counts the requests that came since and stay with the person kept."""

    merge: PersonMerge
    stayed: int


class SamePerson:
    """Merges people, and parts them again."""

    def __init__(self, holds: HoldGuard, book: FactBook, clock: Clock) -> None:
        self._holds, self._book, self._clock = holds, book, clock

    async def preview(self, session: Session, tenant_id: UUID, target_id: UUID, source_id: UUID) -> tuple[Side, Side]:
        """Returns the person who would be kept and the one who would give all. Raises `NotFound`, `Invalid`."""
        if target_id == source_id:
            raise _itself()
        sides = await self.sides(session, tenant_id, [target_id, source_id])
        if len(sides) != 2:
            raise NotFound
        return sides[target_id], sides[source_id]

    async def sides(self, session: Session, tenant_id: UUID, contact_ids: Sequence[UUID]) -> dict[UUID, Side]:
        """Returns people with their addresses and how much they asked, in three statements."""
        if not contact_ids:
            return {}
        people = await repository.contacts(session, tenant_id, contact_ids)
        points = await repository.points_of_contacts(session, tenant_id, contact_ids)
        held = await belonging.held_by(session, tenant_id, contact_ids)
        return {
            one.id: Side(
                contact=one, points=[point for point in points if point.contact_id == one.id], held=held[one.id]
            )
            for one in people
        }

    async def merge(
        self,
        session: Session,
        tenant_id: UUID,
        target_id: UUID,
        source_id: UUID,
        *,
        reason: str,
        version: int,
        actor: Actor,
    ) -> PersonMerge:
        """Gives all that the source has to the target.

        Raises `NotFound`, `Stale` when the target is at another version, `Invalid` for one person, `ContactMergedElsewhere`,
        `ContactRestricted` when the restriction would be lost with the source, `UnderHold` for a person whose requests must stay theirs.
        """
        if target_id == source_id:
            raise _itself()
        people = await self._alone_with(session, tenant_id, [target_id, source_id])
        target, source = people[target_id], people[source_id]
        _check_version(target, version)
        for one in (target, source):
            if one.merged_into is not None:
                raise merged_elsewhere(one)
        if source.restricted_at is not None:
            raise ContactRestricted(_RESTRICTED)
        await self._holds.refuse_if_held(session, tenant_id, contacts=[source_id])
        async with whole(session):  # all of a person's requests go along, those the agent may not see too
            moved = {
                "points": await merging.give_points(session, tenant_id, of=source_id, to=target_id),
                "tickets": await belonging.give(session, tenant_id, of=source_id, to=target_id),
                "clues": await merging.give_clues(session, tenant_id, of=source_id, to=target_id),
            }
        now, merge_id = self._clock(), new_id()
        row = {
            "id": merge_id,
            "source_id": source_id,
            "target_id": target_id,
            "moved": {kind: [str(one) for one in ids] for kind, ids in moved.items()},
            "reason": reason,
            "actor": actor.label,
            "at": now,
        }
        await merging.remember(session, tenant_id, row)
        await repository.change(session, tenant_id, source_id, {"merged_into": target_id})
        await repository.change(session, tenant_id, target_id, {})
        pair = (target_id, source_id)
        await proposing.decide_pair(session, tenant_id, pair, ProposalState.MERGED, by=actor.label, at=now)
        fact = ContactMerged(
            tenant_id=tenant_id, subject_id=target_id, at=now, actor=actor, merge_id=merge_id, source_id=source_id
        )
        await self._book.record(session, fact)
        await recognising.propose(session, self._book, tenant_id, [target_id], at=now)
        return await self._made(session, tenant_id, merge_id)

    async def undo(
        self, session: Session, tenant_id: UUID, target_id: UUID, merge_id: UUID, *, version: int, actor: Actor
    ) -> Parted:
        """Gives back what the merge had moved and the target still has; the two are not proposed again.

        Raises `NotFound`, `Stale`, `AlreadyUndone`, or `ContactMergedElsewhere` when a later merge is to be undone first.
        """
        known = await merging.merge(session, tenant_id, merge_id)
        if known is None or known.target_id != target_id:
            raise NotFound
        people = await self._alone_with(session, tenant_id, [target_id, known.source_id])
        target, source_id = people[target_id], known.source_id
        _check_version(target, version)
        merge = await self._made(session, tenant_id, merge_id)
        if merge.undone_at is not None:
            raise AlreadyUndone(AlreadyUndone.advice)
        if target.merged_into is not None:
            raise merged_elsewhere(target)
        async with whole(session):
            await merging.give_points(session, tenant_id, of=target_id, to=source_id, ids=merge.ids("points"))
            await belonging.give(session, tenant_id, of=target_id, to=source_id, ids=merge.ids("tickets"))
            await merging.give_clues(session, tenant_id, of=target_id, to=source_id, ids=merge.ids("clues"))
            stayed = await belonging.written_from(session, tenant_id, target_id, merge.ids("points"))
        now = self._clock()
        await merging.forget(session, tenant_id, merge_id, by=actor.label, at=now)
        await repository.change(session, tenant_id, source_id, {"merged_into": None})
        await repository.change(session, tenant_id, target_id, {})
        pair = (target_id, source_id)
        await proposing.decide_pair(session, tenant_id, pair, ProposalState.DISMISSED, by=actor.label, at=now)
        fact = ContactMergeUndone(
            tenant_id=tenant_id, subject_id=target_id, at=now, actor=actor, merge_id=merge_id, source_id=source_id
        )
        await self._book.record(session, fact)
        return Parted(await self._made(session, tenant_id, merge_id), stayed)

    async def page(
        self, session: Session, tenant_id: UUID, contact_id: UUID, *, after: UUID | None, limit: int
    ) -> Sequence[PersonMerge]:
        """Returns the merges a person took part in, the last first."""
        return await merging.page(session, tenant_id, contact_id, after=after, limit=limit)

    async def _alone_with(self, session: Session, tenant_id: UUID, contact_ids: Sequence[UUID]) -> dict[UUID, Contact]:
        """Keeps intake away, which names a person in each request it opens. Raises `NotFound`."""
        await receptions.one_at_a_time(session, tenant_id)
        people = await repository.locked(session, tenant_id, contact_ids)
        if len(people) != len(set(contact_ids)):
            raise NotFound
        return people

    async def _made(self, session: Session, tenant_id: UUID, merge_id: UUID) -> PersonMerge:
        found = await merging.merge(session, tenant_id, merge_id)
        if found is None:
            raise NotFound
        return found


def _check_version(contact: Contact, version: int) -> None:
    if contact.version != version:
        raise Stale(headers={"ETag": etag(contact.version)})


def _itself() -> Invalid:
    told = Said("une personne ne se fusionne pas avec elle-même", en="a person is not merged with themselves")
    return Invalid(flaws=[Flaw("/source_id", "itself", told)])
