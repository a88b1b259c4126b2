"""PostgreSQL's own recovery to a point in time, as docs/operate.md says it: nothing leaves before a person says so.

Too long for every run of the suite: `make long` (`PARVIS_FAULTS=long`).
"""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg

from app.clock import utc_now
from app.db import migrate
from app.db.embedded import Dsns, EmbeddedPostgres
from app.db.embedded.binaries import find_binaries
from app.db.embedded.root import find_footing
from tests.backups.conftest import a_letter
from tests.faults.conftest import SECRET
from tests.harness.houses import a_town, house
from tests.harness.towns import TownHouse, a_mailbox

ROOT = Path(__file__).parents[2]
BECAUSE = "base ramenée au 02/03/2026 09:00 UTC"


async def parvis(data: Path, *arguments: str) -> tuple[int | None, str]:
    """Runs a command as an operator would; returns its status, and what it said."""
    env = {**os.environ, "PARVIS_DATA_DIR": str(data), "PARVIS_LOG_LEVEL": "error", "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app", *arguments),
        cwd=data, env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    return process.returncode, said.decode()


def archived(server: EmbeddedPostgres, wal: Path) -> Dsns:
    """Has the cluster keep its journal in a folder, from now on."""
    dsns = server.start()
    migrate.upgrade(dsns.owner)
    with psycopg.connect(dsns.admin, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET archive_mode = on")
        keep = f"test ! -f {wal}/%f && cp %p {wal}/%f.part && mv {wal}/%f.part {wal}/%f"
        connection.execute(f"ALTER SYSTEM SET archive_command = '{keep}'")  # type: ignore[call-overload]  # our own words
    server.stop()
    return server.start()


def copied(server: EmbeddedPostgres, dsns: Dsns, base: Path) -> None:
    """Copies the running cluster."""
    binaries = find_binaries()
    footing = find_footing(server.home, binaries)
    asked = footing.command("pg_basebackup", "-D", str(base), "-X", "stream", "-c", "fast", "-d", dsns.admin)
    done = subprocess.run(asked, capture_output=True, text=True, check=False, **footing.options(server.home))
    assert done.returncode == 0, done.stderr


async def journal_kept(dsns: Dsns, wal: Path) -> None:
    """Waits until what was written so far stands in the folder of the journal."""
    with psycopg.connect(dsns.admin, autocommit=True) as connection:
        (name,) = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone() or ("",)
    for _ in range(1200):
        if (wal / name).exists():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{name} was not kept within a minute")


def brought_back(server: EmbeddedPostgres, base: Path, wal: Path, *, to: str) -> Dsns:
    """Puts the copy in the cluster's place, and lets PostgreSQL replay its journal up to an instant."""
    server.stop()
    shutil.move(server.home / "cluster", server.home / "cluster.aside")
    shutil.move(base, server.home / "cluster")
    with (server.home / "cluster" / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"restore_command = 'cp {wal}/%f %p'\nrecovery_target_time = '{to}'\n")
        # until it is promoted nobody may read it: a house that half stands would write, and be refused
        settings.write("recovery_target_action = 'promote'\nhot_standby = off\narchive_mode = off\n")
    (server.home / "cluster" / "recovery.signal").touch()
    return server.start()


async def test_a_house_brought_back_to_a_minute_holds_what_it_held_and_sends_nothing_before_a_word(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    server = EmbeddedPostgres(data / "postgres")
    wal, base = server.home / "wal", server.home / "base"
    wal.mkdir(parents=True)
    (data / "secret.key").write_text(SECRET)
    dsns = await asyncio.to_thread(archived, server, wal)
    try:
        await asyncio.to_thread(copied, server, dsns, base)
        async with house(dsns.app, data, clock=utc_now) as opened:
            tenant_id = await a_town(opened)
            mailbox = await a_mailbox(opened, tenant_id, "contact@villebourg.example.fr")
            town = TownHouse(opened, tenant_id, mailbox, utc_now)  # type: ignore[arg-type]
            for number in (1, 2):
                await town.receive(a_letter(number))
            waiting = rows(dsns, "SELECT count(*) FROM outbound WHERE state IN ('frozen', 'sending')")
            ((instant,),) = rows(dsns, "SELECT clock_timestamp()::text")
            await town.receive(a_letter(3))
            await town.deliver()  # and what had not left at that instant has left
            assert rows(dsns, "SELECT count(*) FROM outbound WHERE state IN ('frozen', 'sending')") == [(0,)]
        await journal_kept(dsns, wal)
        dsns = await asyncio.to_thread(brought_back, server, base, wal, to=str(instant))
        found = rows(dsns, "SELECT external_id FROM messages WHERE direction = 'in' ORDER BY 1")
        assert found == [("<lettre-1@example.org>",), ("<lettre-2@example.org>",)]
        assert waiting == [(2,)] == rows(dsns, "SELECT count(*) FROM outbound WHERE state IN ('frozen', 'sending')")

        status, said = await parvis(data, "outbox", "stop", "--because", BECAUSE)
        assert (status, "1 channels and every webhook stopped; 2 messages in doubt" in said) == (0, True), said
        status, said = await parvis(data, "check")
        failed = [line for line in said.splitlines() if "FAILED" in line]
        assert (status, len(failed)) == (1, 1), said
        assert BECAUSE in failed[0]
        assert (await parvis(data, "outbox", "resume"))[0] == 0
        status, said = await parvis(data, "check")
        assert status == 0, said
        assert rows(dsns, "SELECT DISTINCT state FROM outbound") == [("unknown",)], "a person decides of each"
    finally:
        await asyncio.to_thread(server.stop)


def rows(dsns: Dsns, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsns.admin.replace("/postgres?", "/parvis?"), autocommit=True) as connection:
        return connection.execute(query).fetchall()  # type: ignore[call-overload,no-any-return]  # a test's own words
