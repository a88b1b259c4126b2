"""`parvis outbox`: stopping what leaves when the data may be older than it, and letting it leave again."""

import json
from typing import TYPE_CHECKING

import click

from app.cli import doubts
from app.cli.examples import example

if TYPE_CHECKING:
    from app.bootstrap import House
    from app.exchanges.restarting import Resumed, Stopped


_TENANT = click.option("--tenant", metavar="SLUG|ID", help="One administration; all of them by default.")
_JSON = click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs.")


@click.group(epilog=example("parvis outbox resume"))
def outbox() -> None:
    """What leaves the house: stop it, decide of what may have left already, send again after a restore."""


@outbox.command(
    epilog=example("parvis outbox stop", 'parvis outbox stop --because "base ramenée au 02/03/2026 09:00 UTC"')
)
@click.option(
    "--because",
    default="base de données ramenée en arrière",
    metavar="WORDS",
    help="Shown to agents, in French.",
    show_default=True,
)
@_TENANT
@_JSON
def stop(*, because: str, tenant: str | None, as_lines: bool) -> None:
    """Stop everything that leaves, before workers start again over a database recovered to a point in time.

    As after `parvis restore`: what had not left is in doubt at /envois, webhooks and mails to agents wait, deliveries go
    on being received, channels made later are stopped too. A message or a call of a webhook whose turn a running process had
    begun may still leave: end the processes first. `parvis outbox resume` ends it. May be run again.
    """
    from app.cli.house import run

    async def work(house: "House") -> "list[tuple[str, Stopped]]":
        from app.cli.choosing import every_tenant, the_tenant
        from app.facts import Actor

        done = []
        for one in [await the_tenant(house, tenant)] if tenant else await every_tenant(house):
            async with house.database.transaction(tenant=one.id) as session:
                channels = [channel.id for channel in await house.channels.all_of(session, one.id)]
                stopped = await house.restarting.stop(
                    session, one.id, channels, because=because, actor=Actor("operator")
                )
            done.append((one.slug, stopped))
        return done

    for slug, stopped in run(work):
        if as_lines:
            line = {"tenant": slug, "channels": stopped.channels, "in_doubt": stopped.in_doubt}
            click.echo(json.dumps(line, ensure_ascii=False))
        else:
            click.echo(
                f"{slug}: {stopped.channels} channels and every webhook stopped; {stopped.in_doubt} messages in doubt at "
                "/envois"
            )


@outbox.command(epilog=example("parvis outbox resume", "parvis outbox resume --tenant villebourg"))
@_TENANT
@_JSON
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
        elif resumed.stopped:
            click.echo(
                f"{slug}: {resumed.channels} channels send again; {resumed.in_doubt} messages in doubt at /envois"
            )
        else:
            click.echo(f"{slug}: nothing was stopped")


for _command in (doubts.list_doubts, doubts.compare, doubts.confirm, doubts.cancel, doubts.send):
    outbox.add_command(_command)
