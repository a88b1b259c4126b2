"""Every SQL statement about administrations."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from app.db.transaction import Session
from app.ids import new_id
from app.tenants.tables import ClosureRecord, TenantRecord, TermsOfUseRecord
from app.tenants.values import Tenant, TenantKind, TermsOfUse

_DIRECTORY = text("SELECT id FROM tenant_directory()")
_ACTIVE = text("SELECT id FROM tenant_directory() WHERE NOT suspended")
_HELD = "outgoing_held"  # a key of `settings`, also written by app/backups/aftermath.py
_HOLD = text(
    "UPDATE tenants SET settings = settings || jsonb_build_object(CAST(:key AS text), CAST(:reason AS text)) WHERE id = :tenant"
)
_FREE = text(
    "UPDATE tenants SET settings = settings - CAST(:key AS text) WHERE id = :tenant AND jsonb_exists(settings, :key) "
    "RETURNING id"
)


async def directory(session: Session, *, active: bool = False) -> list[UUID]:
    """Returns the ids of all tenants, those that are not suspended if so asked: the one thing known across tenants."""
    return list((await session.execute(_ACTIVE if active else _DIRECTORY)).scalars())


async def id_of(session: Session, slug: str) -> UUID | None:
    """Finds an administration by its name in addresses, suspended or not, when the transaction presents it."""
    query = select(TenantRecord.id).where(TenantRecord.slug == slug, TenantRecord.erasing_at.is_(None))
    return (await session.execute(query)).scalar_one_or_none()


async def id_of_siret(session: Session, siret: str) -> UUID | None:
    """Finds an administration by its SIRET, suspended or not, when the transaction presents it."""
    query = select(TenantRecord.id).where(TenantRecord.siret == siret, TenantRecord.erasing_at.is_(None))
    return (await session.execute(query)).scalar_one_or_none()


async def set_siret(session: Session, tenant_id: UUID, siret: str | None) -> bool:
    """Writes an administration's SIRET; False when another has it."""
    statement = update(TenantRecord).where(TenantRecord.id == tenant_id).values(siret=siret)
    try:
        async with session.begin_nested():
            await session.execute(statement)
    except IntegrityError:
        return False
    return True


async def zone_of(session: Session, tenant_id: UUID) -> str | None:
    query = select(TenantRecord.time_zone).where(TenantRecord.id == tenant_id)
    return (await session.execute(query)).scalar_one_or_none()


async def find(session: Session, tenant_id: UUID) -> Tenant | None:
    row = (await session.execute(select(TenantRecord).where(TenantRecord.id == tenant_id))).scalar_one_or_none()
    if row is None:
        return None
    published = await session.execute(select(TermsOfUseRecord).where(TermsOfUseRecord.tenant_id == tenant_id))
    return Tenant(
        id=row.id,
        slug=row.slug,
        name=row.name,
        kind=TenantKind(row.kind),
        territory=row.territory,
        time_zone=row.time_zone,
        service_name=row.service_name,
        postal_address=row.postal_address,
        email=row.email,
        phone=row.phone,
        siret=row.siret,
        dpo_contact=row.dpo_contact,
        accent=row.accent or "",
        suspended_at=row.suspended_at,
        suspended_reason=row.suspended_reason,
        erasing_at=row.erasing_at,
        closing_on=await closing_on(session, tenant_id),
        version=row.version,
        terms=tuple(
            TermsOfUse(published_on=t.published_on, url=t.url, channels=tuple(t.channels), dedicated=tuple(t.dedicated))
            for t in published.scalars()
        ),
    )


async def closing_on(session: Session, tenant_id: UUID) -> date | None:
    """Returns the announced day from which all may be erased, when an end stands."""
    record = ClosureRecord
    query = select(record.due_on).where(record.tenant_id == tenant_id, record.cancelled_at.is_(None))
    return (await session.execute(query.order_by(record.id.desc()).limit(1))).scalar_one_or_none()


async def add(session: Session, values: dict[str, Any], *, at: datetime) -> None:
    await session.execute(
        insert(TenantRecord).values(**{"dpo_contact": "", **values}, created_at=at, settings={}, version=1)
    )


async def change(session: Session, tenant_id: UUID, values: Mapping[str, Any], *, version: int) -> bool:
    """Puts values in the place of a version; False when somebody was quicker."""
    record = TenantRecord
    statement = (
        update(record).where(record.id == tenant_id, record.version == version).values(**values, version=version + 1)
    )
    return (await session.execute(statement.returning(record.id))).first() is not None


async def suspend(session: Session, tenant_id: UUID, *, reason: str, at: datetime) -> bool:
    """Suspends an administration; False when it was suspended already."""
    record = TenantRecord
    statement = update(record).where(record.id == tenant_id, record.suspended_at.is_(None))
    values = {"suspended_at": at, "suspended_reason": reason}
    return (await session.execute(statement.values(**values).returning(record.id))).first() is not None


async def resume(session: Session, tenant_id: UUID) -> bool:
    """Ends a suspension; False when there was none."""
    record = TenantRecord
    statement = update(record).where(record.id == tenant_id, record.suspended_at.is_not(None))
    values = {"suspended_at": None, "suspended_reason": None}
    return (await session.execute(statement.values(**values).returning(record.id))).first() is not None


async def hold_outgoing(session: Session, tenant_id: UUID, *, reason: str) -> None:
    """Notes that nothing leaves for an administration before a person says so; it may have no channel to stop."""
    await session.execute(_HOLD, {"tenant": tenant_id, "key": _HELD, "reason": reason})


async def free_outgoing(session: Session, tenant_id: UUID) -> bool:
    """Lets an administration send again; False when nothing was held."""
    return (await session.execute(_FREE, {"tenant": tenant_id, "key": _HELD})).first() is not None


def held_because(tenant_id: UUID) -> ColumnElement[str | None]:
    """Returns the expression that reads why nothing leaves for an administration; NULL where it sends."""
    record = TenantRecord
    return select(record.settings[_HELD].astext).where(record.id == tenant_id).scalar_subquery()


async def publish_terms(session: Session, tenant_id: UUID, terms: TermsOfUse, *, at: datetime) -> None:
    """Publishes terms of use; those of another day stay, so that a message is judged by what stood on its day."""
    await session.execute(
        insert(TermsOfUseRecord).values(
            tenant_id=tenant_id,
            id=new_id(),
            published_on=terms.published_on,
            url=terms.url,
            channels=list(terms.channels),
            dedicated=list(terms.dedicated),
            created_at=at,
        )
    )


async def terms_published_on(session: Session, tenant_id: UUID, day: date) -> bool:
    query = select(TermsOfUseRecord.id).where(
        TermsOfUseRecord.tenant_id == tenant_id, TermsOfUseRecord.published_on == day
    )
    return (await session.execute(query)).first() is not None
