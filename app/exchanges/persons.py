"""What agents do with people: write one down, add and prove an address, take away one that is somebody else's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.channels.contract import PointKind
from app.channels.kit.addresses import normalise
from app.channels.kit.phone import e164, region_of
from app.clock import Clock
from app.contacts import recognising, repository
from app.contacts.facts import ContactUpdated
from app.contacts.refusals import ContactMergedElsewhere, OnlyPoint, PointTaken
from app.contacts.repository import Contact, Point
from app.contacts.values import Proof
from app.db.transaction import Session, whole
from app.errors import Flaw, Invalid, NotFound, Stale
from app.exchanges import receptions
from app.facts import Actor, FactBook
from app.ids import Prefix, new_id, public_id
from app.rest.etags import etag
from app.rest.languages import Said
from app.tenants.service import Tenants
from app.tickets import belonging


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """An address as an agent typed it; what providers name is learnt from them alone."""

    kind: PointKind
    address: str


class Persons:
    """The use cases of people; every change states a fact and moves the person's version."""

    def __init__(self, tenants: Tenants, book: FactBook, clock: Clock) -> None:
        self._tenants, self._book, self._clock = tenants, book, clock

    async def create(
        self, session: Session, tenant_id: UUID, *, display_name: str, typed: Sequence[Typed], actor: Actor
    ) -> UUID:
        """Writes a person down. Raises `Invalid` for an address that is none, `PointTaken` for somebody else's."""
        contact_id, now = new_id(), self._clock()
        row = {"tenant_id": tenant_id, "id": contact_id, "display_name": display_name, "created_at": now, "version": 1}
        await repository.add_contacts(session, [row])
        for place, one in enumerate(typed):
            await self._add(session, tenant_id, contact_id, one, field=f"/points/{place}/address", name=display_name)
        await self._changed(session, tenant_id, contact_id, "created", actor=actor, bump=False)
        await recognising.propose(session, self._book, tenant_id, [contact_id], at=now)
        return contact_id

    async def rename(
        self, session: Session, tenant_id: UUID, contact_id: UUID, name: str, *, version: int, actor: Actor
    ) -> None:
        """Names a person. Raises `NotFound`, `Stale`, `ContactMergedElsewhere`."""
        await self.at_version(session, tenant_id, contact_id, version=version)
        await repository.change(session, tenant_id, contact_id, {"display_name": name})
        await self._changed(session, tenant_id, contact_id, "renamed", actor=actor, bump=False)

    async def add_point(
        self, session: Session, tenant_id: UUID, contact_id: UUID, typed: Typed, *, version: int, actor: Actor
    ) -> UUID:
        """Adds an address nobody has proved yet. Raises `Invalid`, `PointTaken`, and what `at_version` does."""
        contact = await self.at_version(session, tenant_id, contact_id, version=version)
        point_id = await self._add(session, tenant_id, contact_id, typed, field="/address", name=contact.display_name)
        await self._changed(session, tenant_id, contact_id, "point_added", point_id, actor=actor)
        await recognising.propose(session, self._book, tenant_id, [contact_id], at=self._clock())
        return point_id

    async def prove(
        self, session: Session, tenant_id: UUID, contact_id: UUID, point_id: UUID, *, version: int, actor: Actor
    ) -> None:
        """Notes that an agent saw who holds an address. Raises `NotFound` for another person's."""
        await self.at_version(session, tenant_id, contact_id, version=version)
        await self._own(session, tenant_id, contact_id, point_id)
        await repository.prove(session, tenant_id, [point_id], how=Proof.AGENT, at=self._clock(), again=True)
        await self._changed(session, tenant_id, contact_id, "point_verified", point_id, actor=actor)

    async def doubt(
        self, session: Session, tenant_id: UUID, contact_id: UUID, point_id: UUID, *, version: int, actor: Actor
    ) -> None:
        """Withdraws the proof of an address."""
        await self.at_version(session, tenant_id, contact_id, version=version)
        await self._own(session, tenant_id, contact_id, point_id)
        await repository.doubt(session, tenant_id, point_id)
        await self._changed(session, tenant_id, contact_id, "point_unverified", point_id, actor=actor)

    async def remove_point(
        self, session: Session, tenant_id: UUID, contact_id: UUID, point_id: UUID, *, version: int, actor: Actor
    ) -> UUID | None:
        """Takes an address away from a person.

        One that nothing was written from disappears. One that wrote becomes a person of its own, with the requests made
        from it: returns that person. Raises `OnlyPoint` when it is all that is known of who wrote.
        """
        await receptions.one_at_a_time(session, tenant_id)
        await self.at_version(session, tenant_id, contact_id, version=version)
        point = await self._own(session, tenant_id, contact_id, point_id)
        parted: UUID | None = None
        async with whole(session):  # a request the agent may not see was written from it too
            used = await belonging.used(session, tenant_id, point_id)
        if used:
            if len(await repository.points_of_contact(session, tenant_id, contact_id)) == 1:
                raise OnlyPoint(OnlyPoint.advice)
            parted = await self._part(session, tenant_id, contact_id, point, at=self._clock())
            await self._changed(session, tenant_id, parted, "created", actor=actor, bump=False)
        else:
            await repository.remove_point(session, tenant_id, point_id)
        await self._changed(session, tenant_id, contact_id, "point_removed", point_id, actor=actor)
        return parted

    async def at_version(self, session: Session, tenant_id: UUID, contact_id: UUID, *, version: int) -> Contact:
        """Locks a person an agent read. Raises `NotFound`, `ContactMergedElsewhere`, `Stale`."""
        found = await repository.contact(session, tenant_id, contact_id, lock=True)
        if found is None:
            raise NotFound
        if found.merged_into is not None:
            raise merged_elsewhere(found)
        if found.version != version:
            raise Stale(headers={"ETag": etag(found.version)})
        return found

    async def _part(self, session: Session, tenant_id: UUID, contact_id: UUID, point: Point, *, at: datetime) -> UUID:
        other = new_id()
        row = {"tenant_id": tenant_id, "id": other, "display_name": point.display_name, "created_at": at, "version": 1}
        await repository.add_contacts(session, [row])
        await repository.give_point(session, tenant_id, point.id, to=other)
        async with whole(session):
            await belonging.give(session, tenant_id, of=contact_id, to=other, point_id=point.id)
        return other

    async def _add(
        self, session: Session, tenant_id: UUID, contact_id: UUID, typed: Typed, *, field: str, name: str
    ) -> UUID:
        tenant = await self._tenants.get(session, tenant_id)
        address = written(typed, region=region_of(tenant.territory), field=field)
        row = {
            "tenant_id": tenant_id,
            "id": new_id(),
            "contact_id": contact_id,
            "kind": typed.kind.value,
            "scope": "",
            "address": address,
            "display_name": name,
            "created_at": self._clock(),
        }
        await repository.add_points(session, [row])
        (point,) = await repository.points_of(session, tenant_id, [(typed.kind.value, "", address)])
        if point.contact_id != contact_id:
            raise _taken(point)
        return point.id

    async def _own(self, session: Session, tenant_id: UUID, contact_id: UUID, point_id: UUID) -> Point:
        point = await repository.point(session, tenant_id, point_id)
        if point is None or point.contact_id != contact_id:
            raise NotFound
        return point

    async def _changed(
        self,
        session: Session,
        tenant_id: UUID,
        contact_id: UUID,
        change: str,
        point_id: UUID | None = None,
        *,
        actor: Actor,
        bump: bool = True,
    ) -> None:
        if bump:
            await repository.change(session, tenant_id, contact_id, {})
        fact = ContactUpdated(
            tenant_id=tenant_id,
            subject_id=contact_id,
            at=self._clock(),
            actor=actor,
            change=change,
            point_id=point_id,
        )
        await self._book.record(session, fact)


def written(typed: Typed, *, region: str, field: str) -> str:
    """Returns a typed address as it is kept. Raises `Invalid` for what is none."""
    match typed.kind:
        case PointKind.EMAIL:
            address = normalise(typed.address.strip())
            if address is None:
                told = Said("ce n'est pas une adresse électronique", en="not an e-mail address")
                raise Invalid(flaws=[Flaw(field, "email", told)])
            return address
        case PointKind.PHONE:
            number = e164(typed.address, territory=region)
            if number is None:
                told = Said("ce n'est pas un numéro de téléphone", en="not a telephone number")
                raise Invalid(flaws=[Flaw(field, "phone", told)])
            return number
        case _:
            told = Said("donnez une adresse électronique ou un numéro", en="give an e-mail address or a number")
            raise Invalid(flaws=[Flaw(field, "kind", told)])


def merged_elsewhere(contact: Contact) -> ContactMergedElsewhere:
    kept = public_id(Prefix.CONTACT, contact.merged_into) if contact.merged_into else ""
    return ContactMergedElsewhere(
        Said(
            f"ouvrez {kept}, qui a repris ses demandes, ou défaites la fusion",
            en=f"open {kept}, which took over, or undo the merge",
        )
    )


def _taken(point: Point) -> PointTaken:
    owner = public_id(Prefix.CONTACT, point.contact_id)
    return PointTaken(
        Said(
            f"ouvrez {owner} : si c'est la même personne, fusionnez les deux",
            en=f"open {owner}: if it is the same person, merge both",
        )
    )
