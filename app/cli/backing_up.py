"""`parvis backup`: everything the house holds, in one encrypted file that was read again."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.defaulting import Defaulting
from app.cli.examples import example
from app.cli.places import Place

if TYPE_CHECKING:
    from app.backups.manifest import Header, Manifest
    from app.backups.rotation import Verdict

_JSON = click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs.")
_SHOWN = 5


@click.group(
    cls=Defaulting,
    default="to",
    epilog=example(
        "parvis backup key /root/parvis-backup.key",
        "PARVIS_BACKUP_KEY_FILE=/root/parvis-backup.key parvis backup /srv/backups",
        "parvis backup s3://villebourg-backups/parvis",
        "parvis backup verify /srv/backups/parvis-20260302T021500Z.parvis-backup.age",
        "parvis backup prune /srv/backups --keep-daily 7 --keep-weekly 5 --keep-monthly 12 --dry-run",
    ),
)
def backup() -> None:
    """Save the whole house in one encrypted file: `parvis backup TO`: a new file, a folder, or s3://bucket/folder. Runs under load.

    The database as it is at one instant and every piece it names, encrypted with age for PARVIS_BACKUP_KEY_FILE or
    PARVIS_BACKUP_RECIPIENTS, then read again. How to keep and restore backups: docs/operate.md.
    """


@backup.command(
    "to", epilog=example("parvis backup to /srv/backups", "parvis backup to before-upgrade.parvis-backup.age")
)
@click.argument("target", metavar="TO", type=Place())
@_JSON
def to(*, target: Path | str, as_lines: bool) -> None:
    """Write a backup to a new file, or to a file named after the instant in a folder.

    To s3://bucket/folder it goes while it is made, through no disk of this machine, and is read again from there.
    PARVIS_BACKUP_S3_… say how that bucket is reached; without them it is reached as the bucket of pieces.

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
@click.argument("file", type=Place(file=True))
@_JSON
def verify(*, file: Path | str, as_lines: bool) -> None:
    """Decrypt a whole backup and check every digest, without a database. Says what it holds."""
    from app.bootstrap.backups import verified
    from app.cli.house import settings
    from app.cli.progress import Progress

    progress = Progress(as_lines=as_lines)
    sound, size = verified(settings(), file, told=progress)
    progress.done()
    _tell(str(file), size, sound.header, sound.manifest, opened=True, as_lines=as_lines)


@backup.command(
    epilog=example(
        "parvis backup prune /srv/backups --keep-daily 7 --keep-weekly 5 --keep-monthly 12 --dry-run",
        "parvis backup prune s3://villebourg-backups/parvis --keep-daily 30 --unopened --json",
    )
)
@click.argument("place", metavar="TO", type=Place())
@click.option("--keep-daily", type=click.IntRange(0), default=0, help="Days whose newest backup stays.")
@click.option("--keep-weekly", type=click.IntRange(0), default=0, help="Weeks, from Monday, whose newest backup stays.")
@click.option("--keep-monthly", type=click.IntRange(0), default=0, help="Months whose newest backup stays.")
@click.option(
    "--unopened", is_flag=True, help="Where the key is not: decrypt none first; the newest stays all the same."
)
@click.option("--dry-run", "dry", is_flag=True, help="Say what would be removed, and remove nothing.")
@_JSON
def prune(  # one argument an option
    *,
    place: Path | str,
    keep_daily: int,
    keep_weekly: int,
    keep_monthly: int,
    unopened: bool,
    dry: bool,
    as_lines: bool,
) -> None:
    """Remove the backups of a folder or a bucket that no rule keeps; files of other names are never touched.

    The newest is decrypted and checked first, and stays whatever the rule; a damaged one, or one of another key, stays in
    doubt and the next is tried. If none is sound nothing is removed. Days are those of UTC; one without a backup uses
    nothing up.
    """
    from app.backups.rotation import Keeping
    from app.bootstrap.backups import pruned
    from app.cli.house import settings
    from app.cli.progress import Progress

    keeping, progress = Keeping(daily=keep_daily, weekly=keep_weekly, monthly=keep_monthly), Progress(as_lines=as_lines)
    done = pruned(settings(), place, keeping, unopened=unopened, dry=dry, told=progress)
    progress.done()
    for verdict in done.verdicts:
        _tell_verdict(verdict, verified=verdict.name == done.verified, dry=dry, as_lines=as_lines)
    if not as_lines:
        gone = sum(not verdict.stays for verdict in done.verdicts)
        click.echo(f"{len(done.verdicts) - gone} stay, {gone} {'would go' if dry else 'removed'}", err=True)


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


def _tell_verdict(verdict: "Verdict", *, verified: bool, dry: bool, as_lines: bool) -> None:
    if as_lines:
        line = {
            "file": verdict.name,
            "made_at": verdict.made_at.isoformat(),
            "stays": verdict.stays,
            "reasons": list(verdict.reasons),
            "verified": verified,
            "removed": not (verdict.stays or dry),
        }
        click.echo(json.dumps(line))
        return
    why = ", ".join([*verdict.reasons, *(["decrypted and sound"] if verified else [])])
    gone = "would go" if dry else "removed"
    click.echo(f"{'stays' if verdict.stays else gone:<9} {verdict.name}  {why}".rstrip())


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
