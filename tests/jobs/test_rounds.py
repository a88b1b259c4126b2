"""Rounds happen when they say: a library that reads their fields in another order is told so."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from croniter import croniter  # type: ignore[import-untyped]  # the library the queue reads rounds with has no stubs

from app.exchanges.rounds import Rounds
from app.jobs.queue import Turns, Worker

NIGHT = datetime(2026, 11, 22, 8, 0, 1, tzinfo=UTC)


class Heard:
    """Whatever a round is made of: only its clock is looked at here."""

    def __getattr__(self, name: str) -> Any:
        return self


def periodic(worker: Worker) -> dict[str, str]:
    registry = worker._registry
    return {task.task.name: task.cron for task in registry.periodic_tasks.values()}


async def nothing() -> None: ...


@pytest.mark.parametrize(
    ("cron", "turns"),
    [
        ("*/15 * * * * *", ["08:00:15", "08:00:30"]),
        ("20 * * * * *", ["08:00:20", "08:01:20"]),
        ("0 41 2 * * *", ["02:41:00", "02:41:00"]),
        ("17 3 * * *", ["03:17:00", "03:17:00"]),
    ],
)
def test_a_round_comes_at_the_seconds_minutes_and_hours_it_was_given(cron: str, turns: list[str]) -> None:
    worker = Worker("postgresql://nowhere.example/x", concurrency=1)
    worker.every(cron, "round", nothing)
    following = croniter(periodic(worker)["round"], NIGHT)
    assert [f"{following.get_next(datetime):%H:%M:%S}" for _ in turns] == turns


def test_the_watch_goes_round_every_half_minute_and_what_was_lost_is_woken_every_quarter() -> None:
    worker = Worker("postgresql://nowhere.example/x", concurrency=1)
    organ = cast("Any", Heard())
    rounds = Rounds.__new__(Rounds)
    for name in Rounds.__init__.__annotations__:
        setattr(rounds, f"_{name}", organ)
    rounds.register(worker)
    seconds = {}
    for name, cron in periodic(worker).items():
        following = croniter(cron, NIGHT)
        first = following.get_next(datetime)
        seconds[name] = (following.get_next(datetime) - first).total_seconds()
    assert (seconds["sweep"], seconds["watch"], seconds["seal"]) == (15, 30, 60)
    assert all(24 * 3600 >= every >= 15 for every in seconds.values())


@pytest.mark.parametrize("jump", [timedelta(days=90), -timedelta(hours=2)])
def test_a_time_that_was_set_asks_for_one_turn_and_the_next_comes_when_it_should(jump: timedelta) -> None:
    """F8: neither every turn of the months that were skipped, nor none until the same hour comes again."""
    worker = Worker("postgresql://nowhere.example/x", concurrency=1)
    worker.every("*/15 * * * * *", "round", nothing)
    turns = Turns(worker._registry, lambda: NIGHT)

    def asked(at: datetime) -> list[float]:
        return [float(stamp) for _, stamp in turns.get_previous_tasks(at.timestamp())]

    assert asked(NIGHT) == [(NIGHT - timedelta(seconds=1)).timestamp()]
    assert asked(NIGHT + timedelta(seconds=3)) == []
    assert asked(NIGHT + jump) == [(NIGHT + jump - timedelta(seconds=1)).timestamp()]
    assert asked(NIGHT + jump + timedelta(seconds=15)) == [(NIGHT + jump + timedelta(seconds=14)).timestamp()]
