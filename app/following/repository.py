"""Every SQL statement of following: followers, what each is told, what each wants."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, column, delete, func, select, table, text, update

from app.db.bulk import document_of, insert_rows
from app.db.transaction import Session
from app.following.tables import FollowerRecord, NotificationRecord, WishesRecord
from app.following.values import Follower, Notification, NotificationKind, Why, Wishes

_TICKETS = table("tickets", *map(column, ("tenant_id", "id", "reference"))).alias("t")
_USERS = table("users", *map(column, ("tenant_id", "id", "name", "suspended_at"))).alias("u")
# Who goes from one request to another is still told: what was merged is followed where it lives.
_CARRY = text(
    "INSERT INTO ticket_followers (tenant_id, ticket_id, user_id, why, since_at) "
    "SELECT f.tenant_id, m.target, f.user_id, f.why, f.since_at FROM unnest(CAST(:sources AS uuid[]), "
    "CAST(:targets AS uuid[])) AS m(source, target) JOIN ticket_followers f ON f.tenant_id = :tenant "
    "AND f.ticket_id = m.source ON CONFLICT DO NOTHING"
)
# What was carried says the same of somebody on both; whoever followed the second by themselves, since another instant.
_PUT_BACK = text(
    "DELETE FROM ticket_followers f USING ticket_followers s WHERE f.tenant_id = :tenant AND f.ticket_id = :of "
    "AND s.tenant_id = f.tenant_id AND s.ticket_id = :to AND s.user_id = f.user_id AND s.why = f.why "
    "AND s.since_at = f.since_at AND NOT EXISTS (SELECT FROM tickets t WHERE t.tenant_id = :tenant AND t.id = :of "
    "AND t.assignee_id = f.user_id)"
)
_STILL_MERGED = text(
    "WITH RECURSIVE taken AS (SELECT id FROM tickets WHERE tenant_id = :tenant AND merged_into = :ticket UNION "
    "SELECT t.id FROM taken JOIN tickets t ON t.tenant_id = :tenant AND t.merged_into = taken.id) SELECT id FROM taken"
)
# Of one message one is told once: that a colleague named one says more than that something was noted.
_NAME = text(
    "INSERT INTO notifications (tenant_id, id, user_id, kind, ticket_id, message_id, actor, actor_name, at) "
    "SELECT tenant_id, id, user_id, kind, ticket_id, message_id, actor, actor_name, at "
    "FROM json_populate_recordset(NULL::notifications, CAST(:rows AS json)) "
    "ON CONFLICT (tenant_id, user_id, message_id) WHERE message_id IS NOT NULL DO UPDATE SET kind = EXCLUDED.kind"
)


async def follow(session: Session, rows: Sequence[Mapping[str, Any]]) -> Sequence[tuple[UUID, UUID]]:
    """Adds followers; returns those who were none, as (request, person)."""
    added = await insert_rows(session, FollowerRecord, rows, skip_conflicts=True, returning=("ticket_id", "user_id"))
    return [(row.ticket_id, row.user_id) for row in added]


async def unfollow(
    session: Session, tenant_id: UUID, ticket_id: UUID, user_id: UUID, *, assigned_since: datetime | None = None
) -> bool:
    """Removes a follower, or only one the request was given to since then; says whether they were one."""
    record = FollowerRecord
    query = delete(record).where(
        record.tenant_id == tenant_id, record.ticket_id == ticket_id, record.user_id == user_id
    )
    if assigned_since is not None:
        query = query.where(record.why == Why.ASSIGNED.value, record.since_at >= assigned_since)
    return (await session.execute(query.returning(record.user_id))).first() is not None


async def carry(session: Session, tenant_id: UUID, moves: Sequence[tuple[UUID, UUID]]) -> None:
    """Has those who follow the first of each pair follow the second too."""
    asked = {"tenant": tenant_id, "sources": [one for one, _ in moves], "targets": [other for _, other in moves]}
    await session.execute(_CARRY, asked)


async def put_back(session: Session, tenant_id: UUID, *, of: UUID, to: UUID) -> None:
    """Has those who follow a request as they follow the one it gives back follow it no longer, but for its assignee.

    Whoever follows what is merged there still goes on.
    """
    await session.execute(_PUT_BACK, {"tenant": tenant_id, "of": of, "to": to})
    left = (await session.execute(_STILL_MERGED, {"tenant": tenant_id, "ticket": of})).scalars().all()
    if left:
        await carry(session, tenant_id, [(one, of) for one in left])


async def followers(
    session: Session, tenant_id: UUID, ticket_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[Follower]:
    """Returns a page of those who follow a request, in the order of their accounts."""
    record = FollowerRecord
    query = (
        select(record.user_id, record.why, record.since_at, _USERS.c.name)
        .join(_USERS, and_(_USERS.c.tenant_id == record.tenant_id, _USERS.c.id == record.user_id))
        .where(record.tenant_id == tenant_id, record.ticket_id == ticket_id, _USERS.c.suspended_at.is_(None))
        .order_by(record.user_id)
    )
    if after is not None:
        query = query.where(record.user_id > after)
    rows = await session.execute(query.limit(limit))
    return [Follower(user_id=row.user_id, name=row.name, why=Why(row.why), since_at=row.since_at) for row in rows]


async def follows(session: Session, tenant_id: UUID, ticket_id: UUID, user_id: UUID) -> bool:
    """Says whether somebody follows a request."""
    record = FollowerRecord
    query = select(record.user_id).where(
        record.tenant_id == tenant_id, record.ticket_id == ticket_id, record.user_id == user_id
    )
    return (await session.execute(query)).first() is not None


async def followed(session: Session, tenant_id: UUID, user_id: UUID, *, most: int) -> int:
    """Counts what somebody follows, up to `most`."""
    record = FollowerRecord
    query = select(record.ticket_id).where(record.tenant_id == tenant_id, record.user_id == user_id).limit(most)
    return len((await session.execute(query)).all())


async def told_of(
    session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[tuple[UUID, frozenset[str]]]]:
    """Returns who follows each of some requests, each with what they do not want to be told."""
    record, wishes = FollowerRecord, WishesRecord
    query = (
        select(record.ticket_id, record.user_id, wishes.muted)
        .outerjoin(wishes, and_(wishes.tenant_id == record.tenant_id, wishes.user_id == record.user_id))
        .where(record.tenant_id == tenant_id, record.ticket_id.in_(ticket_ids))
    )
    found: dict[UUID, list[tuple[UUID, frozenset[str]]]] = {}
    for row in await session.execute(query):
        found.setdefault(row.ticket_id, []).append((row.user_id, frozenset(row.muted or ())))
    return found


async def wishes(session: Session, tenant_id: UUID, user_ids: Sequence[UUID]) -> Mapping[UUID, Wishes]:
    """Returns what each of some people wants; those who never said are left out."""
    record = WishesRecord
    query = select(record).where(record.tenant_id == tenant_id, record.user_id.in_(user_ids))
    rows = (await session.execute(query.execution_options(populate_existing=True))).scalars()
    return {row.user_id: _wishes(row) for row in rows}


async def wish(session: Session, tenant_id: UUID, user_id: UUID, values: Mapping[str, Any], *, version: int) -> bool:
    """Writes what somebody wants at the version they read; says whether it could."""
    record = WishesRecord
    if version == 0:
        row = {"tenant_id": tenant_id, "user_id": user_id, **values, "version": 1}
        return bool(await insert_rows(session, record, [row], skip_conflicts=True, returning=("user_id",)))
    same = (record.tenant_id == tenant_id, record.user_id == user_id, record.version == version)
    query = update(record).where(*same).values(**values, version=version + 1).returning(record.user_id)
    return (await session.execute(query)).first() is not None


async def tell(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes what people are told; of one message one is told once."""
    await insert_rows(session, NotificationRecord, rows, skip_conflicts=True)


async def name(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes that people were named in a message, in the place of what they were told of it."""
    if rows:
        await session.execute(_NAME, {"rows": document_of(rows)})


async def page(
    session: Session, tenant_id: UUID, user_id: UUID, *, unread: bool, after: UUID | None, limit: int
) -> Sequence[Notification]:
    """Returns a page of what somebody was told of requests they still see, the latest first."""
    record = NotificationRecord
    query = (
        select(record, _TICKETS.c.reference)
        .join(_TICKETS, and_(_TICKETS.c.tenant_id == record.tenant_id, _TICKETS.c.id == record.ticket_id))
        .where(record.tenant_id == tenant_id, record.user_id == user_id)
    )
    if unread:
        query = query.where(record.read_at.is_(None))
    if after is not None:
        query = query.where(record.id < after)
    rows = await session.execute(query.order_by(record.id.desc()).limit(limit))
    return [_notification(row, reference) for row, reference in rows]


async def unread(session: Session, tenant_id: UUID, user_id: UUID, *, most: int) -> int:
    """Counts what somebody has not read of requests they still see, up to `most`."""
    record = NotificationRecord
    query: Select[Any] = select(record.id).where(
        record.tenant_id == tenant_id, record.user_id == user_id, record.read_at.is_(None)
    )
    counted = select(func.count()).select_from(query.limit(most).subquery())
    return int((await session.execute(counted)).scalar_one())


async def read(
    session: Session, tenant_id: UUID, user_id: UUID, *, at: datetime, notification_id: UUID | None = None
) -> None:
    """Marks one of somebody's notifications, or all of them, as read."""
    record = NotificationRecord
    query = update(record).where(record.tenant_id == tenant_id, record.user_id == user_id, record.read_at.is_(None))
    if notification_id is not None:
        query = query.where(record.id == notification_id)
    await session.execute(query.values(read_at=at))


async def one(session: Session, tenant_id: UUID, user_id: UUID, notification_id: UUID) -> Notification | None:
    record = NotificationRecord
    query = (
        select(record, _TICKETS.c.reference)
        .join(_TICKETS, and_(_TICKETS.c.tenant_id == record.tenant_id, _TICKETS.c.id == record.ticket_id))
        .where(record.tenant_id == tenant_id, record.user_id == user_id, record.id == notification_id)
    )
    row = (await session.execute(query.execution_options(populate_existing=True))).one_or_none()
    return _notification(*row) if row else None


async def forget(session: Session, tenant_id: UUID, *, before: datetime, limit: int) -> int:
    """Removes what was told before an instant; returns how much."""
    record = NotificationRecord
    old = select(record.id).where(record.tenant_id == tenant_id, record.at < before).limit(limit)
    gone = delete(record).where(record.tenant_id == tenant_id, record.id.in_(old)).returning(record.id)
    return len((await session.execute(gone)).all())


def _wishes(row: WishesRecord) -> Wishes:
    return Wishes(
        follow_assigned=row.follow_assigned,
        follow_mentioned=row.follow_mentioned,
        muted=tuple(NotificationKind(one) for one in row.muted),
        version=row.version,
    )


def _notification(row: NotificationRecord, reference: str) -> Notification:
    return Notification(
        id=row.id,
        kind=NotificationKind(row.kind),
        ticket_id=row.ticket_id,
        reference=reference,
        message_id=row.message_id,
        actor=row.actor,
        actor_name=row.actor_name,
        at=row.at,
        read_at=row.read_at,
    )
