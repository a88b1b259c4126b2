"""One cluster a run, one migrated template, a clone for whoever asks."""

import itertools
import os
from functools import cache
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from app.db import migrate
from app.db.embedded import Dsns, EmbeddedPostgres
from app.db.embedded.roles import APP, DATABASE, OWNER, admit, ensure_database, ensure_roles
from tests.harness import run

OUTSIDE = "PARVIS_TEST_DATABASE_URL"
PASSWORD = "parvis-tests"
_numbers = itertools.count(1)
_servers: list[EmbeddedPostgres] = []


def clone() -> Dsns:
    """Returns the addresses of a new, migrated, empty database."""
    template = prepared()
    name = _next_name()
    with psycopg.connect(template.admin, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(_database(template.app))
            )
        )
        admit(connection, name)
    return _named(template, name)


def unmigrated() -> Dsns:
    """Returns the addresses of a new database without any table."""
    name = _next_name()
    with psycopg.connect(prepared().admin, autocommit=True) as connection:
        ensure_database(connection, name)
    return _named(prepared(), name)


def as_role(url: str, role: str) -> str:
    """Returns the address of the same database as another role, whose password is the harness's own."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{PASSWORD}@{place}"))


def drop(dsns: Dsns) -> None:
    """Drops a clone, and whoever is still connected to it."""
    with psycopg.connect(dsns.admin, autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_database(dsns.app)))
        )


@cache
def prepared() -> Dsns:
    """Returns the template's addresses; the first worker to come starts the cluster and migrates it."""
    with run.alone("postgres"):
        dsns = _outside(os.environ[OUTSIDE]) if OUTSIDE in os.environ else _embedded()
        done = run.folder() / "migrated"
        if not done.exists():
            migrate.upgrade(dsns.owner)
            done.touch()
    return dsns


def forget_outside() -> None:
    """Drops what a run left on a server that is not its own."""
    if OUTSIDE not in os.environ or not (run.folder() / "migrated").exists():
        return
    with psycopg.connect(os.environ[OUTSIDE], autocommit=True) as connection:
        left = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [_template_name()])
        for (name,) in left.fetchall():
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _embedded() -> Dsns:
    server = EmbeddedPostgres(run.folder() / "pg", fast=True)
    _servers.append(server)
    return server.start()  # stopped by the guardian of the run: no worker knows that it is the last


def _outside(admin: str) -> Dsns:
    """The server's roles parvis_owner and parvis_app are taken to be the tests' own: their passwords are set."""
    with psycopg.connect(admin, autocommit=True) as connection:
        ensure_roles(connection)
        for role in (OWNER, APP):
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), PASSWORD))
        ensure_database(connection, _template_name())

    ours = urlunsplit(urlsplit(admin)._replace(path=f"/{_template_name()}"))
    return Dsns(app=as_role(ours, APP), owner=as_role(ours, OWNER), admin=admin)


def _next_name() -> str:
    return f"{_database(prepared().app)}_{run.worker()}_{next(_numbers)}"


def _template_name() -> str:
    return run.folder().name.replace("-", "_").lower()


def _named(dsns: Dsns, database: str) -> Dsns:
    def other(url: str) -> str:
        return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))

    return Dsns(app=other(dsns.app), owner=other(dsns.owner), admin=dsns.admin)


def _database(url: str) -> str:
    return urlsplit(url).path.removeprefix("/") or DATABASE
