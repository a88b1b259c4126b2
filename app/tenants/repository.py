"""Every SQL statement about administrations."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from app.db.transaction import Session
from app.ids import new_id
from app.tenants.tables import TenantRecord, TermsOfUseRecord
from app.tenants.values import Tenant, TenantKind, TermsOfUse

_DIRECTORY = text("SELECT id FROM tenant_directory()")


async def directory(session: Session) -> list[UUID]:
    """Returns the ids of all active tenants: the one thing known across tenants."""
    return list((await session.execute(_DIRECTORY)).scalars())


async def id_of(session: Session, slug: str) -> UUID | None:
    """Finds an open administration by its name in addresses, when the transaction presents it."""
    query = select(TenantRecord.id).where(TenantRecord.slug == slug, TenantRecord.suspended_at.is_(None))
    return (await session.execute(query)).scalar_one_or_none()


async def id_of_siret(session: Session, siret: str) -> UUID | None:
    """Finds an open administration by its SIRET, when the transaction presents it."""
    query = select(TenantRecord.id).where(TenantRecord.siret == siret, TenantRecord.suspended_at.is_(None))
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
        terms=tuple(
            TermsOfUse(published_on=t.published_on, url=t.url, channels=tuple(t.channels), dedicated=tuple(t.dedicated))
            for t in published.scalars()
        ),
    )


async def add(session: Session, values: dict[str, Any], *, at: datetime) -> None:
    await session.execute(insert(TenantRecord).values(created_at=at, settings={}, version=1, **values))


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
