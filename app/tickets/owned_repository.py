"""Every SQL statement of what a person, a team or the administration keeps, whichever its table."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from sqlalchemy import ColumnElement, delete, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.errors import Conflict
from app.tickets.owned_tables import OwnedRow
from app.tickets.owning import Owned, Owner, Viewer

R = TypeVar("R", bound=OwnedRow)


async def page(
    session: Session, record: type[R], tenant_id: UUID, viewer: Viewer, *, after: tuple[int, UUID] | None, limit: int
) -> Sequence[R]:
    """Returns a page of those somebody sees, in their order."""
    query = select(record).where(record.tenant_id == tenant_id, _seen(record, viewer))
    if after is not None:
        query = query.where(tuple_(record.rank, record.id) > after)
    return list((await session.execute(query.order_by(record.rank, record.id).limit(limit))).scalars())


async def one(session: Session, record: type[R], tenant_id: UUID, owned_id: UUID) -> R | None:
    query = select(record).where(record.tenant_id == tenant_id, record.id == owned_id)
    return (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()


async def held(session: Session, record: type[R], tenant_id: UUID, owned: Owned, *, most: int) -> int:
    """Counts those of one owner, up to `most`."""
    query = select(record.id).where(
        record.tenant_id == tenant_id,
        record.owner == owned.owner.value,
        record.holder.is_not_distinct_from(owned.holder),
        record.team_id.is_not_distinct_from(owned.team_id),
    )
    return len((await session.execute(query.limit(most))).all())


async def add(session: Session, record: type[R], values: Mapping[str, Any]) -> bool:
    """Says whether there was room for it: a name of which each owner has one may be taken."""
    return bool(await insert_rows(session, record, [values], skip_conflicts=True, returning=["id"]))


async def change(
    session: Session,
    record: type[R],
    tenant_id: UUID,
    owned_id: UUID,
    values: Mapping[str, Any],
    *,
    version: int,
    taken: Conflict,
) -> bool:
    """Changes one that still has the given version; says whether it did. Raises `taken` where only one may be so named."""
    query = update(record).where(record.tenant_id == tenant_id, record.id == owned_id, record.version == version)
    try:
        done = await session.execute(query.values(**values, version=record.version + 1).returning(record.id))
    except IntegrityError as error:
        if isinstance(error.orig, psycopg.errors.UniqueViolation):
            raise taken from error
        raise
    return done.first() is not None


async def remove(session: Session, record: type[R], tenant_id: UUID, owned_id: UUID, *, version: int) -> bool:
    """Removes one that still has the given version; says whether it did."""
    query = delete(record).where(record.tenant_id == tenant_id, record.id == owned_id, record.version == version)
    return (await session.execute(query.returning(record.id))).first() is not None


def _seen(record: type[OwnedRow], viewer: Viewer) -> ColumnElement[bool]:
    """What `Owned.seen_by` says, for the list."""
    of_teams = record.owner == Owner.TEAM.value
    if viewer.teams is not None and not viewer.administers:
        of_teams &= record.team_id.in_(sorted(viewer.teams))
    own = (record.owner == Owner.PERSON.value) & (record.holder == viewer.label)
    return or_(own, of_teams, record.owner == Owner.ADMINISTRATION.value)
