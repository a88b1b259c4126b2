"""Every SQL statement about absences, and about what the absent lend to those who stand in for them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update

from app.db.sight import Loan, Reach
from app.db.transaction import Session
from app.identity.roles import Role, rights_of
from app.identity.scopes import Scope
from app.identity.tables import AbsenceRecord

# What is lent is asked for with each recognition of a person: one statement, the day told in the administration's zone.
# A suspended account lends nothing.
_LOANS = text(
    "SELECT a.stand_in_id, a.user_id, a.confidential, u.role, u.reach, ARRAY("
    "SELECT m.team_id FROM memberships m WHERE m.tenant_id = a.tenant_id AND m.user_id = a.user_id) AS teams "
    "FROM absences a JOIN users u ON u.tenant_id = a.tenant_id AND u.id = a.user_id JOIN tenants t ON t.id = a.tenant_id "
    "WHERE a.tenant_id = :tenant AND a.stand_in_id = ANY(:stand_ins) AND a.cancelled_at IS NULL AND u.suspended_at IS NULL "
    "AND (CAST(:now AS timestamptz) AT TIME ZONE t.time_zone)::date BETWEEN a.from_on AND a.until_on"
)
# The addresses of those who stand in today for the holders of some addresses; a stand-in who is away is nobody's.
_ALSO = text(
    "SELECT DISTINCT lower(u.email) AS of, s.email FROM users u JOIN absences a ON a.tenant_id = u.tenant_id "
    "AND a.user_id = u.id AND a.cancelled_at IS NULL "
    "JOIN users s ON s.tenant_id = a.tenant_id AND s.id = a.stand_in_id AND s.suspended_at IS NULL "
    "WHERE u.tenant_id = :tenant AND lower(u.email) = ANY(:addresses) AND :on BETWEEN a.from_on AND a.until_on "
    "AND NOT EXISTS (SELECT FROM absences b WHERE b.tenant_id = a.tenant_id AND b.user_id = s.id "
    "AND b.cancelled_at IS NULL AND :on BETWEEN b.from_on AND b.until_on)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Days away, both included. Without a stand-in new requests go to the team."""

    tenant_id: UUID
    id: UUID
    user_id: UUID
    from_on: date
    until_on: date
    stand_in_id: UUID | None
    confidential: bool
    declared_by: str
    declared_at: datetime
    cancelled_at: datetime | None
    version: int


async def add(session: Session, absence: Absence) -> None:
    await session.execute(insert(AbsenceRecord).values(**{name: getattr(absence, name) for name in Absence.__slots__}))


async def get(session: Session, tenant_id: UUID, absence_id: UUID) -> Absence | None:
    query = select(AbsenceRecord).where(AbsenceRecord.tenant_id == tenant_id, AbsenceRecord.id == absence_id)
    row = (await session.execute(query)).scalar_one_or_none()
    return _absence(row) if row else None


async def change(
    session: Session, tenant_id: UUID, absence_id: UUID, values: Mapping[str, Any], *, version: int
) -> bool:
    """Changes an absence that still has the given version; says whether it did."""
    record = AbsenceRecord
    query = update(record).where(record.tenant_id == tenant_id, record.id == absence_id, record.version == version)
    written = query.values(**values, version=record.version + 1).returning(record.id)
    return (await session.execute(written)).first() is not None


async def page(
    session: Session,
    tenant_id: UUID,
    *,
    since: date | None = None,
    user_id: UUID | None = None,
    after: UUID | None = None,
    limit: int = 500,
) -> Sequence[Absence]:
    """Returns a page of absences, cancelled ones too, in the order they were declared; `since`, not over by that day."""
    record = AbsenceRecord
    query = select(record).where(record.tenant_id == tenant_id)
    if since is not None:
        query = query.where(record.until_on >= since, record.cancelled_at.is_(None))
    if user_id is not None:
        query = query.where(record.user_id == user_id)
    if after is not None:
        query = query.where(record.id > after)
    return [_absence(row) for row in (await session.execute(query.order_by(record.id).limit(limit))).scalars()]


async def away(session: Session, tenant_id: UUID, user_ids: Collection[UUID], *, on: date) -> Mapping[UUID, Absence]:
    """Returns who of these is away on a day, each with the absence that says so."""
    record = AbsenceRecord
    query = select(record).where(
        record.tenant_id == tenant_id,
        record.user_id.in_(user_ids),
        record.cancelled_at.is_(None),
        record.from_on <= on,
        record.until_on >= on,
    )
    return {row.user_id: _absence(row) for row in (await session.execute(query)).scalars()}


async def overlapping(
    session: Session, tenant_id: UUID, user_id: UUID, *, from_on: date, until_on: date, but: UUID | None = None
) -> Absence | None:
    """Returns an absence of a person that shares a day with these."""
    record = AbsenceRecord
    query = select(record).where(
        record.tenant_id == tenant_id,
        record.user_id == user_id,
        record.cancelled_at.is_(None),
        record.from_on <= until_on,
        record.until_on >= from_on,
    )
    if but is not None:
        query = query.where(record.id != but)
    row = (await session.execute(query.order_by(record.from_on).limit(1))).scalar_one_or_none()
    return _absence(row) if row else None


async def loans(session: Session, tenant_id: UUID, stand_in_id: UUID, *, now: datetime) -> frozenset[Loan]:
    """Returns what a person may see today for those they stand in for: never more than these may see themselves."""
    return (await loans_of(session, tenant_id, [stand_in_id], now=now))[stand_in_id]


async def loans_of(
    session: Session, tenant_id: UUID, stand_in_ids: Collection[UUID], *, now: datetime
) -> Mapping[UUID, frozenset[Loan]]:
    """Does the same for several people, in one statement."""
    found: dict[UUID, set[Loan]] = {one: set() for one in stand_in_ids}
    for row in await session.execute(_LOANS, {"tenant": tenant_id, "stand_ins": list(stand_in_ids), "now": now}):
        scopes, reach = rights_of(Role(row.role), reach=Reach(row.reach) if row.reach else None)
        if Scope.TICKETS_READ in scopes:
            teams = frozenset(row.teams) if reach is not Reach.ASSIGNED else frozenset[UUID]()
            found[row.stand_in_id].add(Loan(person_id=row.user_id, teams=teams, confidential=row.confidential))
    return {one: frozenset(lent) for one, lent in found.items()}


async def also_to(session: Session, tenant_id: UUID, addresses: Collection[str], *, on: date) -> Mapping[str, str]:
    """Returns, by the lower-cased address of somebody away, the address of who stands in for them on a day."""
    asked = {"tenant": tenant_id, "addresses": [address.lower() for address in addresses], "on": on}
    return {row.of: row.email for row in await session.execute(_ALSO, asked)}


def _absence(row: AbsenceRecord) -> Absence:
    return Absence(**{name: getattr(row, name) for name in Absence.__slots__})
