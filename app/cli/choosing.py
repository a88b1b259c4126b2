"""What people call an administration or a channel on the command line, found."""

from typing import TYPE_CHECKING
from uuid import UUID

import click

from app.errors import NotFound
from app.ids import IdError, Prefix, parse_id

if TYPE_CHECKING:
    from app.bootstrap import House
    from app.channels.values import Channel
    from app.tenants.values import Tenant


async def every_tenant(house: "House") -> "list[Tenant]":
    found = []
    for tenant_id in await house.tenants.directory():
        async with house.database.transaction(tenant=tenant_id) as session:
            found.append(await house.tenants.get(session, tenant_id))
    return found


async def the_tenant(house: "House", named: str | None) -> "Tenant":
    """Finds an administration by slug or identifier; the only one there is needs no name."""
    tenants = await every_tenant(house)
    if named is None:
        if len(tenants) == 1:
            return tenants[0]
        told = ", ".join(tenant.slug for tenant in tenants)
        raise click.UsageError(
            f"give --tenant: one of {told}" if tenants else "there is no administration: parvis tenants create"
        )
    identifier = identifier_of(Prefix.TENANT, named)
    for tenant in tenants:
        if named == tenant.slug or identifier == tenant.id:
            return tenant
    raise click.ClickException(f"no administration is called {named!r}: see parvis tenants list")


async def the_channel(house: "House", named: str) -> "Channel":
    """Finds a channel by identifier, by public address, or by key."""
    identifier = identifier_of(Prefix.CHANNEL, named)
    if identifier is None:
        try:
            return await house.channels.at_door(named.lower() if "@" in named else named)
        except NotFound:
            raise click.ClickException(f"no channel has the address or key {named!r}") from None
    for tenant_id in await house.tenants.directory():
        async with house.database.transaction(tenant=tenant_id) as session:
            try:
                return await house.channels.get(session, tenant_id, identifier)
            except NotFound:
                continue
    raise click.ClickException(f"no channel has the identifier {named}")


def identifier_of(prefix: Prefix, text: str) -> UUID | None:
    """Reads `ten_…` or a UUID; None when it is neither."""
    try:
        return parse_id(prefix, text)
    except IdError:
        pass
    try:
        return UUID(text)
    except ValueError:
        return None
