"""Every SQL statement about accounts and teams."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, insert, or_, select, update

from app.db.bulk import insert_rows
from app.db.sight import Reach
from app.db.transaction import Session
from app.identity.codes import code_bound
from app.identity.people import Person, Team
from app.identity.roles import Role
from app.identity.tables import MembershipRecord, PasskeyRecord, TeamRecord, UserRecord
from app.vault.columns import SealedColumn

SEALED = SealedColumn(name="second factors", record=UserRecord, column="totp", bound_to=code_bound)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What proves an account: never leaves this package."""

    person: Person
    password: str | None
    totp: bytes | None
    totp_step: int | None


def _people(tenant_id: UUID) -> Select[Any]:
    teams = (
        select(func.array_agg(MembershipRecord.team_id))
        .where(MembershipRecord.tenant_id == tenant_id, MembershipRecord.user_id == UserRecord.id)
        .correlate(UserRecord)
        .scalar_subquery()
    )
    passkeys = (
        select(func.count())
        .select_from(PasskeyRecord)
        .where(PasskeyRecord.tenant_id == tenant_id, PasskeyRecord.user_id == UserRecord.id)
        .correlate(UserRecord)
        .scalar_subquery()
    )
    return select(UserRecord, teams, passkeys).where(UserRecord.tenant_id == tenant_id)


async def person(session: Session, tenant_id: UUID, user_id: UUID) -> Person | None:
    row = (await session.execute(_people(tenant_id).where(UserRecord.id == user_id))).first()
    return _person(*row) if row else None


async def some(session: Session, tenant_id: UUID, user_ids: Collection[UUID]) -> Mapping[UUID, Person]:
    """Returns some people, in one statement."""
    rows = await session.execute(_people(tenant_id).where(UserRecord.id.in_(list(user_ids))))
    return {one.id: one for one in (_person(*row) for row in rows)}


async def credentials(
    session: Session, tenant_id: UUID, *, email: str | None = None, user_id: UUID | None = None
) -> Credentials | None:
    """Finds an account to be proven, by its compared address or its id, and holds it until the transaction ends."""
    wanted = UserRecord.email_key == email if email is not None else UserRecord.id == user_id
    row = (await session.execute(_people(tenant_id).where(wanted).with_for_update(of=UserRecord))).first()
    if row is None:
        return None
    record = row[0]
    return Credentials(person=_person(*row), password=record.password, totp=record.totp, totp_step=record.totp_step)


async def page(session: Session, tenant_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Person]:
    query = _people(tenant_id)
    if after is not None:
        query = query.where(UserRecord.id > after)
    return [_person(*row) for row in await session.execute(query.order_by(UserRecord.id).limit(limit))]


async def names(session: Session, tenant_id: UUID) -> Mapping[UUID, str]:
    query = select(UserRecord.id, UserRecord.name).where(UserRecord.tenant_id == tenant_id).limit(1000)
    return {row.id: row.name for row in await session.execute(query)}


async def administrators_addresses(session: Session, tenant_id: UUID) -> Sequence[str]:
    """Returns the addresses of the administrators whose account is open."""
    record = UserRecord
    query = select(record.email).where(
        record.tenant_id == tenant_id, record.role == Role.ADMINISTRATOR.value, record.suspended_at.is_(None)
    )
    return list((await session.execute(query.order_by(record.id).limit(100))).scalars())


async def taken(session: Session, tenant_id: UUID, email: str) -> bool:
    query = select(UserRecord.id).where(UserRecord.tenant_id == tenant_id, UserRecord.email_key == email)
    return (await session.execute(query)).first() is not None


async def add(session: Session, values: Mapping[str, Any]) -> None:
    await session.execute(insert(UserRecord).values(**values))


async def change(
    session: Session, tenant_id: UUID, user_id: UUID, values: Mapping[str, Any], *, version: int | None = None
) -> bool:
    """Changes an account and its version; False when it is not there, or is not at that version any more."""
    wanted = [UserRecord.tenant_id == tenant_id, UserRecord.id == user_id]
    if version is not None:
        wanted.append(UserRecord.version == version)
    written = {**values, "version": UserRecord.version + 1}
    result = await session.execute(update(UserRecord).where(*wanted).values(**written).returning(UserRecord.id))
    return result.first() is not None


async def note(session: Session, tenant_id: UUID, user_id: UUID, **values: Any) -> None:
    """Writes what changes by use (last seen, last code): no new version."""
    await session.execute(
        update(UserRecord).where(UserRecord.tenant_id == tenant_id, UserRecord.id == user_id).values(**values)
    )


async def administrators(session: Session, tenant_id: UUID) -> Sequence[UUID]:
    """Returns the accounts that can set the house up, and holds them: the last one cannot go.

    Who was invited and never came sets nothing up yet.
    """
    query = (
        select(UserRecord.id)
        .where(
            UserRecord.tenant_id == tenant_id,
            UserRecord.role == Role.ADMINISTRATOR,
            UserRecord.suspended_at.is_(None),
            or_(UserRecord.password.is_not(None), UserRecord.seen_at.is_not(None)),
        )
        .order_by(UserRecord.id)
        .with_for_update()
    )
    return (await session.execute(query)).scalars().all()


async def place(session: Session, tenant_id: UUID, user_id: UUID, teams: Collection[UUID], *, at: datetime) -> None:
    """Puts a person in exactly these teams."""
    gone = delete(MembershipRecord).where(
        MembershipRecord.tenant_id == tenant_id,
        MembershipRecord.user_id == user_id,
        MembershipRecord.team_id.not_in(teams),
    )
    await session.execute(gone)
    kept = select(MembershipRecord.team_id).where(
        MembershipRecord.tenant_id == tenant_id, MembershipRecord.user_id == user_id
    )
    already = set((await session.execute(kept)).scalars())
    rows = [
        {"tenant_id": tenant_id, "user_id": user_id, "team_id": team, "since": at}
        for team in sorted(set(teams) - already)
    ]
    if rows:
        await insert_rows(session, MembershipRecord, rows)


async def teams(session: Session, tenant_id: UUID, *, ids: Collection[UUID] | None = None) -> Sequence[Team]:
    """Returns the teams that are not archived, by name, with how many are in each; with `ids`, those, archived or not."""
    query = _teams(tenant_id)
    query = query.where(TeamRecord.archived_at.is_(None) if ids is None else TeamRecord.id.in_(ids))
    rows = await session.execute(query.order_by(TeamRecord.name_key, TeamRecord.id).limit(1000))
    return [_team(*row) for row in rows]


async def teams_page(session: Session, tenant_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Team]:
    query = _teams(tenant_id).where(TeamRecord.archived_at.is_(None))
    if after is not None:
        query = query.where(TeamRecord.id > after)
    return [_team(*row) for row in await session.execute(query.order_by(TeamRecord.id).limit(limit))]


def _teams(tenant_id: UUID) -> Select[Any]:
    members = (
        select(func.count())
        .select_from(MembershipRecord)
        .join(
            UserRecord,
            (UserRecord.tenant_id == MembershipRecord.tenant_id) & (UserRecord.id == MembershipRecord.user_id),
        )
        .where(
            MembershipRecord.tenant_id == tenant_id,
            MembershipRecord.team_id == TeamRecord.id,
            UserRecord.suspended_at.is_(None),
        )
        .correlate(TeamRecord)
        .scalar_subquery()
    )
    return select(TeamRecord, members).where(TeamRecord.tenant_id == tenant_id)


async def add_team(session: Session, values: Mapping[str, Any]) -> None:
    await session.execute(insert(TeamRecord).values(**values))


async def change_team(
    session: Session, tenant_id: UUID, team_id: UUID, values: Mapping[str, Any], *, version: int
) -> bool:
    result = await session.execute(
        update(TeamRecord)
        .where(TeamRecord.tenant_id == tenant_id, TeamRecord.id == team_id, TeamRecord.version == version)
        .values(**values, version=TeamRecord.version + 1)
        .returning(TeamRecord.id)
    )
    return result.first() is not None


def _person(row: UserRecord, teams: Sequence[UUID] | None, passkeys: int) -> Person:
    return Person(
        tenant_id=row.tenant_id,
        id=row.id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        reach=Reach(row.reach) if row.reach else None,
        has_password=row.password is not None,
        has_code=row.totp is not None,
        suspended_at=row.suspended_at,
        seen_at=row.seen_at,
        created_at=row.created_at,
        version=row.version,
        teams=frozenset(teams or ()),
        passkeys=passkeys,
    )


def _team(row: TeamRecord, members: int) -> Team:
    return Team(
        tenant_id=row.tenant_id,
        id=row.id,
        name=row.name,
        parent_id=row.parent_id,
        archived_at=row.archived_at,
        created_at=row.created_at,
        version=row.version,
        members=members,
    )


async def by_addresses(session: Session, tenant_id: UUID, keys: Collection[str]) -> Mapping[str, UUID]:
    """Returns the accounts that are not suspended among those of some compared addresses, in one statement."""
    query = select(UserRecord.email_key, UserRecord.id).where(
        UserRecord.tenant_id == tenant_id, UserRecord.email_key.in_(list(keys)), UserRecord.suspended_at.is_(None)
    )
    return {row.email_key: row.id for row in await session.execute(query)}
