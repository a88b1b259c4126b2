"""`parvis users`: accounts of people, from the machine itself: the first administrator, somebody who left."""

import json
from typing import TYPE_CHECKING

import click

from app.cli.examples import example

if TYPE_CHECKING:
    from app.bootstrap import House
    from app.identity.people import Person

_ROLES = ("administrator", "supervisor", "agent", "reader", "auditor")
_PAGE = 500
_REACHES = ("all", "teams", "assigned")
_TENANT = click.option("--tenant", metavar="SLUG|ID", help="The administration; not needed when there is only one.")
_JSON = click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs.")


@click.group(epilog=example("parvis users list"))
def users() -> None:
    """Accounts of people: create, list, suspend."""


@users.command(
    epilog=example("parvis users create camille@villebourg.example.fr --name 'Camille Exemple' --role administrator")
)
@click.argument("email")
@_TENANT
@click.option("--name", required=True, help="Their name, as colleagues read it.")
@click.option("--role", type=click.Choice(_ROLES), default="agent", show_default=True, help="What they may do.")
@click.option("--reach", type=click.Choice(_REACHES), help="How far they see; what the role says by default.")
@_JSON
def create(*, email: str, tenant: str | None, name: str, role: str, reach: str | None, as_lines: bool) -> None:
    """Create an account. Prints the link by which they choose their password: it works once, for three days."""
    from app.cli.choosing import the_tenant
    from app.cli.house import run
    from app.db.sight import Reach
    from app.identity.accounts import Wanted, invitation_url
    from app.identity.roles import Role

    wanted = Wanted(name=name, role=Role(role), reach=Reach(reach) if reach else None)

    async def work(house: "House") -> tuple[str, "Person"]:
        owner = await the_tenant(house, tenant)
        async with house.database.transaction(tenant=owner.id) as session:
            word, person = await house.accounts.invite(session, owner.id, email=email, wanted=wanted)
        return invitation_url(house.base_url, word), person

    link, person = run(work)
    if as_lines:
        click.echo(json.dumps({**_described(person), "invitation_url": link}, ensure_ascii=False))
        return
    click.echo(link)
    click.echo("This link is not shown again. Hand it over by a safe way: it opens the account.", err=True)


@users.command("list", epilog=example("parvis users list --tenant villebourg"))
@_TENANT
@_JSON
def list_users(*, tenant: str | None, as_lines: bool) -> None:
    """List the accounts of an administration, suspended ones too."""
    from app.cli.choosing import the_tenant
    from app.cli.house import run

    async def work(house: "House") -> "list[Person]":
        owner, found = await the_tenant(house, tenant), list["Person"]()
        async with house.database.transaction(tenant=owner.id) as session:
            while page := await house.accounts.page(
                session, owner.id, after=found[-1].id if found else None, limit=_PAGE
            ):
                found += page
        return found

    for person in run(work):
        line = _described(person)
        if as_lines:
            click.echo(json.dumps(line, ensure_ascii=False))
            continue
        click.echo(f"{line['id']}  {person.role:<13} {person.state:<9} {person.email}  {person.name}")


@users.command(epilog=example("parvis users suspend camille@villebourg.example.fr"))
@click.argument("user", metavar="EMAIL|USER_ID")
@_TENANT
def suspend(*, user: str, tenant: str | None) -> None:
    """Suspend an account: its sessions and links end within ten seconds. The last administrator stays."""
    from app.cli.choosing import identifier_of, the_tenant
    from app.cli.house import run
    from app.facts import SYSTEM
    from app.ids import Prefix

    async def work(house: "House") -> "Person":
        owner = await the_tenant(house, tenant)
        async with house.database.transaction(tenant=owner.id) as session:
            identifier = identifier_of(Prefix.USER, user)
            if identifier is None:
                identifier = (await house.accounts.named(session, owner.id, user)).id
            return await house.accounts.suspend(session, owner.id, identifier, actor=SYSTEM)

    click.echo(f"{_described(run(work))['id']} is suspended")


def _described(person: "Person") -> dict[str, object]:
    from app.ids import Prefix, public_id

    return {
        "id": public_id(Prefix.USER, person.id),
        "email": person.email,
        "name": person.name,
        "role": person.role.value,
        "reach": person.reach.value if person.reach else None,
        "state": person.state,
        "second_factor": person.has_code,
        "created_at": person.created_at.isoformat(),
        "seen_at": person.seen_at.isoformat() if person.seen_at else None,
    }
