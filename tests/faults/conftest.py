"""A house whose processes are real: an embedded PostgreSQL of its own, towns with a mailbox, a sink for what leaves."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psycopg
import pytest
import pytest_asyncio

from app.clock import utc_now
from app.db import migrate
from app.db.embedded import Dsns, EmbeddedPostgres
from app.exchanges.ledger import Ledger, ledger
from tests.faults.journal import Journal
from tests.faults.processes import Parvis
from tests.faults.sink import Sink
from tests.harness.houses import MovableClock, a_town, house

SECRET = "a secret key of tests, long enough to be one"
# Nothing here waits for a minute: what a worker held when it was killed is made due, as if its lease had run out.
LEASES_RUN_OUT = (
    "UPDATE receptions SET next_attempt_at = now() - interval '1 second' WHERE state = 'queued'",
    "UPDATE outbound SET lease_until = now() - interval '1 second' WHERE state = 'sending'",
    "UPDATE outbound SET next_attempt_at = now() - interval '1 second' WHERE state = 'frozen'",
    "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'",
)


@dataclass(frozen=True, slots=True)
class Place:
    tenant_id: UUID
    address: str


@dataclass(slots=True)
class Grounds:
    """The folder, its PostgreSQL, its towns; and every process started on them."""

    folder: Path
    server: EmbeddedPostgres
    dsns: Dsns
    sink: Sink
    sink_port: int
    places: list[Place] = field(default_factory=list)
    processes: list[Parvis] = field(default_factory=list)

    def start(self, *arguments: str, **env: str) -> Parvis:
        settings = {
            "PARVIS_DATA_DIR": str(self.folder / "data"),
            "PARVIS_SECRET_KEY": SECRET,
            "PARVIS_OUTGOING": "send",
            "PARVIS_DATABASE_POOL": "5",
            "PARVIS_WORKER_CONCURRENCY": "2",
            **env,
        }
        started = Parvis(self.folder, *arguments, env=settings)
        self.processes.append(started)
        return started

    async def serving(self, **env: str) -> Parvis:
        started = self.start("serve", "--port", "0", **{"PARVIS_SMTP_LISTEN": "127.0.0.1:0", **env})
        return await started.ready("http.listening", "mail.listening")

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(_inside(self.dsns.admin, self.dsns.app), autocommit=True) as connection:
            return connection.execute(query, values).fetchall()

    def leases_run_out(self) -> None:
        with psycopg.connect(_inside(self.dsns.admin, self.dsns.app), autocommit=True) as connection:
            for statement in LEASES_RUN_OUT:
                connection.execute(statement)

    async def all_read(self, *, within_s: float = 40.0) -> None:
        """Waits until nothing accepted waits any more, and nothing that should leave is still here."""
        left: list[tuple[Any, ...]] = []
        for _ in range(int(within_s / 0.5)):
            left = self.rows(
                "SELECT 'reception', id, reason, attempts FROM receptions WHERE state = 'queued' "
                "UNION ALL SELECT 'outbound', id, detail, attempts FROM outbound WHERE state IN ('frozen', 'sending')"
            )
            if not left:
                return
            await asyncio.sleep(0.5)
            self.leases_run_out()
        raise AssertionError(f"never done: {left}; {self.processes[-1].log()[-3000:]}")

    def check(self, *journals: Journal) -> None:
        """What was acknowledged is there once; nothing is there twice; the ledger sums to nothing unexplained."""
        count = dict(
            self.rows("SELECT external_id, count(*) FROM messages WHERE direction = 'in' GROUP BY external_id")
        )
        for journal in journals:
            assert {key: count.get(key, 0) for key in journal.acknowledged} == dict.fromkeys(journal.acknowledged, 1)
            assert not [key for key in journal.sent if count.get(key, 0) > 1]

    async def ledgers(self) -> Sequence[Ledger]:
        async with house(self.dsns.app, self.folder, clock=MovableClock(utc_now())) as opened:
            summed = []
            for place in self.places:
                async with opened.database.transaction(tenant=place.tenant_id) as session:
                    summed.append(await ledger(session, place.tenant_id, now=utc_now()))
            return summed


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def grounds(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Grounds]:
    folder = tmp_path_factory.mktemp("faults")
    (folder / "data").mkdir()
    server = EmbeddedPostgres(folder / "data" / "postgres")
    dsns = await asyncio.to_thread(server.start)
    await asyncio.to_thread(migrate.upgrade, dsns.owner)
    sink = Sink()
    made = Grounds(folder, server, dsns, sink, await sink.start())
    try:
        await _found_towns(made, 12)
        yield made
    finally:
        for process in made.processes:
            if process.alive:
                process.kill()
        await asyncio.to_thread(server.start)  # takes it over from whoever was killed
        await asyncio.to_thread(server.stop)
        await sink.stop()


async def _found_towns(grounds: Grounds, count: int) -> None:
    async with house(grounds.dsns.app, grounds.folder, clock=MovableClock(utc_now())) as opened:
        for number in range(count):
            tenant_id = await a_town(opened, slug=f"bourg-{number}")
            address = f"contact@bourg-{number}.example.fr"
            config = {
                "address": address,
                "smtp_host": "127.0.0.1",
                "smtp_port": grounds.sink_port,
                "smtp_security": "none",
            }
            async with opened.database.transaction(tenant=tenant_id) as session:
                await opened.channels.connect(
                    session, tenant_id, type="email", name="Courriel", address=address, config=config
                )
            grounds.places.append(Place(tenant_id, address))


def _inside(admin: str, other: str) -> str:
    """The administrator's address, in the other address's database."""
    return urlunsplit(urlsplit(admin)._replace(path=urlsplit(other).path))
