"""`parvis import`: the history of another tool, from the file or folder its export is in."""

import contextlib
import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.examples import example

if TYPE_CHECKING:
    from app.bootstrap import House
    from app.channels.values import Channel
    from app.imports.values import Import
    from app.tenants.values import Tenant

_SOURCES = ("zammad", "chatwoot", "freescout", "csv")


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Asked:
    """What was asked on the command line."""

    source: str
    file: Path
    tenant: str | None
    channel: str | None
    name: str
    dry_run: bool
    resume: bool
    as_lines: bool


@click.command(
    "import",
    epilog=example(
        "parvis import zammad export.zip --tenant villebourg --dry-run",
        "parvis import freescout ./export --channel contact@villebourg.example.fr",
        "parvis import csv demandes.csv --tenant villebourg --resume",
    ),
)
@click.argument("source", type=click.Choice(_SOURCES))
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--tenant", metavar="SLUG|ID", help="The administration; the only one there is needs no name.")
@click.option(
    "--channel", metavar="ID|ADDRESS", help="The mailbox of what came to none of ours; the only one by default."
)
@click.option(
    "--name", default="", metavar="TEXT", help="Which installation it is, when there were several of that tool."
)
@click.option("--dry-run", is_flag=True, help="Read it whole and tell what would be taken; write nothing.")
@click.option("--resume", is_flag=True, help="Go on with what was interrupted.")
@click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs.")
def import_history(*, source: str, file: Path, **said: Any) -> None:
    """Take over requests, messages and pieces of another tool, as history: nothing is sent to anybody.

    FILE is a ZIP, a folder or a file of lines, made as docs/imports.md says. What stands here already under the same name
    is left as it is, so that an export is read twice without harm. Requests that were left open start their legal clocks
    at the day their tool recorded: they stand on the watch list, to be qualified. Killed, it goes on by --resume.
    """
    from app.cli.house import run

    asked = _Asked(source=source, file=file, **said)
    if asked.resume and asked.dry_run:
        raise click.UsageError("give --dry-run or --resume, not both")
    run(lambda house: _Run(house, asked).run())


class _Run:
    """One import, and what is said of it."""

    def __init__(self, house: "House", asked: _Asked) -> None:
        from app.imports.shapes import SourceKind

        self._house, self._asked = house, asked
        self._source: SourceKind = SourceKind(asked.source)

    async def run(self) -> None:
        from app.cli.choosing import the_tenant

        tenant = await the_tenant(self._house, self._asked.tenant)
        channel = await self._mailbox(tenant)
        if self._asked.dry_run:
            await self._examine(tenant, channel)
        else:
            await self._carry(tenant, channel)

    async def _examine(self, tenant: "Tenant", channel: "Channel") -> None:
        from app.imports.service import origin_of

        report, refusals = await self._house.importing.examine(
            tenant.id,
            self._asked.file,
            source=self._source,
            origin=origin_of(self._source, self._asked.name),
            channel_id=channel.id,
            told=self._progress,
        )
        self._end()
        if self._asked.as_lines:
            for flaw in refusals:
                click.echo(json.dumps({"refused": dataclasses.asdict(flaw)}, ensure_ascii=False))
            click.echo(json.dumps({"report": report}, ensure_ascii=False))
            return
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
        for flaw in refusals[:20]:
            click.echo(f"line {flaw.place}: {flaw.code.value}: {flaw.detail}", err=True)
        click.echo("Nothing was written.", err=True)

    async def _carry(self, tenant: "Tenant", channel: "Channel") -> None:
        from app.errors import Unavailable
        from app.facts import Actor
        from app.imports.files import digest_of
        from app.imports.walking import lines_file

        actor = Actor("operator")  # whoever has the machine's command line
        begun = await self._house.imports.begin_here(
            tenant.id,
            source=self._source,
            name=self._asked.name,
            channel_id=channel.id,
            digest=digest_of(lines_file(self._asked.file)),
            actor=actor,
            resume=self._asked.resume,
        )
        try:
            done = await self._house.importing.carry(
                tenant.id, begun, self._asked.file, actor=actor, told=self._progress
            )
        except (Unavailable, OSError) as error:  # a full disk, the database's or ours
            self._end()
            because = error.strerror if isinstance(error, OSError) else error.detail
            told = f"the import was interrupted: {because or type(error).__name__}. What was written stands"
            raise click.ClickException(f"{told}: once that is mended, go on by --resume") from error
        self._end()
        self._tell(tenant, done)

    async def _mailbox(self, tenant: "Tenant") -> "Channel":
        from app.cli.choosing import the_channel

        if self._asked.channel:
            found = await the_channel(self._house, self._asked.channel)
            if found.tenant_id != tenant.id:
                raise click.ClickException("this channel is another administration's")
            return found
        async with self._house.database.transaction(tenant=tenant.id) as session:
            every = await self._house.channels.all_of(session, tenant.id)
        boxes = [one for one in every if one.type.partition(".")[0] == "email"]
        if len(boxes) != 1:
            told = ", ".join(one.address or one.name for one in boxes)
            raise click.UsageError(
                f"give --channel: one of {told}" if boxes else "connect a mailbox first: answers will leave by it"
            )
        return boxes[0]

    async def _progress(self, conversations: int, messages: int) -> None:
        if self._asked.as_lines:
            click.echo(json.dumps({"conversations": conversations, "messages": messages}))
        elif sys.stderr.isatty():
            click.echo(f"\r\x1b[K{conversations} conversations, {messages} messages", nl=False, err=True)

    def _end(self) -> None:
        if not self._asked.as_lines and sys.stderr.isatty():
            with contextlib.suppress(OSError):
                click.echo("", err=True)

    def _tell(self, tenant: "Tenant", done: "Import") -> None:
        from app.ids import Prefix, public_id

        counts = ("tickets", "messages", "pieces", "saisines", "known", "refused")
        line = {"tenant": tenant.slug, "import_id": public_id(Prefix.IMPORT, done.id), "state": done.state.value}
        line |= {name: getattr(done, name) for name in counts}
        if self._asked.as_lines:
            click.echo(json.dumps(line, ensure_ascii=False))
            return
        click.echo(
            f"{tenant.slug}: {done.tickets} requests, {done.messages} messages, {done.pieces} pieces; {done.saisines} legal "
            f"clocks to qualify; {done.known} messages were here already; {done.refused} things refused ({line['import_id']})"
        )
