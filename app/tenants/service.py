"""Founding an administration, and reading it without a query a message."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.clock import Clock, civil_day
from app.db.transaction import Database, Session, enter_presented, enter_tenant
from app.errors import Conflict, NotFound
from app.ids import new_id
from app.rest.languages import Said
from app.tenants import repository
from app.tenants.siret import siret_of
from app.tenants.values import Tenant, TermsOfUse

KEPT_FOR = timedelta(seconds=5)


async def day_of(session: Session, tenant_id: UUID, *, now: datetime) -> date:
    """Returns the civil day of an instant in an administration. Raises `NotFound`."""
    zone = await repository.zone_of(session, tenant_id)
    if zone is None:
        raise NotFound("this administration does not exist")
    return civil_day(now, zone)


class Tenants:
    """Reads administrations through a short memory; a change is seen after five seconds at most."""

    def __init__(self, database: Database, clock: Clock, *, new_tenant_id: Callable[[], UUID] = new_id) -> None:
        self._database, self._clock, self._new_id = database, clock, new_tenant_id
        self._kept: dict[UUID, tuple[datetime, Tenant]] = {}

    async def get(self, session: Session, tenant_id: UUID) -> Tenant:
        """Raises `NotFound` when the administration does not exist."""
        now = self._clock()
        kept = self._kept.get(tenant_id)
        if kept and now - kept[0] < KEPT_FOR:
            return kept[1]
        tenant = await repository.find(session, tenant_id)
        if tenant is None:
            raise NotFound("this administration does not exist")
        self._kept[tenant_id] = (now, tenant)
        return tenant

    async def known(self, tenant_id: UUID) -> Tenant:
        """Does the same in a transaction of its own, when the short memory does not do. Raises `NotFound`."""
        kept = self._kept.get(tenant_id)
        if kept and self._clock() - kept[0] < KEPT_FOR:
            return kept[1]
        async with self._database.transaction(tenant=tenant_id) as session:
            return await self.get(session, tenant_id)

    async def by_slug(self, session: Session, slug: str) -> Tenant | None:
        """Finds an administration by its name in addresses, which the transaction must present; None for one that leaves."""
        tenant_id = await repository.id_of(session, slug)
        if tenant_id is None:
            return None
        await enter_presented(session, "")
        await enter_tenant(session, tenant_id)
        return await self.get(session, tenant_id)

    async def by_siret(self, session: Session, siret: str) -> Tenant | None:
        """Finds an administration by its SIRET, which the transaction must present; None for one that leaves."""
        tenant_id = await repository.id_of_siret(session, siret)
        if tenant_id is None:
            return None
        await enter_presented(session, "")
        await enter_tenant(session, tenant_id)
        return await self.get(session, tenant_id)

    async def declare_siret(self, session: Session, tenant_id: UUID, siret: str | None) -> None:
        """Writes the number by which ProConnect names this administration. Raises `Invalid` or `Conflict`."""
        written = siret_of(siret) if siret is not None else None
        if not await repository.set_siret(session, tenant_id, written):
            raise Conflict(Said("une autre administration a déjà ce SIRET", en="another administration has this SIRET"))
        self._kept.pop(tenant_id, None)

    async def directory(self) -> list[UUID]:
        """Returns every administration, suspended ones too: what comes in is kept, and legal clocks run on."""
        async with self._database.transaction() as session:
            return await repository.directory(session)

    async def active(self) -> list[UUID]:
        """Returns the administrations that are not suspended: those that things leave for."""
        async with self._database.transaction() as session:
            return await repository.directory(session, active=True)

    async def suspended(self, session: Session, tenant_id: UUID) -> bool:
        return (await self.get(session, tenant_id)).suspended_at is not None

    def forget(self, tenant_id: UUID) -> None:
        """Reads an administration anew: it was changed."""
        self._kept.pop(tenant_id, None)

    async def found(self, values: dict[str, Any], *, terms: TermsOfUse | None = None) -> UUID:
        """Creates an administration and, if given, publishes its terms of use. Returns its id."""
        tenant_id = self._new_id()
        async with self._database.transaction(tenant=tenant_id) as session:
            await repository.add(session, {"id": tenant_id, **values}, at=self._clock())
            if terms is not None:
                await repository.publish_terms(session, tenant_id, terms, at=self._clock())
        return tenant_id

    async def publish(self, session: Session, tenant_id: UUID, terms: TermsOfUse) -> None:
        """Raises `Conflict` when terms were already published for that day: what was published is never rewritten."""
        if await repository.terms_published_on(session, tenant_id, terms.published_on):
            raise Conflict("terms of use are already published from that day on: choose another day")
        await repository.publish_terms(session, tenant_id, terms, at=self._clock())
        self._kept.pop(tenant_id, None)
