"""F30: a worker that is asked to end finishes what it holds, and leaves what waits to another, at once."""

import asyncio
from pathlib import Path
from typing import Any, ClassVar, Self

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool
from psycopg_pool.base import AttemptWithBackoff
from sqlalchemy import text

from app.db.lines import Line
from app.exchanges import inbound
from app.exchanges.receptions import INTAKE, State
from app.jobs import queue
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


class Cut(Line):
    """Lines that are cut all at once, after which nobody answers any more."""

    standing: ClassVar[list[Line]] = []
    away: ClassVar[bool] = False

    @classmethod
    async def connect(cls, *arguments: Any, **words: Any) -> Self:
        if cls.away:
            raise psycopg.OperationalError("nobody answers")
        line = await super().connect(*arguments, **words)
        cls.standing.append(line)
        return line

    @classmethod
    def cut_all(cls) -> None:
        cls.away = True
        for line in cls.standing:
            line.cut()


async def test_a_worker_whose_database_is_away_ends_without_waiting_for_it(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pool dials after longer and longer pauses, here never again: what a worker asks of it is waited for by nobody."""
    never = 10_000.0
    monkeypatch.setattr(queue, "Line", Cut)
    monkeypatch.setattr(Cut, "standing", [])
    monkeypatch.setattr(Cut, "away", False)  # given back as it was
    monkeypatch.setattr(AttemptWithBackoff, "INITIAL_DELAY", never)
    stop, begun = asyncio.Event(), asyncio.Event()

    async def turn(timestamp: int) -> None:
        begun.set()

    worker = Worker(database_url, concurrency=1)
    worker._connector._pool_args |= {"timeout": never, "reconnect_timeout": never}
    worker.on("beginning", turn)
    with psycopg.connect(database_url, autocommit=True) as line:
        line.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', 'beginning', '{\"timestamp\": 1}')"
        )
    running = asyncio.create_task(worker.run(stop))
    await asyncio.wait_for(begun.wait(), 60)
    Cut.cut_all()
    while not worker._connector.pool.get_stats().get("requests_waiting"):  # noqa: ASYNC110 — the library's to say
        await asyncio.sleep(0.01)
    stop.set()
    await asyncio.wait_for(running, 120)


async def test_a_worker_asked_to_end_while_it_dials_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody listens there and never says a word; the pool would wait for half a minute, here for hours."""
    filled = AsyncConnectionPool.wait
    monkeypatch.setattr(AsyncConnectionPool, "wait", lambda pool, **_: filled(pool, timeout=10_000.0))
    stop, dialled, gone = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        dialled.set()
        await gone.wait()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        worker = Worker(f"postgresql://parvis_app@127.0.0.1:{port}/parvis?connect_timeout=10000", concurrency=1)
        worker._connector._pool_args["timeout"] = 10_000.0
        running = asyncio.create_task(worker.run(stop))
        await asyncio.wait_for(dialled.wait(), 60)
        stop.set()
        await asyncio.wait_for(running, 120)
        gone.set()


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
