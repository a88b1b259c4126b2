"""Moves the schema between revisions, one process at a time, with locks that never make the town wait."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from app.db.base import Base
from app.db.lock_waits import wait_by_statement
from app.db.partitioning import is_part
from app.db.revisions import SERVES, folder, oldest_code
from app.errors import Unavailable

# "parvis" on a telephone's keys: any constant does, as long as every process takes the same one.
_ONE_AT_A_TIME = 727847
_NOT_HAD = "55P03"  # lock_not_available
_LOCKS_SECONDS = 120.0
_PAUSE_SECONDS = 0.5  # everybody who waited behind a refused lock passes in it
_TURN_SECONDS = 600
_ASK_AGAIN = 0.2
_READABLE = "GRANT SELECT ON alembic_version TO parvis_app"


class _LockNotHad(Exception):
    """Others hold a table."""


def current(owner_url: str) -> str | None:
    """Returns the revision the database stands at, None before the first."""
    with _connected(owner_url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(owner_url: str, revision: str = "head") -> None:
    """Brings the schema up. Raises `Unavailable` when the database is away or a lock was not had within two minutes.

    Each revision commits alone, so an interrupted upgrade is simply run again.
    """
    _insisting(command.upgrade, owner_url, revision)


def downgrade(owner_url: str, revision: str) -> None:
    """Brings the schema down to a revision; `base` empties it."""
    _insisting(command.downgrade, owner_url, revision)


def drift(owner_url: str) -> list[Any]:
    """Returns Alembic's list of differences between the migrated schema and the mapped tables; empty when none."""
    with _connected(owner_url) as connection:
        options = {"compare_type": True, "include_object": _ours}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), _tables()))


def new_revision(owner_url: str, message: str) -> None:
    """Writes a revision file from what `drift` finds; a person reads it before it is kept."""
    with _migrating(owner_url) as config:
        config.attributes["metadata"] = _tables()
        command.revision(config, message, autogenerate=True)


def _insisting(move: Callable[[Config, str], None], owner_url: str, revision: str) -> None:
    """Moves the schema; where a lock was not had in a moment, lets everybody pass and begins again at that revision."""
    until = time.monotonic() + _LOCKS_SECONDS
    while True:
        try:
            with _migrating(owner_url) as config:
                move(config, revision)
                _tell(config.attributes["connection"])
        except _LockNotHad as error:
            if time.monotonic() > until:
                raise Unavailable(f"the schema was not moved: {error}") from error
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _tell(connection: Connection) -> None:
    """Lets the application read where the schema stands, and what code it serves."""
    stands = MigrationContext.configure(connection).get_current_revision()
    if stands is not None:
        connection.execute(text(_READABLE))  # `parvis check` compares revisions as the application
        connection.execute(text(f"COMMENT ON TABLE alembic_version IS '{SERVES.format(oldest_code(stands))}'"))


def _tables() -> MetaData:
    # Only these two acts need every mapped table, and only the composition root, far above this floor, knows them all.
    import_module("app.bootstrap")
    return Base.metadata


def _ours(_object: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:  # noqa: FBT001
    # The job queue brings its own schema; Alembic's own table is nobody's model.
    # A part of a divided table is its table's.
    return not (
        kind == "table" and name is not None and (name.startswith(("procrastinate_", "alembic_")) or is_part(name))
    )


@contextmanager
def _migrating(owner_url: str) -> Iterator[Config]:
    with _connected(owner_url) as connection:
        _take_turn(connection)
        connection.commit()
        wait_by_statement(connection)
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(folder()).replace("%", "%%"))
        yield config
        connection.commit()


def _take_turn(connection: Connection) -> None:
    """Waits for another process's migration, ten minutes at most; raises `Unavailable` after them.

    A session lock, released with the connection: it outlives the transactions of the revisions. It is asked for again and
    again, since who waits inside a statement holds a snapshot, for which CREATE INDEX CONCURRENTLY of the other waits in turn.
    """
    until = time.monotonic() + _TURN_SECONDS
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _ONE_AT_A_TIME}):
        connection.commit()
        if time.monotonic() > until:
            raise Unavailable("another process has been moving the schema for ten minutes: look at it, then try again")
        time.sleep(_ASK_AGAIN)


@contextmanager
def _connected(owner_url: str) -> Iterator[Connection]:
    engine = create_engine(owner_url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == _NOT_HAD:
            raise _LockNotHad(str(error.orig).strip()) from error
        raise Unavailable(f"the schema was not moved: {str(error.orig).strip()}") from error
    finally:
        engine.dispose()
