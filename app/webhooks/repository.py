"""Every SQL statement of outgoing webhooks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, delete, exists, func, or_, select, text, tuple_, update

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.live.events import Event
from app.live.tables import EventRecord
from app.vault.columns import SealedColumn
from app.webhooks.secrecy import secret_bound
from app.webhooks.tables import DeliveryRecord, EndpointRecord, SecretRecord
from app.webhooks.values import Delivery, DeliveryState, Endpoint, EndpointState, Origin

SEALED = SealedColumn(name="webhooks", record=SecretRecord, bound_to=secret_bound)

_SETTLED = text("events.xid < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint")


async def add_endpoint(session: Session, values: Mapping[str, Any]) -> None:
    await insert_rows(session, EndpointRecord, [values])


async def endpoint(session: Session, tenant_id: UUID, endpoint_id: UUID) -> Endpoint | None:
    record = EndpointRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id == endpoint_id)
    found = (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()
    return _endpoint(found) if found else None


async def page(session: Session, tenant_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Endpoint]:
    """Returns endpoints in the order they were made."""
    record = EndpointRecord
    query = select(record).where(record.tenant_id == tenant_id)
    if after is not None:
        query = query.where(record.id > after)
    return [_endpoint(one) for one in (await session.execute(query.order_by(record.id).limit(limit))).scalars()]


async def count(session: Session, tenant_id: UUID) -> int:
    query = select(func.count()).select_from(EndpointRecord).where(EndpointRecord.tenant_id == tenant_id)
    return (await session.execute(query)).scalar_one()


async def change(
    session: Session, tenant_id: UUID, endpoint_id: UUID, values: Mapping[str, Any], *, version: int
) -> bool:
    """Changes an endpoint that still has the given version; says whether it had."""
    record = EndpointRecord
    statement = (
        update(record)
        .where(record.tenant_id == tenant_id, record.id == endpoint_id, record.version == version)
        .values(**values, version=version + 1)
        .returning(record.id)
    )
    return (await session.execute(statement)).first() is not None


async def remove(session: Session, tenant_id: UUID, endpoint_id: UUID, *, version: int) -> bool:
    """Removes an endpoint with its secrets and deliveries; says whether it still had the given version."""
    record = EndpointRecord
    statement = (
        delete(record)
        .where(record.tenant_id == tenant_id, record.id == endpoint_id, record.version == version)
        .returning(record.id)
    )
    return (await session.execute(statement)).first() is not None


async def add_secret(session: Session, values: Mapping[str, Any]) -> None:
    await insert_rows(session, SecretRecord, [values])


async def secrets(
    session: Session, tenant_id: UUID, endpoint_id: UUID, *, now: datetime
) -> Sequence[tuple[UUID, bytes, datetime | None]]:
    """Returns the secrets in force, newest first: identifier, sealed, end."""
    record = SecretRecord
    query = select(record.id, record.sealed, record.ends_at).where(
        record.tenant_id == tenant_id,
        record.endpoint_id == endpoint_id,
        or_(record.ends_at.is_(None), record.ends_at > now),
    )
    return [(row.id, row.sealed, row.ends_at) for row in await session.execute(query.order_by(record.id.desc()))]


async def end_secrets(session: Session, tenant_id: UUID, endpoint_id: UUID, *, at: datetime) -> None:
    """Says until when the secrets in force sign, unless they end sooner."""
    record = SecretRecord
    own = (record.tenant_id == tenant_id, record.endpoint_id == endpoint_id)
    later = or_(record.ends_at.is_(None), record.ends_at > at)
    await session.execute(update(record).where(*own, later).values(ends_at=at))


async def waiting_endpoints(session: Session, tenant_id: UUID, *, now: datetime) -> Sequence[UUID]:
    """Returns the endpoints nobody carries to, for which something is due or has happened."""
    record, event, delivery = EndpointRecord, EventRecord, DeliveryRecord
    happened = exists().where(
        event.tenant_id == record.tenant_id,
        tuple_(event.xid, event.id) > tuple_(record.position_xid, record.position_id),
        _SETTLED,
    )
    due = exists().where(
        delivery.tenant_id == record.tenant_id,
        delivery.endpoint_id == record.id,
        delivery.state == DeliveryState.PENDING.value,
        delivery.next_at <= now,
    )
    query = select(record.id).where(
        record.tenant_id == tenant_id, *_callable(now), or_(happened, and_(due, _rested(now)))
    )
    return (await session.execute(query.order_by(record.id))).scalars().all()


async def soonest(session: Session, tenant_id: UUID) -> datetime | None:
    """Returns when an endpoint of the administration is next to be called or is free again; None when none waits."""
    record, delivery = EndpointRecord, DeliveryRecord
    pending = (
        select(func.min(delivery.next_at))
        .where(
            delivery.tenant_id == tenant_id,
            delivery.endpoint_id == record.id,
            delivery.state == DeliveryState.PENDING.value,
        )
        .correlate(record)
        .scalar_subquery()
    )
    # A delivery waits for its own instant, for its endpoint's rest and for the lease of a process that may be gone.
    held = func.greatest(pending, record.retry_at, record.lease_until)
    freed = case((pending.is_not(None), held), else_=record.lease_until)
    query = select(func.min(freed)).where(record.tenant_id == tenant_id, record.state == EndpointState.ACTIVE.value)
    found: datetime | None = (await session.execute(query)).scalar_one()
    return found


async def take(
    session: Session, tenant_id: UUID, endpoint_id: UUID, *, lease: UUID, now: datetime, until: datetime
) -> Endpoint | None:
    """Takes the right to carry to an endpoint; None when another has it, or it is not called any more."""
    record = EndpointRecord
    statement = (
        update(record)
        .where(record.tenant_id == tenant_id, record.id == endpoint_id, *_callable(now))
        .values(lease=lease, lease_until=until)
        .returning(record)
        .execution_options(populate_existing=True)
    )
    found = (await session.execute(statement)).scalar_one_or_none()
    return _endpoint(found) if found else None


async def note(
    session: Session, tenant_id: UUID, endpoint_id: UUID, values: Mapping[str, Any], *, lease: UUID
) -> Endpoint | None:
    """Writes on an endpoint, unless the lease was lost meanwhile: None then, and nothing may be written of its calls."""
    record = EndpointRecord
    own = (record.tenant_id == tenant_id, record.id == endpoint_id, record.lease == lease)
    statement = update(record).where(*own).values(**values).returning(record)
    found = (await session.execute(statement.execution_options(populate_existing=True))).scalar_one_or_none()
    return _endpoint(found) if found else None


async def add_deliveries(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    await insert_rows(session, DeliveryRecord, rows)


async def due(session: Session, tenant_id: UUID, endpoint_id: UUID, *, now: datetime, limit: int) -> Sequence[Delivery]:
    """Returns deliveries to attempt now, longest due first."""
    record = DeliveryRecord
    query = select(record).where(
        record.tenant_id == tenant_id,
        record.endpoint_id == endpoint_id,
        record.state == DeliveryState.PENDING.value,
        record.next_at <= now,
    )
    found = (await session.execute(query.order_by(record.next_at, record.id).limit(limit))).scalars()
    return [_delivery(one) for one in found]


async def pull_forward(session: Session, tenant_id: UUID, endpoint_id: UUID, *, now: datetime) -> None:
    """Makes all that waits due: the outage it waited for is over."""
    record = DeliveryRecord
    own = (record.tenant_id == tenant_id, record.endpoint_id == endpoint_id)
    pending = (record.state == DeliveryState.PENDING.value, record.next_at > now)
    await session.execute(update(record).where(*own, *pending).values(next_at=now))


async def set_delivery(session: Session, tenant_id: UUID, delivery_id: UUID, values: Mapping[str, Any]) -> None:
    record = DeliveryRecord
    await session.execute(
        update(record).where(record.tenant_id == tenant_id, record.id == delivery_id).values(**values)
    )


async def delivery(session: Session, tenant_id: UUID, endpoint_id: UUID, delivery_id: UUID) -> Delivery | None:
    record = DeliveryRecord
    own = (record.tenant_id == tenant_id, record.endpoint_id == endpoint_id, record.id == delivery_id)
    query = select(record).where(*own).execution_options(populate_existing=True)
    found = (await session.execute(query)).scalar_one_or_none()
    return _delivery(found) if found else None


async def deliveries(
    session: Session,
    tenant_id: UUID,
    endpoint_id: UUID,
    *,
    state: DeliveryState | None,
    before: UUID | None,
    limit: int,
) -> Sequence[Delivery]:
    """Returns a page of deliveries, newest first."""
    record = DeliveryRecord
    query = select(record).where(record.tenant_id == tenant_id, record.endpoint_id == endpoint_id)
    if state is not None:
        query = query.where(record.state == state.value)
    if before is not None:
        query = query.where(record.id < before)
    return [_delivery(one) for one in (await session.execute(query.order_by(record.id.desc()).limit(limit))).scalars()]


async def tests_since(session: Session, tenant_id: UUID, endpoint_id: UUID, *, since: datetime) -> int:
    record = DeliveryRecord
    query = select(func.count()).where(
        record.tenant_id == tenant_id,
        record.endpoint_id == endpoint_id,
        record.origin == Origin.TEST.value,
        record.created_at > since,
    )
    return (await session.execute(query)).scalar_one()


async def forget(session: Session, tenant_id: UUID, *, before: datetime) -> None:
    """Drops deliveries made before an instant, and secrets that ended before it."""
    made, ended = DeliveryRecord, SecretRecord
    await session.execute(delete(made).where(made.tenant_id == tenant_id, made.created_at < before))
    await session.execute(delete(ended).where(ended.tenant_id == tenant_id, ended.ends_at < before))


async def happened(
    session: Session,
    endpoint: Endpoint,
    *,
    since: datetime,
    until: datetime,
    types: Sequence[str],
    limit: int,
) -> Sequence[Event]:
    """Returns past events the endpoint was already told, or would have been, oldest first."""
    record = EventRecord
    query = select(record).where(
        record.tenant_id == endpoint.tenant_id,
        record.at >= since,
        record.at < until,
        tuple_(record.xid, record.id) <= endpoint.position,
    )
    if types:
        query = query.where(record.type.in_(types))
    rows = (await session.execute(query.order_by(record.xid, record.id).limit(limit))).scalars()
    return [Event(r.xid, r.id, r.type, r.subject_id, r.payload, r.at) for r in rows]


def _callable(now: datetime) -> tuple[Any, ...]:
    record = EndpointRecord
    return (
        record.state == EndpointState.ACTIVE.value,
        or_(record.lease_until.is_(None), record.lease_until <= now),
    )


def _rested(now: datetime) -> Any:
    return or_(EndpointRecord.retry_at.is_(None), EndpointRecord.retry_at <= now)


def _endpoint(record: EndpointRecord) -> Endpoint:
    return Endpoint(
        tenant_id=record.tenant_id,
        id=record.id,
        name=record.name,
        url=record.url,
        types=tuple(record.types),
        state=EndpointState(record.state),
        reason=record.reason,
        disabled_at=record.disabled_at,
        created_at=record.created_at,
        version=record.version,
        position=(record.position_xid, record.position_id),
        failures=record.failures,
        retry_at=record.retry_at,
        last_success_at=record.last_success_at,
    )


def _delivery(record: DeliveryRecord) -> Delivery:
    return Delivery(
        id=record.id,
        endpoint_id=record.endpoint_id,
        event_id=record.event_id,
        event_type=record.event_type,
        origin=Origin(record.origin),
        body=record.body,
        state=DeliveryState(record.state),
        attempts=record.attempts,
        next_at=record.next_at,
        last_at=record.last_at,
        last_status=record.last_status,
        last_error=record.last_error,
        response=record.response,
        created_at=record.created_at,
        delivered_at=record.delivered_at,
    )
