"""`parvis migrate`: the schema, moved by the role that owns it."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from app.cli.examples import example

if TYPE_CHECKING:
    from app.settings import Settings


@click.command(epilog=example("parvis migrate", "parvis migrate --show", "parvis migrate --to 0004 --down"))
@click.option("--to", "revision", metavar="REVISION", help="The revision to reach; the newest by default.")
@click.option("--down", is_flag=True, help="Allow going back: what later revisions brought is lost.")
@click.option("--show", is_flag=True, help="Tell where the schema stands, and move nothing.")
def migrate(*, revision: str | None, down: bool, show: bool) -> None:
    """Bring the database schema to the revision this code needs.

    Connects as PARVIS_MIGRATION_URL, the role that owns the schema; with PARVIS_DATABASE_URL unset, to the PostgreSQL
    of the data folder, whose schema `parvis serve` brings up by itself. May be run again, and by several at once.
    """
    from app.cli.house import settings
    from app.db import migrate as schema
    from app.db import revisions

    read = settings()
    with _owner(read) as url:
        stands, newest = schema.current(url), revisions.head()
        if show:
            click.echo(f"the schema stands at {stands or 'nothing'}; the newest revision is {newest}")
            return
        wanted = revision or newest
        known = revisions.chain()
        if wanted not in known:
            raise click.UsageError(f"no revision {wanted!r}: choose among {', '.join(known)}")
        if stands in known and known.index(wanted) < known.index(stands):
            if not down:
                raise click.ClickException(f"{wanted} is older than {stands}: add --down to lose what came after it")
            schema.downgrade(url, wanted)
        else:
            schema.upgrade(url, wanted)
        click.echo(f"the schema stands at {schema.current(url)}")


def _owner(read: "Settings") -> contextlib.AbstractContextManager[str]:
    from app.errors import Misconfigured

    if read.migration_url is not None:
        return contextlib.nullcontext(read.migration_url.get_secret_value())
    if read.database_url is not None:
        raise Misconfigured("set PARVIS_MIGRATION_URL to the same database, as the role that owns the schema")
    return _embedded(read)


@contextlib.contextmanager
def _embedded(read: "Settings") -> Iterator[str]:
    from app.db.embedded import EmbeddedPostgres

    read.data_dir.mkdir(parents=True, exist_ok=True)
    server = EmbeddedPostgres(read.data_dir / "postgres")
    try:
        yield server.start().owner
    finally:
        server.stop()
