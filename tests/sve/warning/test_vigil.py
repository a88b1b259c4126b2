"""The watch leaves word that it went round; when it had stopped, it says so and catches up, each alert once."""

import asyncio
from datetime import UTC, datetime, timedelta

from app.sve.warning.pulse import Beat, beat_of
from tests.harness.towns import TownHouse
from tests.sve.warning.told import CHIEF, DESK, a_request, alerts_of, choose, notices_of, round_


async def beat(town: TownHouse) -> Beat:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await beat_of(session, town.tenant_id, now=town.clock())


async def test_each_round_leaves_word_and_a_founding_counts_as_one(town: TownHouse) -> None:
    founded = town.clock()
    town.clock.move(minutes=5)
    assert ((await beat(town)).last_round_at, (await beat(town)).on_time) == (founded, True)
    town.clock.move(seconds=1)
    assert not (await beat(town)).on_time
    await round_(town)
    assert ((await beat(town)).last_round_at, (await beat(town)).round_age) == (town.clock(), timedelta())


async def test_after_three_days_without_anybody_each_alert_comes_once_and_late(town: TownHouse) -> None:
    """From Tuesday 28 April to Friday 1 May: J-3, the eve and the term told on Thursday, all pass unseen."""
    await choose(town)
    await a_request(town)
    town.clock.at = datetime(2026, 4, 28, 8, 0, tzinfo=UTC)
    await round_(town)
    known = {alert.id for alert in await alerts_of(town)}
    town.clock.move(hours=72)
    await asyncio.gather(round_(town), round_(town))
    await round_(town)
    caught = [(alert.threshold, alert.late) for alert in await alerts_of(town) if alert.id not in known]
    assert sorted(caught) == [("J-3", True), ("term", True)]
    (notice,) = await notices_of(town, "late_watch")
    assert notice.recipient == CHIEF
    assert "du 28 avril 2026 à 10 h 00 au 1er mai 2026 à 10 h 00" in notice.text


async def test_a_quarter_of_an_hour_is_no_lateness(town: TownHouse) -> None:
    await choose(town)
    await round_(town)
    town.clock.move(minutes=15)
    await round_(town)
    assert await notices_of(town, "late_watch") == []
    town.clock.move(minutes=15, seconds=1)
    await round_(town)
    assert len(await notices_of(town, "late_watch")) == 1


async def test_without_anybody_above_lateness_is_told_to_the_desk(town: TownHouse) -> None:
    await choose(town, escalate_to=[])
    await round_(town)
    town.clock.move(hours=1)
    await round_(town)
    assert [notice.recipient for notice in await notices_of(town, "late_watch")] == [DESK]


async def test_two_rounds_at_once_raise_each_alert_once(town: TownHouse) -> None:
    for number in range(12):
        await a_request(town, message_id=f"<{number}@example.org>")
    town.clock.at = datetime(2026, 5, 3, 8, 0, tzinfo=UTC)
    new = await asyncio.gather(*(round_(town) for _ in range(3)))
    told = [(alert.saisine_id, alert.threshold) for alert in await alerts_of(town)]
    assert len(told) == len(set(told)) == sum(new)
    assert len([one for one in told if one[1] == "born"]) == 12


async def test_the_pulse_tells_the_slowest_watch_and_the_oldest_day_not_looked_at(town: TownHouse) -> None:
    await round_(town)
    await a_request(town)
    assert (await beat(town)).due_for == timedelta()
    town.clock.move(days=2)
    own = await beat(town)
    assert (own.alive, own.round_age) == (False, timedelta(days=2))
    assert own.due_for == timedelta(days=1, hours=10)  # since Tuesday's midnight in Paris: an acknowledgement was due
    slowest = await town.house.pulse.take()
    assert slowest.round_age >= own.round_age
    assert slowest.due_for >= own.due_for
    await round_(town)
    assert (await beat(town)).due_for == timedelta()
