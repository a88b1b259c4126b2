"""Whose page it is."""

from uuid import UUID

from app.tenants.values import Tenant
from app.web.house import WebHouse


async def town(house: WebHouse, tenant_id: UUID) -> Tenant:
    async with house.database.transaction(tenant=tenant_id) as session:
        return await house.tenants.get(session, tenant_id)


async def named_town(house: WebHouse, slug: str) -> Tenant | None:
    """Returns the administration of a name in addresses; without one, the only one there is."""
    if not slug:
        return await only_town(house)
    async with house.database.transaction(presented=slug[:100]) as session:
        return await house.tenants.by_slug(session, slug[:100])


async def only_town(house: WebHouse) -> Tenant | None:
    """Returns the administration when the installation serves exactly one."""
    known = await house.tenants.directory()
    return await town(house, known[0]) if len(known) == 1 else None
