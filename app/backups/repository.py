"""Every SQL statement of backups: one look at the whole database, and what a restored one is asked and told."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row
from sqlalchemy import text

from app.db.transaction import Session, enter_tenant
from app.errors import Conflict, Misconfigured, Unavailable

# Jobs are wake-ups: the rows say what is due, and the sweep wakes it again. Alembic's table is a revision, not data.
LEFT_OUT = "procrastinate_%"
# Every column that names a piece; tests/backups holds that a new `sha256` column is either here or named as no piece.
PIECE_COLUMNS = (
    ("attachments", "sha256"),
    ("draft_pieces", "sha256"),
    ("letterheads", "logo_sha256"),
    ("letters", "pdf_sha256"),
    ("letter_deliveries", "slip_sha256"),
)
_TABLES = """
    SELECT c.relname FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname NOT LIKE %s
       AND c.relname <> 'alembic_version' AND NOT c.relispartition
     UNION ALL SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'p'
     ORDER BY 1
"""
_ENCLOSED = """
    SELECT o.tenant_id, piece->>'sha256' FROM public.outbound o
      CROSS JOIN LATERAL jsonb_array_elements(
        CASE jsonb_typeof(o.request->'enclosed') WHEN 'array' THEN o.request->'enclosed' ELSE '[]' END) AS piece
"""
_POWERS = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
_BEHIND = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
_PENDING = text("SELECT count(*) FROM outbound WHERE tenant_id = :tenant AND state IN ('frozen', 'sending', 'unknown')")
_HEAD = text("SELECT number, digest FROM audit_seals WHERE tenant_id = :tenant ORDER BY number DESC LIMIT 1")


@dataclass(frozen=True, slots=True)
class View:
    """The database at one instant, which other connections may look at too by its name."""

    connection: psycopg.Connection[tuple[Any, ...]]
    name: str
    major: int
    revision: str

    def tenants(self) -> list[tuple[UUID, str]]:
        """Returns every administration, suspended ones too."""
        return list(self.connection.execute("SELECT id, slug FROM public.tenants ORDER BY id").fetchall())

    def rows(self) -> dict[str, int]:
        """Counts the rows of each table."""
        counted = {}
        for (name,) in self.connection.execute(_TABLES, [LEFT_OUT]).fetchall():
            query = sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(name))
            counted[name] = int(self.connection.execute(query).fetchone()[0])  # type: ignore[index]
        return counted

    def pieces(self) -> Iterator[tuple[UUID, str]]:
        """Yields the pieces the rows name, in order, a batch at a time.

        A schema of before an upgrade may lack the latest tables.
        """
        present = {name for (name,) in self.connection.execute(_TABLES, [LEFT_OUT]).fetchall()}
        parts = [
            sql.SQL("SELECT tenant_id, {1} FROM public.{0}").format(sql.Identifier(table), sql.Identifier(column))
            for table, column in PIECE_COLUMNS
            if table in present
        ]
        named = sql.SQL(" UNION ").join([*parts, sql.SQL(_ENCLOSED)])
        query = sql.SQL("SELECT * FROM ({}) AS named(tenant_id, sha256) WHERE sha256 IS NOT NULL ORDER BY 1, 2").format(
            named
        )
        with self.connection.cursor("pieces", row_factory=tuple_row) as cursor:
            cursor.itersize = 5000
            cursor.execute(query)
            yield from cursor


@contextmanager
def view(reader_url: str) -> Iterator[View]:
    """Opens one look at everything. It holds nobody back, and no writer changes what it shows.

    Raises `Misconfigured` for a role that row-level security binds: it would see, and save, nothing.
    """
    try:
        with psycopg.connect(reader_url, connect_timeout=10, application_name="parvis backup") as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            connection.execute("SET LOCAL statement_timeout = 0")
            if not _one(connection, _POWERS):
                raise Misconfigured(
                    "the role of PARVIS_BACKUP_URL sees no administration's rows: give it BYPASSRLS and "
                    "pg_read_all_data (docs/operate.md, Backup)"
                )
            major = int(_one(connection, "SHOW server_version_num")) // 10_000
            revision = str(_one(connection, "SELECT version_num FROM public.alembic_version"))
            yield View(connection, str(_one(connection, "SELECT pg_export_snapshot()")), major, revision)
            connection.rollback()
    except psycopg.OperationalError as error:
        raise Unavailable(f"the database of PARVIS_BACKUP_URL cannot be reached: {_first(error)}") from error
    except psycopg.errors.UndefinedTable as error:
        raise Misconfigured("there is nothing to save: this database has no schema of Parvis") from error


async def look_through(session: Session, name: str) -> None:
    """Makes a transaction that has asked nothing yet see what a view shows."""
    await session.execute(_BEHIND)
    # A name PostgreSQL made itself; this statement takes no parameter.
    await session.execute(text(f"SET TRANSACTION SNAPSHOT '{name}'"))


async def enter(session: Session, tenant_id: UUID) -> None:
    """Binds such a transaction to one administration."""
    await enter_tenant(session, tenant_id)


async def pending(session: Session, tenant_id: UUID) -> int:
    """Counts what has not left, or may have."""
    return int((await session.execute(_PENDING, {"tenant": tenant_id})).scalar_one())


async def head(session: Session, tenant_id: UUID) -> tuple[int, str]:
    """Returns the last link of the journal's chain; 0 and nothing before the first."""
    row = (await session.execute(_HEAD, {"tenant": tenant_id})).first()
    return (row.number, row.digest.hex()) if row else (0, "")


async def link_at(session: Session, tenant_id: UUID, number: int) -> str:
    """Returns the digest of one link, nothing when there is none."""
    query = text("SELECT digest FROM audit_seals WHERE tenant_id = :tenant AND number = :number")
    found = (await session.execute(query, {"tenant": tenant_id, "number": number})).scalar_one_or_none()
    return found.hex() if found else ""


def major_of(url: str) -> int:
    with _connected(url) as connection:
        return int(_one(connection, "SHOW server_version_num")) // 10_000


def check_empty(owner_url: str) -> None:
    """Raises `Conflict` unless the database holds no administration and nobody works on it."""
    with _connected(owner_url) as connection:
        there = _one(connection, "SELECT to_regclass('public.tenants') IS NOT NULL")
        if there and _one(connection, "SELECT EXISTS (SELECT FROM public.tenants)"):
            raise Conflict("this house holds an administration: a backup is restored into an empty one only")
        others = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND usename IS NOT NULL AND application_name <> 'parvis backup'"
        )
        if _one(connection, others):
            raise Conflict("somebody is connected to this database: stop `parvis serve` and `parvis worker` first")


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    try:
        with psycopg.connect(url, connect_timeout=10, application_name="parvis backup", autocommit=True) as connection:
            yield connection
    except psycopg.OperationalError as error:
        raise Unavailable(f"the database cannot be reached: {_first(error)}") from error


def _one(connection: psycopg.Connection[tuple[Any, ...]], query: Any) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def _first(error: psycopg.Error) -> str:
    return str(error).strip().splitlines()[0][:200]


def quoted(document: object) -> str:
    """Writes a value as an SQL literal of JSON."""
    # Unicode escapes only, and no backslash outside of them: the same text whatever standard_conforming_strings says.
    return "'" + json.dumps(document, ensure_ascii=True).replace("'", "''") + "'"
