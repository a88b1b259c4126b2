"""The ground a scenario stands on: one PostgreSQL that syncs every commit, a town of its own, real Parvis processes."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psycopg
from psycopg import sql

from app.bootstrap import opened
from app.channels.values import Channel
from app.db import migrate
from app.db.embedded import Dsns, EmbeddedPostgres
from app.db.embedded.roles import OWNER, admit
from app.settings import Settings
from bench.corpus import TO
from bench.processes import Process, running

SECRET_KEY = "a secret key of benchmarks, long enough to be one"
WEBHOOK_SECRET = "whsec_YmVuY2htYXJrcyBoYXZlIG5vIHNlY3JldHM="
_TEMPLATE = "parvis"


@dataclass(frozen=True, slots=True)
class Town:
    """An administration with a signed door and a mailbox, in a database of its own."""

    tenant_id: UUID
    hook: Channel
    mailbox: Channel
    dsns: Dsns
    folder: Path

    def settings(self, **more: str) -> dict[str, str]:
        """Returns the environment of a Parvis process of this town."""
        return {
            "PARVIS_DATABASE_URL": self.dsns.app,
            "PARVIS_DATA_DIR": str(self.folder),
            "PARVIS_SECRET_KEY": SECRET_KEY,
            "PARVIS_OUTGOING": "capture",
            "PARVIS_WORKER_INSIDE": "false",
            "PARVIS_LISTEN": "127.0.0.1:0",
            "PARVIS_LOG_FORMAT": "json",
            # What a house can do is measured, not what a key may ask.
            **{f"PARVIS_LIMIT_{whose}": "0" for whose in ("CALLER", "TENANT", "ADDRESS", "CHANNEL")},
            **more,
        }


class Ground:
    """One server for a whole run; each scenario takes databases of it."""

    def __init__(self, folder: Path, *, rows: int | None = None, streams: int | None = None) -> None:
        self.folder = folder
        self.rows = rows  # how many open clocks the scenarios of the law are to write
        self.streams = streams  # how many listeners the scenario of the event stream opens
        self._server = EmbeddedPostgres(folder / "postgres")
        self._numbers = itertools.count(1)
        self._template: Dsns | None = None

    def __enter__(self) -> Self:
        self._template = self._server.start()
        migrate.upgrade(self._template.owner)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def database(self, *, migrated: bool) -> Dsns:
        """Returns the addresses of a new database, with Parvis's schema or empty."""
        assert self._template
        name = f"bench_{next(self._numbers)}"
        with psycopg.connect(self._template.admin, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(_TEMPLATE if migrated else "template0")
                )
            )
            admit(connection, name)
        return Dsns(*(_named(url, name) for url in (self._template.app, self._template.owner, self._template.admin)))

    @property
    def postmaster(self) -> int:
        """The process whose children serve the databases."""
        return int(next(self.folder.rglob("postmaster.pid")).read_text().split("\n", 1)[0])

    async def town(self) -> Town:
        """Founds a town."""
        dsns = self.database(migrated=True)
        folder = self.folder / urlsplit(dsns.app).path.strip("/")
        folder.mkdir()
        settings = Settings(
            _env_file=None, data_dir=folder, database_url=dsns.app, secret_key=SECRET_KEY, outgoing="capture"
        )
        async with opened(settings) as house:
            tenant_id = await house.tenants.found(_VILLEBOURG)
            async with house.database.transaction(tenant=tenant_id) as session:
                hook = await house.channels.connect(
                    session, tenant_id,
                    type="http", name="Porte signée", address=None, config={"secrets": [WEBHOOK_SECRET]},
                )  # fmt: skip
                mailbox = await house.channels.connect(
                    session, tenant_id, type="email", name="Courriel", address=TO, config={"address": TO}
                )
        return Town(tenant_id, hook, mailbox, dsns, folder)


@asynccontextmanager
async def serving(town: Town, **settings: str) -> AsyncIterator[tuple[Process, int]]:
    """Runs `parvis serve` without its worker; gives the process and its HTTP port."""
    async with running("app", "serve", folder=town.folder, settings=town.settings(**settings)) as process:
        yield process, int(str((await process.said("http.listening"))["port"]))


@asynccontextmanager
async def working(town: Town) -> AsyncIterator[Process]:
    """Runs one `parvis worker`."""
    async with running("app", "worker", folder=town.folder, settings=town.settings()) as process:
        await process.said("worker.ready")
        yield process


_VILLEBOURG = {
    "slug": "villebourg",
    "name": "Commune de Villebourg",
    "kind": "commune",
    "territory": "METRO",
    "time_zone": "Europe/Paris",
    "service_name": "Accueil de la mairie",
    "postal_address": "1 place de la Mairie, 00000 Villebourg",
    "email": TO,
    "phone": "+33 1 99 00 00 00",
}


def _named(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
