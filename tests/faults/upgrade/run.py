"""The upgrade itself, and what is judged of it."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from alembic.script import ScriptDirectory

from app.db import migrate, revisions
from bench.filled_town import fill
from tests.faults.conftest import Grounds, Place, standing
from tests.faults.journal import Journal
from tests.faults.leases import inside
from tests.faults.processes import Parvis
from tests.faults.test_sudden_deaths import all_is_well
from tests.faults.upgrade.waiting import Waits, kept_waiting
from tests.faults.upgrading import SECRET, Doors, kept_on, load, stands

LONGEST_WAIT_S = 2.0
_SEED = 20261123
_KILLED_WITHIN_S = 1.0
_READ = (
    "SELECT count(*) FROM tenants UNION ALL SELECT count(*) FROM tickets UNION ALL SELECT count(*) FROM messages "
    "UNION ALL SELECT count(*) FROM contact_points UNION ALL SELECT count(*) FROM outbound"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The former code, how great the house is, how often its migration is killed, how long somebody reads it whole."""

    former: Path
    rows: int
    kills: int
    reading_s: float


async def upgraded(wanted: Wanted, folder: Path) -> Mapping[str, Any]:
    """Returns the figures of one upgrade, `met` when nobody was refused, lost, or kept waiting for too long."""
    (folder / "house").mkdir()
    async with standing(folder / "house") as grounds:
        place, journal, waits = grounds.places[0], Journal("upgraded"), Waits()
        hook = await _filled(grounds, wanted.rows)
        before = _head_of(wanted.former)
        began = time.monotonic()
        await asyncio.to_thread(migrate.downgrade, grounds.dsns.owner, before)
        told: dict[str, Any] = {"rows": wanted.rows, "from": before, "to": revisions.head()}
        told["back_s"] = round(time.monotonic() - began, 1)
        urls = {"PARVIS_DATABASE_URL": grounds.dsns.app, "PARVIS_MIGRATION_URL": grounds.dsns.owner}
        former = await grounds.serving(**urls, PYTHONPATH=str(wanted.former))
        doors = Doors(former)
        async with (
            kept_waiting(inside(grounds.dsns.admin, grounds.dsns.app), waits),
            _read_whole(inside(grounds.dsns.admin, grounds.dsns.app), wanted.reading_s),
            load(journal, doors, place, hook),
        ):
            await kept_on(journal)
            told |= await _moved(grounds, urls, wanted.kills)
            await stands(former, ready=True)
            latter = await grounds.serving(**urls)
            doors.served.append(latter)
            await stands(latter, ready=True)
            await kept_on(journal)
            doors.served.remove(former)
            told["former_ended_with"] = await former.end(within_s=120)
            await kept_on(journal)
        unanswered = len(journal.unknown)
        await journal.again(latter.smtp, place.address)
        await all_is_well(grounds, journal)
        latter.kill()
    told |= {"acknowledged": len(journal.acknowledged), "refused": journal.refused, "without_answer": unanswered}
    told |= {"longest_wait_s": round(waits.longest_s, 2), "waited_for": waits.told(), "looks": waits.looks}
    met = not journal.refused and told["former_ended_with"] == 0 and waits.longest_s <= LONGEST_WAIT_S
    return told | {"met": met and told["migrated"]}


async def _filled(grounds: Grounds, rows: int) -> str:
    """Fills the last town and leaves it to itself; returns the path of a hook of the first."""
    town = grounds.places.pop()
    ((channel_id,),) = grounds.rows("SELECT id FROM channels WHERE tenant_id = %s", town.tenant_id)
    admin = inside(grounds.dsns.admin, grounds.dsns.app)
    await asyncio.to_thread(fill, admin, town.tenant_id, channel_id, slug="grand-bourg", count=rows)
    grounds.rows("UPDATE outbound SET state = 'delivered' WHERE tenant_id = %s RETURNING 1", town.tenant_id)
    return await _hook(grounds, grounds.places[0])


async def _hook(grounds: Grounds, place: Place) -> str:
    async with grounds.house.database.transaction(tenant=place.tenant_id) as session:
        channel = await grounds.house.channels.connect(
            session, place.tenant_id, type="http", name="Porte", address=None, config={"secrets": [SECRET]}
        )
    return f"/hooks/http/{channel.key}"


def _head_of(tree: Path) -> str:
    head = ScriptDirectory(str(tree / "migrations")).get_current_head()
    assert head is not None
    return head


async def _moved(grounds: Grounds, urls: Mapping[str, str], kills: int) -> dict[str, Any]:
    """Migrates, killed a revision or more further each time; again when it said that a table is in use, as one does."""
    chance, reached, began = random.Random(_SEED), [migrate.current(grounds.dsns.owner)], time.monotonic()
    for _ in range(kills):
        process = grounds.start("migrate", **urls)
        await _further(grounds, process, reached[-1])
        await asyncio.sleep(chance.uniform(0.0, _KILLED_WITHIN_S))
        if not process.alive:
            break
        process.kill()
        reached.append(migrate.current(grounds.dsns.owner))
    said: list[str] = []
    for _ in range(10):
        process = grounds.start("migrate", **urls)
        if await process.ended(within_s=1800) == 0:
            break
        said.append(process.log().strip()[-300:])
    moved = migrate.current(grounds.dsns.owner) == revisions.head()
    seconds = round(time.monotonic() - began, 1)
    return {"killed_at": reached[1:], "gave_up": said, "migrated": moved, "migration_s": seconds}


async def _further(grounds: Grounds, process: Parvis, than: str | None) -> None:
    """Waits until a migration has done one revision more, or has ended."""
    for _ in range(60_000):
        if not process.alive or migrate.current(grounds.dsns.owner) != than:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"no further than {than}: {process.log()}")


@contextlib.asynccontextmanager
async def _read_whole(url: str, seconds: float) -> AsyncIterator[None]:
    """Reads every table in one transaction, keeps it open for so long, and begins again: a backup, an export."""

    async def read() -> None:
        async with await psycopg.AsyncConnection.connect(url) as connection:
            while True:
                async with connection.transaction():
                    await connection.execute(_READ)
                    await asyncio.sleep(seconds)
                await asyncio.sleep(1)

    reading = asyncio.create_task(read())
    try:
        yield
    finally:
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading
