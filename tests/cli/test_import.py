"""`parvis import`: a history taken over from the command line, killed in the middle, gone on with, nothing twice."""

import asyncio
import errno
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from app.bootstrap import House
from app.imports import carrying
from app.tickets.values import Status
from tests.cli.conftest import Parvis, lines
from tests.harness.houses import MovableClock, house
from tests.harness.towns import TownHouse
from tests.imports import samples

ROOT = Path(__file__).parents[2]
COUNT = 130  # more than one batch


def an_export(folder: Path) -> Path:
    """Half of the requests are closed."""
    tickets = []
    for number in range(1, COUNT + 1):
        piece = {"id": 5, "filename": "plan.png", "size": "48", "preferences": {"Mime-Type": "image/png"}}
        said = samples.asked(
            number,
            **{"from": f"Usager <usager{number % 40}@example.org>", "attachments": [piece] if number == 1 else []},
        )
        tickets.append(
            samples.zammad(
                number,
                state="open" if number % 2 == 0 else "closed",
                customer=f"usager{number % 40}@example.org",
                articles=[said, samples.answered(number)],
            )
        )
    path = folder / "export.zip"
    path.write_bytes(samples.archive(samples.lines(*tickets), {"1-10-5": samples.PNG}))
    return path


def counted(owner_url: str, slug: str) -> dict[str, int]:
    """What stands in the tables of one administration."""
    tables = (
        "tickets",
        "messages",
        "attachments",
        "saisines",
        "outbound",
        "notices",
        "ticket_origins",
        "message_origins",
    )
    with psycopg.connect(owner_url, autocommit=True) as connection:
        for table in ("tenants", *tables, "contacts"):
            connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        (tenant,) = connection.execute("SELECT id FROM tenants WHERE slug = %s", (slug,)).fetchone()
        found = {
            table: connection.execute(f"SELECT count(*) FROM {table} WHERE tenant_id = %s", (tenant,)).fetchone()[0]
            for table in (*tables, "contacts")
        }
        for table in ("tenants", *tables, "contacts"):
            connection.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    return found


def in_town(database_url: str, tmp_path: Path, slug: str, work: Callable[[TownHouse], Awaitable[Any]]) -> Any:
    """Opens the house again at a later day and works in the town of that name."""

    async def opened() -> Any:
        async with house(
            database_url, tmp_path / "data", clock=MovableClock(datetime(2030, 1, 1, 9, tzinfo=UTC))
        ) as one:
            town = await _town(one, slug)
            return await work(town)

    return asyncio.run(opened())


async def _town(one: House, slug: str) -> TownHouse:
    for tenant_id in await one.tenants.directory():
        async with one.database.transaction(tenant=tenant_id) as session:
            if (await one.tenants.get(session, tenant_id)).slug == slug:
                (mailbox,) = await one.channels.all_of(session, tenant_id)
                return TownHouse(one, tenant_id, mailbox, MovableClock())
    raise AssertionError(slug)


def killed_at(point: str, tmp_path: Path, *arguments: str) -> None:
    """Runs the real command in a process that dies there, as by a power cut."""
    env = {**os.environ, "PARVIS_CRASH_AT": point, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, "-m", "app", *arguments], env=env, cwd=tmp_path, capture_output=True, check=False
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()[-2000:]


def test_a_killed_import_goes_on_and_makes_nothing_twice(
    in_the_house: Parvis, a_town_with_a_mailbox: tuple[str, str], tmp_path: Path, owner_url: str
) -> None:
    slug, _ = a_town_with_a_mailbox
    export = an_export(tmp_path)
    asked = ["import", "zammad", str(export), "--tenant", slug]

    (*_, trial) = lines(in_the_house(*asked, "--dry-run", "--json"))
    report = trial["report"]
    assert (report["tickets"], report["messages"]["in"], report["clocks"], report["maybe_tacit"]) == (
        COUNT,
        COUNT,
        65,
        65,
    )
    assert report["agents_without_account"] == {"agent@villebourg.example.fr": COUNT}
    assert (report["people_new"], report["pieces"], report["pieces_missing"]) == (40, 1, 0)
    assert counted(owner_url, slug)["tickets"] == 0

    killed_at("import.after_batch", tmp_path, *asked)
    assert counted(owner_url, slug)["tickets"] == 100
    refused = in_the_house(*asked)
    assert refused.exit_code == 1
    assert "--resume" in refused.stderr

    (*_, done) = lines(in_the_house(*asked, "--resume", "--json"))
    assert (done["state"], done["tickets"], done["messages"], done["known"]) == ("done", COUNT, 2 * COUNT, 0)
    whole = counted(owner_url, slug)
    assert whole["tickets"] == whole["ticket_origins"] == COUNT
    assert whole["messages"] == whole["message_origins"] == 2 * COUNT
    assert (whole["saisines"], whole["contacts"], whole["attachments"]) == (65, 40, 1)
    # history: nothing is owed to leave, and nobody is written to
    assert (whole["outbound"], whole["notices"]) == (0, 0)

    (*_, again) = lines(in_the_house(*asked, "--json"))
    assert (again["tickets"], again["messages"], again["known"]) == (0, 0, 2 * COUNT)
    assert counted(owner_url, slug) == whole


@pytest.mark.parametrize(
    ("met", "words"),
    [
        (OperationalError("INSERT", {}, psycopg.errors.DiskFull("could not extend file")), "(DiskFull)"),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
    ],
    ids=["database", "folder"],
)
def test_a_full_disk_is_told_in_words_with_how_to_go_on(
    met: Exception,
    words: str,
    in_the_house: Parvis,
    a_town_with_a_mailbox: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def full(*_: object) -> None:
        raise met

    slug, _ = a_town_with_a_mailbox
    export = samples.written(tmp_path, samples.lines(samples.zammad(1, state="closed")))
    asked = ["import", "zammad", str(export), "--tenant", slug]
    with monkeypatch.context() as patched:
        patched.setattr(carrying, "AGAIN_AFTER_S", (0.0,))
        patched.setattr(carrying.Placing, "place", full)
        ended = in_the_house(*asked)
    told = ended.stderr.splitlines()[-1]
    assert (ended.exit_code, words in told, "--resume" in told) == (1, True, True), ended.stderr
    assert not re.search(r"Traceback|unforeseen|command\.failed", ended.stderr)
    (*_, done) = lines(in_the_house(*asked, "--resume", "--json"))
    assert (done["state"], done["tickets"]) == ("done", 1)


def test_an_open_request_is_watched_from_the_day_its_tool_recorded(
    in_the_house: Parvis, a_town_with_a_mailbox: tuple[str, str], tmp_path: Path, database_url: str
) -> None:
    slug, _ = a_town_with_a_mailbox
    old = samples.zammad(
        1, created_at="2025-06-01T08:00:00Z", articles=[samples.asked(created_at="2025-06-01T08:00:00Z")]
    )
    export = samples.written(tmp_path, samples.lines(old, samples.zammad(2, state="closed")))
    lines(in_the_house("import", "zammad", str(export), "--tenant", slug, "--json"))
    in_town(database_url, tmp_path, slug, _may_be_tacit_and_nothing_leaves)


async def _may_be_tacit_and_nothing_leaves(town: TownHouse) -> None:
    (waiting,) = await town.tickets(statuses=[Status.NEW.value])
    law = await town.law(waiting.id)
    (saisine,) = law.saisines
    assert (saisine.regime.value, saisine.received_on.isoformat()) == ("UNKNOWN", "2025-06-01")
    assert waiting.alert_on is not None
    assert waiting.alert_on < town.house.clock().date()
    (event,) = law.events[saisine.id]
    assert (event.type, event.actor, event.backdated) == ("received", "operator", True)
    assert {duty.kind for duty in law.duties if duty.waived_at} == {"AEE", "ARE"}
    assert await town.house.watch.sweep(town.tenant_id) >= 1  # the watch warns, as of any other
    await town.deliver()
    assert await town.sent(waiting.id) == []
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        from sqlalchemy import text

        told = Counter((await session.execute(text("SELECT type FROM events"))).scalars())
        noted = list((await session.execute(text("SELECT action, actor FROM audit_entries ORDER BY id"))).all())
    assert {kind for kind in told if kind.startswith(("ticket.", "message.", "duty.", "clock."))} == set()
    assert told["import.progressed"] == told["import.ended"] == 1
    assert ("import.started", "operator") in [(row.action, row.actor) for row in noted]


@pytest.mark.parametrize("source", ["chatwoot", "freescout", "csv"])
def test_each_source_is_taken_over_from_a_file_or_a_folder(
    in_the_house: Parvis, a_town_with_a_mailbox: tuple[str, str], tmp_path: Path, owner_url: str, source: str
) -> None:
    slug, _ = a_town_with_a_mailbox
    folder = tmp_path / "export"
    (folder / "attachments").mkdir(parents=True)
    content = {
        "chatwoot": samples.lines(samples.chatwoot()),
        "freescout": samples.lines(samples.freescout()),
        "csv": samples.CSV.encode(),
    }[source]
    (folder / f"messages.{'csv' if source == 'csv' else 'ndjson'}").write_bytes(content)
    (folder / "attachments" / "71-9").write_bytes(samples.PNG)
    (folder / "attachments" / "31-8").write_bytes(samples.PNG)
    (done,) = [
        line
        for line in lines(in_the_house("import", source, str(folder), "--tenant", slug, "--json"))
        if "state" in line
    ]
    wanted = {"chatwoot": (1, 4, 1, 0), "freescout": (1, 2, 1, 1), "csv": (2, 3, 0, 1)}[source]
    assert (done["tickets"], done["messages"], done["pieces"], done["saisines"]) == wanted
    assert counted(owner_url, slug)["outbound"] == 0
    assert json.dumps(done)
