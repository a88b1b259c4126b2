"""F23: everything is destroyed, and what a backup made under load had held is found again elsewhere."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import psycopg

from app.backups import keys
from app.clock import utc_now
from app.db import migrate
from app.db.embedded import EmbeddedPostgres
from app.files.local import LocalStore
from app.files.store import digest_of
from tests.backups.conftest import PIECE, a_letter
from tests.faults.conftest import SECRET
from tests.harness.houses import a_town, house
from tests.harness.towns import TownHouse, a_mailbox

ROOT = Path(__file__).parents[2]


async def parvis(folder: Path, data: Path, *arguments: str) -> str:
    """Runs a command as an operator would, and returns what it said; it must succeed."""
    given = {
        "PARVIS_DATA_DIR": str(data),
        "PARVIS_BACKUP_KEY_FILE": str(folder / "backup.key"),
        "PARVIS_LOG_LEVEL": "error",
        "PYTHONPATH": str(ROOT),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app",
        *arguments,
        cwd=folder,
        env={**os.environ, **given},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


class Load:
    """Citizens who write all the time, and what they were told was kept."""

    def __init__(self, town: TownHouse) -> None:
        self._town, self._stopped = town, False
        self.acknowledged: list[int] = []

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        writing = asyncio.create_task(self._write())
        try:
            yield
        finally:
            self._stopped = True
            await writing

    async def reached(self, count: int) -> None:
        for _ in range(2400):
            if len(self.acknowledged) >= count:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"only {len(self.acknowledged)} were acknowledged in two minutes")

    async def _write(self) -> None:
        number = 0
        while not self._stopped:
            number += 1
            await self._town.accept(a_letter(number))
            self.acknowledged.append(number)
            if number % 3 == 0:
                await self._town.house.inbound.drain(str(self._town.tenant_id))
            await asyncio.sleep(0.02)


def destroy(server: EmbeddedPostgres, data: Path) -> None:
    """Kills every process of the cluster at once, then removes all there was."""
    postmaster = psutil.Process(int((server.home / "cluster" / "postmaster.pid").read_text().split("\n", 1)[0]))
    for process in [postmaster, *postmaster.children(recursive=True)]:
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs([postmaster], timeout=10)
    shutil.rmtree(data)


async def test_what_a_backup_under_load_held_outlives_the_machine(tmp_path: Path) -> None:
    data, again, file = tmp_path / "data", tmp_path / "again", tmp_path / "house.age"
    data.mkdir()
    (data / "secret.key").write_text(SECRET)
    keys.make(tmp_path / "backup.key")
    server = EmbeddedPostgres(data / "postgres", fast=True)
    dsns = await asyncio.to_thread(server.start)
    await asyncio.to_thread(migrate.upgrade, dsns.owner)
    async with house(dsns.app, data, clock=utc_now) as opened:
        tenant_id = await a_town(opened)
        mailbox = await a_mailbox(opened, tenant_id, "contact@villebourg.example.fr")
        load = Load(TownHouse(opened, tenant_id, mailbox, utc_now))  # type: ignore[arg-type]
        async with load.running():
            await load.reached(6)
            before = set(load.acknowledged)
            await parvis(tmp_path, data, "backup", str(file))
            await load.reached(len(before) + 1)
    await asyncio.to_thread(destroy, server, data)
    said = await parvis(tmp_path, again, "restore", str(file))
    assert "FAILED" not in said
    assert (again / "secret.key").read_text() == SECRET
    restored = EmbeddedPostgres(again / "postgres", fast=True)
    dsns = await asyncio.to_thread(restored.start)
    try:
        async with house(dsns.app, again, clock=utc_now) as opened:
            await opened.inbound.drain(str(tenant_id))
            with psycopg.connect(dsns.admin.replace("/postgres?", "/parvis?"), autocommit=True) as connection:
                found = connection.execute(
                    "SELECT external_id, count(*) FROM messages WHERE direction = 'in' GROUP BY external_id"
                ).fetchall()
            counted = {str(name): count for name, count in found}
            assert {f"<lettre-{number}@example.org>" for number in before} <= set(counted)
            assert set(counted.values()) == {1}
            store = LocalStore(again / "pieces")
            assert await store.get(tenant_id, digest_of(PIECE % min(before))) == PIECE % min(before)
    finally:
        await asyncio.to_thread(restored.stop)
