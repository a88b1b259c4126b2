"""`parvis restore`: a backup put back into an empty house, or into one that is thrown away, to see."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.defaulting import Defaulting
from app.cli.examples import example
from app.cli.places import Place

if TYPE_CHECKING:
    from app.db.checks import Check

_JSON = click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs.")
_FILE = Place(file=True)


@click.group(
    cls=Defaulting,
    default="from",
    epilog=example(
        "parvis restore /srv/backups/parvis-20260302T021500Z.parvis-backup.age",
        "parvis restore s3://villebourg-backups/parvis/parvis-20260302T021500Z.parvis-backup.age",
        "parvis restore drill /srv/backups/parvis-20260302T021500Z.parvis-backup.age",
    ),
)
def restore() -> None:
    """Put a backup back: `parvis restore FROM` into an empty house, or `parvis restore drill FILE` to try one.

    Nothing leaves a restored house before `parvis outbox resume`: docs/operate.md says what to look at first.
    """


@restore.command("from", epilog=example("parvis restore from /srv/backups/parvis-20260302T021500Z.parvis-backup.age"))
@click.argument("file", metavar="FROM", type=_FILE)
@_JSON
def from_(*, file: Path | str, as_lines: bool) -> None:
    """Restore a backup into the empty house the settings describe, all of it or nothing.

    Needs PARVIS_BACKUP_KEY_FILE, and PARVIS_MIGRATION_URL beside PARVIS_DATABASE_URL; nobody may be connected. The whole
    file is checked before anything is touched. Afterwards everybody signs in again, and messages that had not left are
    shown in doubt: none is sent by itself. The exit status is 1 when something is not found again.
    """
    from app.bootstrap.backups import put_back
    from app.cli.house import settings
    from app.cli.progress import Progress

    progress = Progress(as_lines=as_lines)
    holds = asyncio.run(
        put_back(settings(), file, told=progress, said=lambda check: _tell(check, progress, as_lines=as_lines))
    )
    if not as_lines:
        click.echo(
            "Restored. Nothing leaves yet: look at /envois, then `parvis outbox resume` (docs/operate.md, Restore).",
            err=True,
        )
    if not holds:
        raise click.exceptions.Exit(1)


@restore.command(epilog=example("parvis restore drill /srv/backups/parvis-20260302T021500Z.parvis-backup.age"))
@click.argument("file", type=_FILE)
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path),
    help="Where the throw-away house stands for a while; the system's temporary folder by default.",
)
@_JSON
def drill(*, file: Path | str, folder: Path | None, as_lines: bool) -> None:
    """Restore a backup into a PostgreSQL of its own, prove it, and throw that house away.

    Compared with what the backup counted: rows of every table, receptions, links of the journal, open clocks recomputed
    from their events, the digest of every piece. Touches nothing of the house that serves. The exit status is 1 when
    something is not found again.
    """
    from app.bootstrap.backups import drill as tried
    from app.cli.house import settings
    from app.cli.progress import Progress

    progress = Progress(as_lines=as_lines)
    holds = asyncio.run(
        tried(
            settings(),
            file,
            folder=folder,
            told=progress,
            said=lambda check: _tell(check, progress, as_lines=as_lines),
        )
    )
    if not holds:
        raise click.exceptions.Exit(1)


def _tell(check: "Check", progress: object, *, as_lines: bool) -> None:
    from app.cli.progress import Progress

    if isinstance(progress, Progress):
        progress.done()
    if as_lines:
        click.echo(json.dumps({"check": check.name, "ok": check.ok, "detail": check.detail}, ensure_ascii=False))
        return
    mark = click.style("ok    ", fg="green") if check.ok else click.style("FAILED", fg="red", bold=True)
    click.echo(f"{mark} {check.name:<28} {check.detail}")
