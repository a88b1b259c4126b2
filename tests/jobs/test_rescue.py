"""Jobs of dead workers are done by the living ones, whatever else waits under the same lock."""

import asyncio
from typing import Any

import psycopg
import pytest
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager

from app.jobs.queue import Worker

DEAD = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
JOB = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, status, worker_id) "
    "VALUES ('default', %s, %s, %s, %s, %s, %s)"
)


@pytest.fixture
def dead_worker(owner_url: str) -> int:
    with psycopg.connect(owner_url, autocommit=True) as connection:
        (found,) = connection.execute(DEAD).fetchone() or (0,)
    return int(found)


def insert(owner_url: str, *jobs: tuple[object, ...]) -> None:
    with psycopg.connect(owner_url, autocommit=True) as connection:
        for job in jobs:
            connection.execute(JOB, job)


async def done_by_a_living_worker(database_url: str, expected: set[str]) -> set[str]:
    done: set[str] = set()
    stop = asyncio.Event()
    worker = Worker(database_url, concurrency=2, heartbeat_s=0.1, stalled_after_s=1.0)

    async def note(name: str) -> None:
        done.add(name)
        if done >= expected:
            stop.set()

    async def turn(timestamp: int) -> None:
        await note(f"turn {timestamp}")

    worker.on("work", note)
    worker.on("round", turn)
    await asyncio.wait_for(worker.run(stop), timeout=60)
    return done


async def test_a_round_that_died_does_not_keep_its_next_turn_nor_other_jobs(
    database_url: str, owner_url: str, dead_worker: int
) -> None:
    """The queue refuses to requeue a round whose next turn waits; that refusal used to end every rescue."""
    insert(
        owner_url,
        ("round", "round", "round", '{"timestamp": 1}', "doing", dead_worker),
        ("round", "round", "round", '{"timestamp": 2}', "todo", None),
        ("work", "one", None, '{"name": "held by the dead"}', "doing", dead_worker),
        ("work", "one", None, '{"name": "behind it"}', "todo", None),
    )
    expected = {"turn 2", "held by the dead", "behind it"}
    assert await done_by_a_living_worker(database_url, expected) == expected


async def test_a_job_whose_end_could_not_be_recorded_does_not_hold_its_lock_for_as_long_as_its_worker_lives(
    database_url: str, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found by the long fault run: the database died between a job's last statement and the record of its end."""
    insert(
        owner_url,
        ("work", "one", None, '{"name": "its end is lost"}', "todo", None),
        ("work", "one", None, '{"name": "behind it"}', "todo", None),
    )
    recorded, lost = JobManager.finish_job, list[str]()

    async def lost_once(manager: JobManager, job: Any, **how: Any) -> None:
        if not lost:
            lost.append(job.task_kwargs["name"])
            raise ConnectorException
        await recorded(manager, job, **how)

    monkeypatch.setattr(JobManager, "finish_job", lost_once)
    expected = {"its end is lost", "behind it"}
    assert await done_by_a_living_worker(database_url, expected) == expected
    assert lost == ["its end is lost"]
