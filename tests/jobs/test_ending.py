"""F30: a worker that is asked to end finishes what it holds, and leaves what waits to another, at once."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from app.exchanges import inbound
from app.exchanges.receptions import INTAKE, State
from app.jobs.ending import ended_by, ending
from app.jobs.queue import Job, Worker, defer
from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse, mail, opened_town

_WAITS = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND task_name = :task AND lock = :lock")


async def test_work_that_never_ends_by_itself_hears_that_its_worker_is_to_end(
    database_url: str, tmp_path: Path
) -> None:
    stop, begun, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def endless() -> None:
        begun.set()
        while not ending():  # noqa: ASYNC110 — as a queue that never empties
            await asyncio.sleep(0.01)
        ended.set()

    async with opened_town(database_url, tmp_path, clock=MovableClock()) as town:
        worker = Worker(town.house.database.url, concurrency=1)
        worker.on("endless", endless)
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await defer(session, Job("endless", {}))
        running = asyncio.create_task(worker.run(stop))
        await asyncio.wait_for(begun.wait(), 60)
        stop.set()
        await asyncio.wait_for(running, 60)
    assert ended.is_set()  # it was let end, not cut
    assert not ending()


async def test_a_queue_that_never_empties_is_left_to_another_worker(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbound, "BATCH", 2)
    stop = asyncio.Event()
    stop.set()
    async with opened_town(database_url, tmp_path, clock=MovableClock()) as town:
        kept = [await town.accept(mail(message_id=f"<{number}@example.org>")) for number in range(5)]
        with ended_by(stop):
            await town.house.inbound.drain(str(town.tenant_id))
        states = [(await town.reception(one)).state for one in kept]
        assert states == [State.DONE] * 2 + [State.QUEUED] * 3
        assert await _waits(town) == 1
        await town.house.inbound.drain(str(town.tenant_id))
        assert [(await town.reception(one)).state for one in kept] == [State.DONE] * 5
        assert await _waits(town) == 0


async def _waits(town: TownHouse) -> int:
    """How many turns of the intake wait."""
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        asked = {"task": INTAKE, "lock": f"{INTAKE}:{town.tenant_id}"}
        return int((await session.execute(_WAITS, asked)).scalar_one())
