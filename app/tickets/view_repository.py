"""Every SQL statement of saved views."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select, tuple_, update

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.tickets.owning import Owner, Viewer
from app.tickets.view_tables import ViewRecord
from app.tickets.view_values import Sort, View


async def page(
    session: Session, tenant_id: UUID, viewer: Viewer, *, after: tuple[int, UUID] | None, limit: int
) -> list[View]:
    """Returns a page of the views somebody sees, in their order."""
    record = ViewRecord
    query = select(record).where(record.tenant_id == tenant_id, _seen(viewer))
    if after is not None:
        query = query.where(tuple_(record.rank, record.id) > after)
    rows = (await session.execute(query.order_by(record.rank, record.id).limit(limit))).scalars()
    return [_view(row) for row in rows]


async def view(session: Session, tenant_id: UUID, view_id: UUID) -> View | None:
    query = select(ViewRecord).where(ViewRecord.tenant_id == tenant_id, ViewRecord.id == view_id)
    row = (await session.execute(query)).scalar_one_or_none()
    return _view(row) if row else None


async def held(
    session: Session, tenant_id: UUID, owner: Owner, *, holder: str | None, team_id: UUID | None, most: int
) -> int:
    """Counts the views of one owner, up to `most`."""
    record = ViewRecord
    query = select(record.id).where(
        record.tenant_id == tenant_id,
        record.owner == owner.value,
        record.holder.is_not_distinct_from(holder),
        record.team_id.is_not_distinct_from(team_id),
    )
    return len((await session.execute(query.limit(most))).all())


async def add(session: Session, values: Mapping[str, Any]) -> None:
    await insert_rows(session, ViewRecord, [values])


async def change(session: Session, tenant_id: UUID, view_id: UUID, values: Mapping[str, Any], *, version: int) -> bool:
    """Changes a view that still has the given version; says whether it did."""
    record = ViewRecord
    query = update(record).where(record.tenant_id == tenant_id, record.id == view_id, record.version == version)
    done = await session.execute(query.values(**values, version=record.version + 1).returning(record.id))
    return done.first() is not None


async def remove(session: Session, tenant_id: UUID, view_id: UUID, *, version: int) -> bool:
    """Removes a view that still has the given version; says whether it did."""
    record = ViewRecord
    query = delete(record).where(record.tenant_id == tenant_id, record.id == view_id, record.version == version)
    return (await session.execute(query.returning(record.id))).first() is not None


def _seen(viewer: Viewer) -> ColumnElement[bool]:
    """What `View.seen_by` says, for the list."""
    record = ViewRecord
    of_teams = record.owner == Owner.TEAM.value
    if viewer.teams is not None and not viewer.administers:
        of_teams &= record.team_id.in_(sorted(viewer.teams))
    own = (record.owner == Owner.PERSON.value) & (record.holder == viewer.label)
    return or_(own, of_teams, record.owner == Owner.ADMINISTRATION.value)


def _view(row: ViewRecord) -> View:
    return View(
        id=row.id,
        name=row.name,
        owner=Owner(row.owner),
        holder=row.holder,
        team_id=row.team_id,
        filter=row.filter,
        columns=tuple(row.columns),
        sort=Sort(row.sort),
        rank=row.rank,
        created_at=row.created_at,
        version=row.version,
    )
