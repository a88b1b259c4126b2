"""`parvis files`: where pieces are kept, and moving them from the folder to a bucket."""

import asyncio
import json

import click

from app.cli.examples import example


@click.group(epilog=example("parvis files move"))
def files() -> None:
    """Pieces of messages and where they are kept. See docs/operate.md, Pieces in a bucket."""


@files.command(epilog=example("PARVIS_FILES_URL=s3://villebourg-pieces parvis files move", "parvis files move --json"))
@click.option("--json", "as_lines", is_flag=True, help="One object a line, for programs.")
def move(*, as_lines: bool) -> None:
    """Move every piece of the data folder into the bucket of PARVIS_FILES_URL, beside a house that serves.

    Restart the house with PARVIS_FILES_URL first: it keeps new pieces in the bucket and reads both. Each piece is
    removed from the folder once it was read back from the bucket with its digest. Cut off, run it again. The exit status
    is 1 when damaged pieces stay in the folder: they are named.
    """
    from app.bootstrap.pieces import moved
    from app.cli.house import settings
    from app.cli.progress import Progress

    progress = Progress(as_lines=as_lines)
    done = asyncio.run(moved(settings(), told=progress))
    progress.done()
    if as_lines:
        click.echo(json.dumps({"pieces": done.pieces, "bytes": done.octets, "damaged": done.damaged}))
    else:
        click.echo(f"{done.pieces} pieces moved, {done.octets} bytes")
        for name in done.damaged:
            click.echo(f"{name}: damaged, left where it is; an older backup may hold it whole", err=True)
    if done.damaged:
        raise click.exceptions.Exit(1)
