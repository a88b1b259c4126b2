"""The two roles and the database of the embedded house, and the addresses they are reached by."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

SUPERUSER = "postgres"
OWNER = "parvis_owner"
APP = "parvis_app"
DATABASE = "parvis"
# A process that is frozen in the middle of a transaction (suspended machine, SIGSTOP) would keep its locks, hence an
# administration's intake, for as long as it sleeps: the server ends it, and others go on. Nobody awake is idle so long.
IDLE_IN_TRANSACTION = "2min"
_PLAIN = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"


@dataclass(frozen=True, slots=True)
class Dsns:
    """Addresses of one database: the application's role, the role that owns the schema, the administrator."""

    app: str
    owner: str
    admin: str


def dsns(socket_folder: Path, database: str = DATABASE) -> Dsns:
    """Returns `postgresql://role@/database?host=/folder` for the three roles."""

    def address(role: str, name: str) -> str:
        return f"postgresql://{role}@/{quote(name)}?host={quote(str(socket_folder))}"

    return Dsns(app=address(APP, database), owner=address(OWNER, database), admin=address(SUPERUSER, "postgres"))


def ensure_roles(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Creates the roles that are missing, and takes every power from the application's one.

    Row-level security does not bind a superuser, nor a role with BYPASSRLS: PostgreSQL, "Row Security Policies".
    """
    for role in (OWNER, APP):
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        verb = "ALTER" if known else "CREATE"
        connection.execute(sql.SQL("{} ROLE {} {}").format(sql.SQL(verb), sql.Identifier(role), sql.SQL(_PLAIN)))
    connection.execute(
        sql.SQL("ALTER ROLE {} SET idle_in_transaction_session_timeout = {}").format(
            sql.Identifier(APP), sql.Literal(IDLE_IN_TRANSACTION)
        )
    )


def ensure_database(connection: psycopg.Connection[tuple[object, ...]], database: str = DATABASE) -> None:
    """Creates the database if it is missing, owned by the owner's role, and lets nobody but the two roles in."""
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is None:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), sql.Identifier(OWNER))
        )
    admit(connection, database)


def admit(connection: psycopg.Connection[tuple[object, ...]], database: str) -> None:
    """Closes a database to everybody, then opens it to the application's role."""
    name = sql.Identifier(database)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(APP)))
