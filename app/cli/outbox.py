"""`parvis outbox`: letting a restored house send again."""

import json
from typing import TYPE_CHECKING

import click

from app.cli.examples import example

if TYPE_CHECKING:
    from app.bootstrap import House
    from app.exchanges.restarting import Resumed


@click.group(epilog=example("parvis outbox resume"))
def outbox() -> None:
    """What leaves the house: send again after a restore."""


@outbox.command(epilog=example("parvis outbox resume", "parvis outbox resume --tenant villebourg"))
@click.option("--tenant", metavar="SLUG|ID", help="One administration; all of them by default.")
@click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs.")
def resume(*, tenant: str | None, as_lines: bool) -> None:
    """Let messages leave again after a restore.

    What had not left when the backup was made stays in doubt, at /envois: a person decides of each whether it left or
    leaves again. Everything else goes on. May be run again.
    """
    from app.cli.house import run

    async def work(house: "House") -> "list[tuple[str, Resumed]]":
        from app.cli.choosing import every_tenant, the_tenant
        from app.facts import Actor

        done = []
        for one in [await the_tenant(house, tenant)] if tenant else await every_tenant(house):
            async with house.database.transaction(tenant=one.id) as session:
                resumed = await house.restarting.resume(session, one.id, actor=Actor("operator"))
            done.append((one.slug, resumed))
        return done

    for slug, resumed in run(work):
        if as_lines:
            line = {"tenant": slug, "channels": resumed.channels, "in_doubt": resumed.in_doubt}
            click.echo(json.dumps(line, ensure_ascii=False))
        elif resumed.channels:
            click.echo(
                f"{slug}: {resumed.channels} channels send again; {resumed.in_doubt} messages in doubt at /envois"
            )
        else:
            click.echo(f"{slug}: nothing was stopped")
