"""A house whose processes are real: an embedded PostgreSQL of its own, towns with a mailbox, a sink for what leaves."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import psycopg
import pytest
import pytest_asyncio

from app.bootstrap import House
from app.clock import utc_now
from app.db import migrate
from app.db.embedded import Dsns, EmbeddedPostgres
from app.errors import Unavailable
from app.exchanges.ledger import Ledger, ledger
from app.ids import Prefix, public_id
from tests.faults.journal import Journal
from tests.faults.leases import inside, run_out
from tests.faults.processes import Parvis
from tests.faults.sink import Sink
from tests.harness.houses import a_town, house

# Longer than every run of the suite can bear: `make long`.
_LONG = [
    "test_clock_jumps.py",
    "test_database_frozen.py",
    "test_disk_of_the_database.py",
    "test_ending.py",
    "test_floods.py",
    "test_point_in_time.py",
    "test_rolling_restarts.py",
    "test_streams_that_hang_up.py",
]
# Needs a library of the system besides: `make faults`.
_WHOLE = ["test_clock_of_the_database.py"]
collect_ignore = {"long": _WHOLE, "whole": []}.get(os.environ.get("PARVIS_FAULTS", ""), _LONG + _WHOLE)
SECRET = "a secret key of tests, long enough to be one"
CONCURRENCY = 2


@dataclass(frozen=True, slots=True)
class Place:
    """A town: its mailbox's address, the path of its API's door, a key for it."""

    tenant_id: UUID
    address: str
    door: str
    key: str


@dataclass(slots=True)
class Grounds:
    """The folder, its PostgreSQL, its towns; and every process started on them."""

    folder: Path
    server: EmbeddedPostgres
    dsns: Dsns
    sink: Sink
    sink_port: int
    house: House
    places: list[Place] = field(default_factory=list)
    processes: list[Parvis] = field(default_factory=list)

    def start(self, *arguments: str, module: str = "app", **env: str) -> Parvis:
        settings = {
            "PARVIS_DATA_DIR": str(self.folder / "data"),
            "PARVIS_SECRET_KEY": SECRET,
            "PARVIS_OUTGOING": "send",
            "PARVIS_EGRESS_ALLOW": '["127.0.0.1", "localhost"]',
            "PARVIS_DATABASE_POOL": "5",
            "PARVIS_LIMIT_CALLER": "0",
            "PARVIS_WORKER_CONCURRENCY": str(CONCURRENCY),
            **env,
        }
        started = Parvis(self.folder, *arguments, env=settings, module=module)
        self.processes.append(started)
        return started

    async def serving(self, **env: str) -> Parvis:
        started = self.start("serve", "--port", "0", **{"PARVIS_SMTP_LISTEN": "127.0.0.1:0", **env})
        return await started.ready("http.listening", "mail.listening")

    def postgres(self) -> list[psutil.Process]:
        """The postmaster and its children: the whole server."""
        note = self.folder / "data/postgres/cluster/postmaster.pid"
        postmaster = psutil.Process(int(note.read_text().split("\n", 1)[0]))
        return [postmaster, *postmaster.children()]

    def signal_postgres(self, sign: signal.Signals, processes: Sequence[psutil.Process] | None = None) -> None:
        """Tells the whole server of PostgreSQL, or those of its processes that still live."""
        for process in self.postgres() if processes is None else processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(sign)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(inside(self.dsns.admin, self.dsns.app), autocommit=True) as connection:
            return connection.execute(query, values).fetchall()

    def leases_run_out(self) -> None:
        run_out(inside(self.dsns.admin, self.dsns.app))

    async def all_read(self, *, within_s: float = 180.0) -> None:
        """Waits until nothing accepted waits any more, and nothing that should leave is still here."""
        left: list[tuple[Any, ...]] = []
        for _ in range(int(within_s / 0.5)):
            left = self.rows(
                "SELECT 'reception', id, reason, attempts FROM receptions WHERE state = 'queued' "
                "UNION ALL SELECT 'outbound', id, detail, attempts FROM outbound WHERE state IN ('frozen', 'sending')"
            )
            if not left:
                return
            self.leases_run_out()
            # The same round as the worker's, without waiting for its quarter of a minute.
            await self.patiently(self.house.rounds.sweep)
            await asyncio.sleep(0.5)
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
        return [await self.patiently(lambda place=place: self._ledger(place)) for place in self.places]

    async def patiently(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """Works in this process's house, whose connections may have died with the server."""
        for _ in range(20):
            try:
                return await work()
            except Unavailable:
                await asyncio.sleep(0.2)
        return await work()

    async def _ledger(self, place: Place) -> Ledger:
        async with self.house.database.transaction(tenant=place.tenant_id) as session:
            return await ledger(session, place.tenant_id, now=utc_now())


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def grounds(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Grounds]:
    async with standing(tmp_path_factory.mktemp("faults")) as made:
        yield made


@contextlib.asynccontextmanager
async def standing(
    folder: Path, *, starting: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext
) -> AsyncIterator[Grounds]:
    """A house in a folder, its PostgreSQL started under `starting`; whatever was started on it is gone at the end."""
    (folder / "data").mkdir()
    server = EmbeddedPostgres(folder / "data" / "postgres")
    with starting():
        dsns = await asyncio.to_thread(server.start)
    await asyncio.to_thread(migrate.upgrade, dsns.owner)
    sink = Sink()
    async with house(dsns.app, folder, clock=utc_now) as opened:
        made = Grounds(folder, server, dsns, sink, await sink.start(), opened)
        try:
            await _found_towns(made, 12)
            yield made
        finally:
            for process in made.processes:
                if process.alive:
                    process.kill()
            await sink.stop()
    await asyncio.to_thread(server.start)  # takes it over from whoever was killed
    await asyncio.to_thread(server.stop)


async def _found_towns(grounds: Grounds, count: int) -> None:
    opened, sends = grounds.house, {"smtp_host": "127.0.0.1", "smtp_port": grounds.sink_port, "smtp_security": "none"}
    for number in range(count):
        tenant_id = await a_town(opened, slug=f"bourg-{number}")
        address = f"contact@bourg-{number}.example.fr"
        async with opened.database.transaction(tenant=tenant_id) as session:
            channel = await opened.channels.connect(
                session, tenant_id, type="email", name="Courriel", address=address, config={"address": address, **sends}
            )
        key, _ = await opened.access.create(tenant_id, name="faults", scopes=["intake:write"])
        door = f"/api/v1/channels/{public_id(Prefix.CHANNEL, channel.id)}/raw"
        grounds.places.append(Place(tenant_id, address, door, key))
