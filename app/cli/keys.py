"""`parvis keys`: access keys of the API."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from app.cli.examples import example

if TYPE_CHECKING:
    from app.bootstrap import House
    from app.identity.repository import ApiKey

_DURATION = re.compile(r"(\d{1,4})d")
_TENANT = click.option("--tenant", metavar="SLUG|ID", help="The administration; not needed when there is only one.")
_JSON = click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs.")


@click.group(epilog=example("parvis keys list"))
def keys() -> None:
    """Access keys of the API: create, list, revoke."""


@keys.command(
    epilog=example("parvis keys create --tenant villebourg --name 'Téléservice' --scope intake:write --expires 365d")
)
@_TENANT
@click.option("--name", required=True, help="What the key is for, as people will read it.")
@click.option("--scope", "scopes", multiple=True, required=True, help="What the key may do; several times if need be.")
@click.option("--expires", metavar="DAYSd|DATE", help="90d, or a day like 2027-01-31; never by default.")
@_JSON
def create(*, tenant: str | None, name: str, scopes: tuple[str, ...], expires: str | None, as_lines: bool) -> None:
    """Create a key. It is shown this once, on the standard output; only its digest is kept."""
    from app.cli.choosing import the_tenant
    from app.cli.house import run

    if not name.strip():
        raise click.UsageError("--name is empty: write what the key is for")

    async def work(house: "House") -> tuple[str, "ApiKey"]:
        owner = await the_tenant(house, tenant)
        expires_at = _instant(expires, now=house.clock())
        return await house.access.create(owner.id, name=name, scopes=scopes, expires_at=expires_at)

    secret, key = run(work)
    if as_lines:
        click.echo(json.dumps({"key": secret, **_described(key)}, ensure_ascii=False))
        return
    click.echo(secret)
    click.echo("This key is not shown again. Give it in the header: Authorization: Bearer …", err=True)


@keys.command("list", epilog=example("parvis keys list --tenant villebourg"))
@_TENANT
@_JSON
def list_keys(*, tenant: str | None, as_lines: bool) -> None:
    """List the keys of an administration: never the keys themselves, only their first characters."""
    from app.cli.choosing import the_tenant
    from app.cli.house import run

    async def work(house: "House") -> "list[ApiKey]":
        owner = await the_tenant(house, tenant)
        async with house.database.transaction(tenant=owner.id) as session:
            return list(await house.access.list_keys(session, owner.id))

    for key in run(work):
        line = _described(key)
        if as_lines:
            click.echo(json.dumps(line, ensure_ascii=False))
            continue
        state = "revoked" if key.revoked_at else f"until {key.expires_at:%Y-%m-%d}" if key.expires_at else "no end"
        click.echo(f"{line['id']}  {key.hint}…  {state:<16} {key.name}  ({' '.join(sorted(key.scopes))})")


@keys.command(epilog=example("parvis keys revoke key_01k… --tenant villebourg"))
@click.argument("key_id", metavar="KEY_ID")
@_TENANT
def revoke(*, key_id: str, tenant: str | None) -> None:
    """Revoke a key: it stops working within ten seconds, for ever."""
    from app.cli.choosing import identifier_of, the_tenant
    from app.cli.house import run
    from app.ids import Prefix

    identifier = identifier_of(Prefix.API_KEY, key_id)
    if identifier is None:
        raise click.UsageError(f"{key_id!r} is not the identifier of a key: see parvis keys list")

    async def work(house: "House") -> None:
        owner = await the_tenant(house, tenant)
        async with house.database.transaction(tenant=owner.id) as session:
            await house.access.revoke(session, owner.id, identifier)

    run(work)
    click.echo(f"{key_id} is revoked")


def _described(key: "ApiKey") -> dict[str, object]:
    from app.ids import Prefix, public_id

    return {
        "id": public_id(Prefix.API_KEY, key.id),
        "hint": key.hint,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "created_at": key.created_at.isoformat(),
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        "last_used_at": key.last_used_at.isoformat() if key.last_used_at else None,
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
    }


def _instant(text: str | None, *, now: datetime) -> datetime | None:
    if text is None:
        return None
    if days := _DURATION.fullmatch(text):
        return now + timedelta(days=int(days[1]))
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"--expires {text!r}: write 90d, or a day like 2027-01-31") from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if at <= now:
        raise click.UsageError(f"--expires {text}: this moment is past")
    return at
