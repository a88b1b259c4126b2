"""The embedded PostgreSQL keeps what it acknowledged, is shared by processes, and leaves nothing behind."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from app.db.embedded import Dsns, EmbeddedPostgres, lock
from app.db.embedded.cluster import postmaster
from app.db.transaction import Database
from app.errors import Unavailable

# Starts, says how it began, waits to be told to end.
PROCESS = """
import sys
from pathlib import Path
from app.db.embedded import Dsns, EmbeddedPostgres, lock
server = EmbeddedPostgres(Path(sys.argv[1]))
addresses = server.start()
print("keeper" if lock.is_keeper(server.home) else "guest", addresses.owner, flush=True)
sys.stdin.read()
server.stop()
"""


def another_process(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROCESS, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def first_words(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    return process.stdout.readline().split()


def backends(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def power_cut(server: EmbeddedPostgres) -> None:
    """Kills the postmaster and every backend, as nothing on the machine could resist."""
    pid = postmaster(server.home)
    assert pid is not None
    for each in (pid, *backends(pid)):
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


def test_the_two_roles_are_neither_superusers_nor_above_row_level_security(an_embedded_server: EmbeddedPostgres):
    addresses = an_embedded_server.start()
    with psycopg.connect(addresses.admin) as admin:
        roles = admin.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolcanlogin FROM pg_roles "
            "WHERE rolname LIKE 'parvis%' ORDER BY rolname"
        ).fetchall()
        owner = admin.execute("SELECT datdba::regrole::text FROM pg_database WHERE datname = 'parvis'").fetchone()
    assert roles == [
        ("parvis_app", False, False, False, False, True),
        ("parvis_owner", False, False, False, False, True),
    ]
    assert owner == ("parvis_owner",)


def test_the_owner_may_create_the_extensions_that_migrations_need(an_embedded_server: EmbeddedPostgres):
    with psycopg.connect(an_embedded_server.start().owner) as owner:
        for extension in ("unaccent", "pg_trgm", "btree_gin"):
            owner.execute(f"CREATE EXTENSION {extension}")


def test_it_listens_to_no_network_and_flushes_to_disk(an_embedded_server: EmbeddedPostgres):
    with psycopg.connect(an_embedded_server.start().admin) as admin:
        seen = {
            name: admin.execute(f"SHOW {name}").fetchone()
            for name in ("listen_addresses", "fsync", "synchronous_commit")
        }
    assert seen == {"listen_addresses": ("",), "fsync": ("on",), "synchronous_commit": ("on",)}


def test_its_folder_and_its_socket_are_closed_to_others(an_embedded_server: EmbeddedPostgres):
    an_embedded_server.start()
    for folder in (an_embedded_server.home, an_embedded_server.home / "run", an_embedded_server.home / "cluster"):
        assert folder.stat().st_mode & 0o077 == 0


def test_its_log_keeps_no_citizens_words(an_embedded_server: EmbeddedPostgres):
    with psycopg.connect(an_embedded_server.start().owner, autocommit=True) as owner:
        owner.execute("CREATE TABLE people (address text UNIQUE)")
        owner.execute("INSERT INTO people VALUES (%s)", ["une.habitante@example.fr"])
        with pytest.raises(psycopg.errors.UniqueViolation):
            owner.execute("INSERT INTO people VALUES (%s)", ["une.habitante@example.fr"])
        with pytest.raises(psycopg.errors.UndefinedTable):
            owner.execute("SELECT 'une.habitante@example.fr' FROM nowhere")
    log = (an_embedded_server.home / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "une.habitante" not in log


def test_what_was_written_is_there_at_the_next_start(an_embedded_server: EmbeddedPostgres):
    with psycopg.connect(an_embedded_server.start().owner) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 1 AS n")
    an_embedded_server.stop()
    assert not an_embedded_server.alive()
    again = EmbeddedPostgres(an_embedded_server.home)
    with psycopg.connect(again.start().owner) as owner:
        assert owner.execute("SELECT n FROM kept").fetchone() == (1,)
    again.stop()


def test_a_path_too_long_for_a_socket_works_all_the_same(a_data_folder: Path):
    server = EmbeddedPostgres(a_data_folder / ("long-" * 20))
    addresses = server.start()
    assert len(addresses.app) < 160
    assert EmbeddedPostgres(server.home).start() == addresses
    psycopg.connect(addresses.app).close()
    server.stop()
    Path((server.home / "run.path").read_text()).rmdir()


def test_a_path_with_a_space_and_an_accent_works(a_data_folder: Path):
    server = EmbeddedPostgres(a_data_folder / "Mairie d'Évreux 100%")
    psycopg.connect(server.start().app).close()
    server.stop()


def test_of_processes_that_start_together_one_starts_it_and_the_others_attach(a_data_folder: Path):
    processes = [another_process(a_data_folder) for _ in range(3)]
    words = [first_words(process) for process in processes]
    assert sorted(role for role, _ in words) == ["guest", "guest", "keeper"]
    assert len({address for _, address in words}) == 1
    # A guest that leaves takes nothing away.
    guests = [process for process, (role, _) in zip(processes, words, strict=True) if role == "guest"]
    for guest in guests:
        guest.communicate("", timeout=20)
    psycopg.connect(words[0][1]).close()
    for process in set(processes) - set(guests):
        process.communicate("", timeout=20)
    assert not EmbeddedPostgres(a_data_folder).alive()


def test_a_server_whose_process_was_killed_is_taken_over(a_data_folder: Path):
    killed = another_process(a_data_folder)
    first_words(killed)
    killed.kill()
    killed.communicate()
    server = EmbeddedPostgres(a_data_folder)
    assert server.alive()
    server.start()
    server.stop()
    assert not server.alive()


def test_every_acknowledged_row_is_there_after_a_power_cut(an_embedded_server: EmbeddedPostgres):
    addresses = an_embedded_server.start()
    acknowledged = 0
    with psycopg.connect(addresses.owner, autocommit=True) as owner:
        owner.execute("CREATE TABLE letters (n int)")
        for n in range(300):
            owner.execute("INSERT INTO letters VALUES (%s)", [n])
            acknowledged += 1
        power_cut(an_embedded_server)
    began = time.monotonic()
    with psycopg.connect(an_embedded_server.start().owner) as owner:
        assert owner.execute("SELECT count(*) FROM letters").fetchone() == (acknowledged,)
    assert time.monotonic() - began < 60


def test_a_start_right_after_the_postmaster_alone_was_killed_waits_for_its_backends(
    an_embedded_server: EmbeddedPostgres,
):
    addresses = an_embedded_server.start()
    with psycopg.connect(addresses.owner, autocommit=True) as owner:
        owner.execute("CREATE TABLE letters AS SELECT generate_series(1, 1000) AS n")
        pid = postmaster(an_embedded_server.home)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        with psycopg.connect(an_embedded_server.start().owner) as again:
            assert again.execute("SELECT count(*) FROM letters").fetchone() == (1000,)


def frozen(server: EmbeddedPostgres) -> None:
    """Stops every process of it where it stands: lines stay open, new ones are taken by the kernel alone."""
    pid = postmaster(server.home)
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    while "\nState:\tT" not in Path(f"/proc/{pid}/status").read_text():
        time.sleep(0.01)
    for each in backends(pid):
        os.kill(each, signal.SIGSTOP)


def test_a_frozen_server_is_stopped_whole(an_embedded_server: EmbeddedPostgres):
    with psycopg.connect(an_embedded_server.start().owner) as owner:
        owner.execute("CREATE TABLE letters (n int)")
        owner.commit()
        frozen(an_embedded_server)
        an_embedded_server.stop()
    assert not an_embedded_server.alive()
    with psycopg.connect(an_embedded_server.start().owner) as owner:
        assert owner.execute("SELECT count(*) FROM letters").fetchone() == (0,)


async def test_a_start_that_waits_for_others_is_given_up_when_its_process_leaves(
    an_embedded_server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
):
    """Else the thread it waits in would keep the process for two minutes."""
    an_embedded_server.start()
    begun, given_up, start = threading.Event(), threading.Event(), EmbeddedPostgres._start

    def watched(self: EmbeddedPostgres, *, timeout: float) -> Dsns:
        begun.set()
        try:
            return start(self, timeout=timeout)
        finally:
            given_up.set()

    monkeypatch.setattr(EmbeddedPostgres, "_start", watched)
    with lock.starting(an_embedded_server.home, timeout=5):  # another process starts or stops it, and takes its time
        watching = asyncio.create_task(an_embedded_server.supervise(every=0.01))
        power_cut(an_embedded_server)
        assert await asyncio.to_thread(begun.wait, 60)
        watching.cancel()
        await asyncio.to_thread(an_embedded_server.stop)
        assert await asyncio.to_thread(given_up.wait, 60)
    assert not an_embedded_server.alive()


async def test_a_server_that_dies_is_started_again_and_the_pool_finds_it(an_embedded_server: EmbeddedPostgres):
    database = Database(an_embedded_server.start().app)
    watching = asyncio.create_task(an_embedded_server.supervise(every=0.1))
    for _ in range(3):
        async with database.transaction() as session:
            await session.execute(text("SELECT 1"))
        power_cut(an_embedded_server)
        began = time.monotonic()
        await until_it_answers(database)
        assert time.monotonic() - began < 60  # F3: back without anybody's hand; the bench measures how soon
    watching.cancel()
    await database.close()


async def until_it_answers(database: Database) -> None:
    while True:
        await asyncio.sleep(0.05)
        with suppress(Unavailable):
            async with database.transaction() as session:
                await session.execute(text("SELECT 1"))
                return


async def test_a_guest_starts_the_server_again_when_its_keeper_has_left(a_data_folder: Path):
    keeper = another_process(a_data_folder)
    first_words(keeper)
    guest = EmbeddedPostgres(a_data_folder)
    database = Database(guest.start().app)
    watching = asyncio.create_task(guest.supervise(every=0.1))
    await asyncio.to_thread(keeper.communicate, "", 20)
    async with asyncio.timeout(5):
        await until_it_answers(database)
    watching.cancel()
    await database.close()
    guest.stop()
    assert not guest.alive()
