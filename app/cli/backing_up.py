"""`parvis backup`: everything the house holds, in one encrypted file that was read again."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.defaulting import Defaulting
from app.cli.examples import example

if TYPE_CHECKING:
    from app.backups.manifest import Header, Manifest

_JSON = click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs.")
_SHOWN = 5


@click.group(
    cls=Defaulting,
    default="to",
    epilog=example(
        "parvis backup key /root/parvis-backup.key",
        "PARVIS_BACKUP_KEY_FILE=/root/parvis-backup.key parvis backup /srv/backups",
        "parvis backup verify /srv/backups/parvis-20260302T021500Z.parvis-backup.age",
    ),
)
def backup() -> None:
    """Save the whole house in one encrypted file: `parvis backup TO`, a new file or a folder. Runs under load.

    The database as it is at one instant and every piece it names, encrypted with age for PARVIS_BACKUP_KEY_FILE or
    PARVIS_BACKUP_RECIPIENTS, then read again. How to keep and restore backups: docs/operate.md.
    """


@backup.command(
    "to", epilog=example("parvis backup to /srv/backups", "parvis backup to before-upgrade.parvis-backup.age")
)
@click.argument("target", metavar="TO", type=click.Path(path_type=Path))
@_JSON
def to(*, target: Path, as_lines: bool) -> None:
    """Write a backup to a new file, or to a file named after the instant in a folder.

    The exit status is 1, and the file is kept, when pieces the database names are missing from the store: they are told.
    """
    from app.bootstrap.backups import backup as save
    from app.cli.house import settings
    from app.cli.progress import Progress

    progress = Progress(as_lines=as_lines)
    taken = asyncio.run(save(settings(), target, told=progress))
    progress.done()
    _tell(str(taken.path), taken.size, taken.header, taken.manifest, opened=taken.opened, as_lines=as_lines)
    if taken.manifest.missing:
        shown = ", ".join(taken.manifest.missing[:_SHOWN])
        click.echo(
            f"{len(taken.manifest.missing)} pieces are missing or damaged in the store, and not in this backup: {shown}. "
            "Restore them from an older one.",
            err=True,
        )
        raise click.exceptions.Exit(1)


@backup.command(epilog=example("parvis backup verify /srv/backups/parvis-20260302T021500Z.parvis-backup.age"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_JSON
def verify(*, file: Path, as_lines: bool) -> None:
    """Decrypt a whole backup and check every digest, without a database. Says what it holds."""
    from app.bootstrap.backups import verified
    from app.cli.house import settings
    from app.cli.progress import Progress

    progress = Progress(as_lines=as_lines)
    sound = verified(settings(), file, told=progress)
    progress.done()
    _tell(str(file), file.stat().st_size, sound.header, sound.manifest, opened=True, as_lines=as_lines)


@backup.command(epilog=example("parvis backup key /root/parvis-backup.key"))
@click.argument("file", type=click.Path(path_type=Path))
def key(*, file: Path) -> None:
    """Make a key of backups: the secret one goes to FILE, the public one is printed.

    Without the secret key no backup can ever be read: keep a copy of FILE away from this machine. A machine that only
    makes backups needs the public key alone, in PARVIS_BACKUP_RECIPIENTS.
    """
    from app.backups.keys import make

    click.echo(make(file))
    click.echo(f"{file} is the only thing that opens these backups: keep a copy of it elsewhere, now.", err=True)


def _tell(path: str, size: int, header: "Header", manifest: "Manifest", *, opened: bool, as_lines: bool) -> None:
    if as_lines:
        line = {
            "file": path,
            "bytes": size,
            "opened_again": opened,
            "made_at": header.made_at.isoformat(),
            "parvis": header.parvis,
            "revision": header.revision,
            "postgresql": header.postgresql,
            "rows": sum(header.rows.values()),
            "pieces": manifest.pieces,
            "missing": list(manifest.missing),
            "administrations": [one.model_dump(mode="json") for one in header.administrations],
        }
        click.echo(json.dumps(line, ensure_ascii=False))
        return
    checked = "decrypted again and sound" if opened else "as written; its key is not on this machine, so not decrypted"
    click.echo(f"{path}: {size} bytes, {checked}")
    click.echo(
        f"made {header.made_at:%Y-%m-%d %H:%M:%S} UTC by Parvis {header.parvis}, revision {header.revision}, "
        f"PostgreSQL {header.postgresql}; {sum(header.rows.values())} rows, {manifest.pieces} pieces"
    )
    for one in header.administrations:
        click.echo(
            f"  {one.slug}: {one.receptions['accepted']} receptions, {one.open_clocks} open clocks, journal up to link "
            f"{one.link}, {one.pending} messages not known to have left"
        )
