"""Every SQL statement about business hours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.db.transaction import Session
from app.ids import new_id
from app.reporting.opening.hours import BusinessHours, Opening
from app.reporting.opening.tables import BusinessHoursRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenHours:
    """What somebody chose, and when; version 0 is what stands while nobody has."""

    hours: BusinessHours = field(default_factory=BusinessHours)
    updated_at: datetime | None = None
    updated_by: str | None = None
    version: int = 0


async def chosen(session: Session, tenant_id: UUID, team_id: UUID | None) -> ChosenHours | None:
    """Returns the hours of a team, or of the administration itself; None when none were chosen."""
    record = BusinessHoursRecord
    query = select(record).where(record.tenant_id == tenant_id, record.team_id.is_not_distinct_from(team_id))
    row = (await session.execute(query)).scalar_one_or_none()
    return None if row is None else _read(row)


async def every(session: Session, tenant_id: UUID) -> Mapping[UUID | None, BusinessHours]:
    """Returns all that was chosen, by team; None stands for the administration. What was taken away is not there."""
    query = select(BusinessHoursRecord).where(BusinessHoursRecord.tenant_id == tenant_id)
    return {row.team_id: _read(row).hours for row in (await session.execute(query)).scalars() if row.week}


async def choose(
    session: Session,
    tenant_id: UUID,
    team_id: UUID | None,
    wanted: BusinessHours,
    *,
    version: int,
    by: str,
    at: datetime,
) -> bool:
    """Writes hours decided on a version (0: none were chosen); says whether that version still stood."""
    record = BusinessHoursRecord
    values: Mapping[str, Any] = {
        "week": [[one.weekday, one.opens, one.closes] for one in sorted(wanted.week)],
        "closed_on": [day.isoformat() for day in sorted(wanted.closed_on)],
        "updated_at": at,
        "updated_by": by,
    }
    if version == 0:
        first = insert(record).values(tenant_id=tenant_id, id=new_id(), team_id=team_id, version=1, **values)
        return (await session.execute(first.on_conflict_do_nothing().returning(record.version))).first() is not None
    query = (
        update(record)
        .where(record.tenant_id == tenant_id, record.team_id.is_not_distinct_from(team_id), record.version == version)
        .values(**values, version=version + 1)
    )
    return (await session.execute(query.returning(record.version))).first() is not None


def _read(row: BusinessHoursRecord) -> ChosenHours:
    week = tuple(Opening(*one) for one in row.week)
    closed = frozenset(date.fromisoformat(day) for day in row.closed_on)
    return ChosenHours(
        hours=BusinessHours(week=week, closed_on=closed),
        updated_at=row.updated_at,
        updated_by=row.updated_by,
        version=row.version,
    )
