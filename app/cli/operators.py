"""`parvis operators`: the people who run the installation, and their way into an administration: asked for, seen, ended."""

from typing import TYPE_CHECKING
from uuid import UUID

import click

from app.cli.examples import example

if TYPE_CHECKING:
    from app.bootstrap import House
    from app.identity.grants import Grant
    from app.identity.grants_repository import Operator

_RIGHTS = ("read", "work", "set-up")
_WHO = click.option("--who", required=True, metavar="EMAIL", help="The operator who will look.")


@click.group(epilog=example("parvis operators list"))
def operators() -> None:
    """Operators of the installation: register them, ask an administration for access, open it."""


@operators.command(epilog=example("parvis operators add exploitant@example.fr --name 'Sacha Exemple'"))
@click.argument("email")
@click.option("--name", required=True, help="Their name, as administrations will read it.")
def add(*, email: str, name: str) -> None:
    """Register an operator. Prints their secret, once: they give it whenever they ask for something."""
    from app.cli.house import run

    async def work(house: "House") -> str:
        secret, _ = await house.operators.add(email=email, name=name)
        return secret

    click.echo(run(work))
    click.echo("This secret is not shown again. It stands for the person: hand it to them alone.", err=True)


@operators.command("list", epilog=example("parvis operators list"))
def list_operators() -> None:
    """List the operators, revoked ones too."""
    from app.cli.house import run

    async def work(house: "House") -> "list[Operator]":
        return list(await house.operators.list())

    for one in run(work):
        click.echo(f"{'revoked' if one.revoked_at else 'active':<8} {one.email:<40} {one.name}")


@operators.command(epilog=example("parvis operators revoke exploitant@example.fr"))
@click.argument("email")
def revoke(*, email: str) -> None:
    """Revoke an operator; whatever they may see anywhere ends now."""
    from app.cli.house import run

    async def work(house: "House") -> int:
        operator_id, ended = await house.operators.revoke(email), 0
        for tenant_id in await house.tenants.directory():
            async with house.database.transaction(tenant=tenant_id) as session:
                ended += await house.operators.cut_all(session, tenant_id, operator_id)
        return ended

    click.echo(f"{email}: revoked, {run(work)} accesses ended")


@operators.command(
    epilog=example(
        "parvis operators request villebourg --who exploitant@example.fr --hours 4 \\",
        "    --reason 'Ticket 1234 : des accusés ne partent plus'",
    )
)
@click.argument("slug")
@_WHO
@click.option("--reason", required=True, help="Why: the administration reads it.")
@click.option("--hours", type=click.IntRange(1, 72), default=4, show_default=True, help="How long, from its agreement.")
@click.option("--rights", type=click.Choice(_RIGHTS), default="read", show_default=True, help="What for.")
@click.option("--confidential", is_flag=True, help="Also confidential requests, as far as the approver sees them.")
@click.option(
    "--break-glass", is_flag=True, help="Without agreement, for an emergency: two hours at most, everybody is told."
)
@click.option("--second", metavar="EMAIL", help="The second operator an access without agreement takes.")
def request(
    *,
    slug: str,
    who: str,
    reason: str,
    hours: int,
    rights: str,
    confidential: bool,
    break_glass: bool,
    second: str | None,
) -> None:
    """Ask an administration for access. Prints the grant's identifier; its administrators answer on their page."""
    from app.cli.house import run
    from app.identity.grants import GrantRights
    from app.ids import Prefix, public_id

    if break_glass and (not second or confidential):
        raise click.UsageError("--break-glass takes --second, and never opens confidential requests")
    if second and not break_glass:
        raise click.UsageError("--second goes with --break-glass")
    secret = click.prompt(f"Secret of {who}", hide_input=True, err=True)
    other = click.prompt(f"Secret of {second}", hide_input=True, err=True) if second else ""

    async def work(house: "House") -> "Grant":
        from app.cli.choosing import the_tenant

        owner = await the_tenant(house, slug)
        operator = await house.operators.prove(email=who, secret=secret)
        beside = await house.operators.prove(email=second, secret=other) if second else None
        wanted = GrantRights(rights)
        async with house.database.transaction(tenant=owner.id) as session:
            if beside is not None:
                return await house.operators.break_in(
                    session, owner.id, operator, beside, reason=reason, hours=hours, rights=wanted
                )
            return await house.operators.request(
                session,
                owner.id,
                operator,
                reason=reason,
                hours=hours,
                rights=wanted,
                confidential=confidential,
            )

    grant = run(work)
    click.echo(public_id(Prefix.GRANT, grant.id))
    told = "open: parvis operators open" if grant.broken_in else "waits for an administrator's agreement"
    click.echo(f"This access {told}.", err=True)


@operators.command("open", epilog=example("parvis operators open villebourg grt_… --who exploitant@example.fr"))
@click.argument("slug")
@click.argument("grant", metavar="GRANT_ID")
@_WHO
def open_grant(*, slug: str, grant: str, who: str) -> None:
    """Print the link that opens a granted access: it works once, within a quarter of an hour."""
    from app.cli.choosing import identifier_of
    from app.cli.house import run
    from app.ids import Prefix

    which = identifier_of(Prefix.GRANT, grant) or UUID(int=0)
    secret = click.prompt(f"Secret of {who}", hide_input=True, err=True)

    async def work(house: "House") -> str:
        from app.cli.choosing import the_tenant

        owner = await the_tenant(house, slug)
        operator = await house.operators.prove(email=who, secret=secret)
        async with house.database.transaction(tenant=owner.id) as session:
            return f"{house.base_url}/acces-exploitant/{await house.operators.link(session, owner.id, which, operator)}"

    click.echo(run(work))
