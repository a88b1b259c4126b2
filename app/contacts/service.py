"""Who wrote: one contact point per address, one contact per point until a person says they are the same."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.contacts import repository
from app.contacts.repository import Contact, Point
from app.db.transaction import Session
from app.errors import NotFound
from app.ids import new_id


class PointKey(NamedTuple):
    """What identifies a point: `scope` is the account an id is relative to (a page), else empty."""

    kind: str
    scope: str
    address: str


async def resolve(
    session: Session, tenant_id: UUID, wanted: Mapping[PointKey, str], *, at: datetime
) -> dict[PointKey, Point]:
    """Finds or makes the points of a batch, with a new contact each where unknown; values are display names.

    A name never joins two people, and a renamed account keeps its contact: identity is the address alone.
    """
    if not wanted:
        return {}
    found = await _found(session, tenant_id, wanted)
    missing = [key for key in wanted if key not in found]
    if missing:
        people = {key: new_id() for key in missing}
        await repository.add_contacts(
            session,
            [
                {"tenant_id": tenant_id, "id": people[k], "display_name": wanted[k], "created_at": at, "version": 1}
                for k in missing
            ],
        )
        await repository.add_points(
            session,
            [
                {
                    "tenant_id": tenant_id,
                    "id": new_id(),
                    "contact_id": people[key],
                    "kind": key.kind,
                    "scope": key.scope,
                    "address": key.address,
                    "display_name": wanted[key],
                    "created_at": at,
                }
                for key in missing
            ],
        )
        found = await _found(session, tenant_id, wanted)
        # Another transaction may have made a point first: the contact prepared here for it is nobody.
        kept = {point.contact_id for point in found.values()}
        orphans = [person for person in people.values() if person not in kept]
        if orphans:
            await repository.remove_contacts(session, tenant_id, orphans)
    return found


async def point(session: Session, tenant_id: UUID, point_id: UUID) -> Point:
    found = await repository.point(session, tenant_id, point_id)
    if found is None:
        raise NotFound("no such contact point")
    return found


async def points(session: Session, tenant_id: UUID, point_ids: Collection[UUID]) -> dict[UUID, Point]:
    """Returns the points that exist among those, in one statement."""
    if not point_ids:
        return {}
    return {one.id: one for one in await repository.points_by_ids(session, tenant_id, list(point_ids))}


async def contact(session: Session, tenant_id: UUID, contact_id: UUID) -> tuple[Contact, Sequence[Point]]:
    """Returns a person and their addresses. Raises `NotFound`."""
    found = await contact_or_none(session, tenant_id, contact_id)
    if found is None:
        raise NotFound
    return found


async def contact_or_none(
    session: Session, tenant_id: UUID, contact_id: UUID
) -> tuple[Contact, Sequence[Point]] | None:
    found = await repository.contact(session, tenant_id, contact_id)
    return (found, await repository.points_of_contact(session, tenant_id, contact_id)) if found else None


async def living(session: Session, tenant_id: UUID, contact_id: UUID) -> UUID | None:
    """Returns who a person is now: themselves, or whoever they were merged into; None for nobody."""
    return await repository.living(session, tenant_id, contact_id)


async def page(
    session: Session, tenant_id: UUID, *, q: str | None, after: tuple[str, UUID] | None, limit: int
) -> Sequence[Contact]:
    """Returns a page of people by name; `q` is how a name begins, or a whole address."""
    return await repository.page(session, tenant_id, q=q, after=after, limit=limit)


async def opt_out(session: Session, tenant_id: UUID, point_ids: Iterable[UUID], *, at: datetime) -> None:
    """Notes that a point refuses messages of its channel; what it sends goes on being received."""
    ids = list(point_ids)
    if ids:
        await repository.opt_out(session, tenant_id, ids, at=at)


async def opt_in(session: Session, tenant_id: UUID, point_ids: Iterable[UUID]) -> None:
    """Notes that a point takes messages of its channel again, because its owner asked for them."""
    ids = list(point_ids)
    if ids:
        await repository.opt_in(session, tenant_id, ids)


async def _found(session: Session, tenant_id: UUID, wanted: Iterable[PointKey]) -> dict[PointKey, Point]:
    points = await repository.points_of(session, tenant_id, list(wanted))
    return {PointKey(p.kind, p.scope, p.address): p for p in points}
