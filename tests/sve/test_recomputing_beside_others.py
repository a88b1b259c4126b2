"""A recomputation beside everything else that goes on: nothing recorded meanwhile is lost, nothing is overwritten."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime
from multiprocessing import active_children
from typing import Any
from uuid import UUID

import psycopg
import pytest

from app.db.transaction import Session
from app.errors import Busy, Unavailable
from app.ids import new_id
from app.sve.law import Regime
from app.sve.recomputing import batches, repository
from app.sve.recomputing.service import SILENT_FOR
from app.sve.recomputing.values import Recomputation
from app.sve.repository import by_messages, settle_duties
from tests.harness.towns import TownHouse
from tests.sve.test_recomputing import AGENT, asked, changes, now, recomputed, settle_in
from tests.sve.test_watch import a_request, qualify, record

ASKED = {"type": "pieces_requested", "at": "2026-03-02T15:00:00Z", "items": ["plan"], "deadline_date": "2026-03-31"}
NOUMEA = {"time_zone": "Pacific/Noumea", "territory": "NOUVELLE_CALEDONIE"}


@pytest.fixture
def afternoon(town: TownHouse, monkeypatch: pytest.MonkeyPatch) -> TownHouse:
    town.clock.at = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    monkeypatch.setattr(batches, "_PAUSE_S", 0.01)
    return town


async def test_an_event_being_recorded_is_waited_for_and_kept(afternoon: TownHouse, owner_url: str) -> None:
    town = afternoon
    saisine = await qualify(town, await a_request(town), Regime.SVA)
    await settle_in(town, owner_url, **NOUMEA)
    writing, free = asyncio.Event(), asyncio.Event()

    async def agent() -> None:
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await town.house.legal.record(
                session, town.tenant_id, saisine.id, ASKED, version=saisine.version, actor=AGENT
            )
            writing.set()
            await free.wait()

    recording = asyncio.create_task(agent())
    await writing.wait()
    recomputing = asyncio.create_task(recomputed(town))
    await asyncio.sleep(0.1)
    assert not recomputing.done()
    free.set()
    await recording
    done = await recomputing
    assert done.ended_at is not None
    assert [event.type for event in (await town.law(saisine.ticket_id)).events[saisine.id]][-1] == "pieces_requested"
    assert (await now(town, saisine)).reading["state"] == "waiting_for_pieces"
    assert (await recomputed(town)).changed == 0


async def test_an_event_recorded_between_the_look_and_the_writing_is_not_overwritten(
    afternoon: TownHouse, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = afternoon
    saisine = await qualify(town, await a_request(town), Regime.SVA)
    await settle_in(town, owner_url, **NOUMEA)
    take, recorded = repository.take, list[Any]()

    async def late(session: Session, tenant_id: UUID, stood: Mapping[UUID, int]) -> Any:
        if not recorded:
            recorded.append(await record(town, saisine, ASKED))
        return await take(session, tenant_id, stood)

    monkeypatch.setattr(repository, "take", late)
    await recomputed(town)
    assert (await now(town, saisine)).reading["state"] == "waiting_for_pieces"
    assert (await recomputed(town)).changed == 0


async def test_an_acknowledgement_being_noted_is_no_circle(
    afternoon: TownHouse, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What left holds what is owed, then waits for the clock: a recomputation that holds the clock waits for nothing."""
    town = afternoon
    saisine = await qualify(town, await a_request(town), Regime.SVA)
    async with await psycopg.AsyncConnection.connect(owner_url, autocommit=True) as connection:
        await connection.execute("SELECT set_config('app.tenant', %s, false)", (str(town.tenant_id),))
        await connection.execute("UPDATE duties SET due_on = due_on + 1, done_at = NULL")
    await settle_in(town, owner_url, **NOUMEA)
    postponed, given_back = asyncio.Event(), repository.held

    async def held(session: Session, tenant_id: UUID, due: Any) -> set[UUID]:
        found = await given_back(session, tenant_id, due)
        postponed.set()
        return found

    monkeypatch.setattr(repository, "held", held)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await settle_duties(session, town.tenant_id, {saisine.message_id: new_id()}, kind="ARE", at=town.clock())
        recomputing = asyncio.create_task(recomputed(town))
        await asyncio.wait_for(postponed.wait(), 30)
        assert len(await by_messages(session, town.tenant_id, [saisine.message_id])) == 1
    done = await recomputing
    assert (done.ended_at is not None, done.changed) == (True, 1)


async def test_one_held_for_too_long_stops_it_where_it_stands_and_it_goes_on_later(
    afternoon: TownHouse, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = afternoon
    monkeypatch.setattr(batches, "_TRIES", 2)
    saisine = await qualify(town, await a_request(town), Regime.SVA)
    await settle_in(town, owner_url, **NOUMEA)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.legal.get(session, town.tenant_id, saisine.id, lock=True)
        with pytest.raises(Busy):
            await recomputed(town)
    (standing,) = await asked(town)
    assert (standing.ended_at, standing.position) == (None, None)
    await town.house.recomputing.work(str(town.tenant_id))
    (done,) = await asked(town)
    assert (done.ended_at is not None, done.seen, done.changed) == (True, 1, 1)


async def test_what_stopped_half_way_goes_on_from_there_and_tells_every_change_once(
    afternoon: TownHouse, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = afternoon
    for number in range(5):
        await a_request(town, message_id=f"<{number}@example.org>")
    await settle_in(town, owner_url, **NOUMEA)
    monkeypatch.setattr(town.house.recomputing, "_span", 2)
    advance, moves = repository.advance, []

    async def failing(session: Session, before: Recomputation, after: Recomputation) -> bool:
        moves.append(after.position)
        if len(moves) == 2:
            raise RuntimeError("the process ends here: the second span is written, nobody has noted it")
        return await advance(session, before, after)

    monkeypatch.setattr(repository, "advance", failing)
    with pytest.raises(RuntimeError, match="ends here"):
        await recomputed(town)
    (standing,) = await asked(town)
    assert (standing.seen, standing.changed) == (2, 2)

    await town.house.recomputing.wake(town.tenant_id)
    town.clock.move(seconds=SILENT_FOR.total_seconds())
    await town.house.recomputing.wake(town.tenant_id)
    await town.house.recomputing.work(str(town.tenant_id))
    (done,) = await asked(town)
    assert (done.ended_at is not None, done.seen, done.changed) == (True, 5, 5)
    told = await changes(town, done)
    assert len({change.saisine_id for change in told}) == len(told) == 5


async def test_two_that_carry_out_the_same_one_count_and_tell_it_once(afternoon: TownHouse, owner_url: str) -> None:
    town = afternoon
    for number in range(4):
        await a_request(town, message_id=f"<{number}@example.org>")
    await settle_in(town, owner_url, **NOUMEA)
    recomputing = town.house.recomputing
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        begun = await recomputing.begin(
            session, town.tenant_id, reason="essai", dry_run=False, actor=AGENT, later=False
        )
    await asyncio.gather(recomputing.carry_out(begun), recomputing.carry_out(begun))
    (done,) = await asked(town)
    assert (done.seen, done.changed, done.ended_at is not None) == (4, 4, True)
    assert len(await changes(town, done)) == 4


async def test_other_processes_read_what_this_one_has_not_begun(afternoon: TownHouse, owner_url: str) -> None:
    town = afternoon
    for number in range(6):
        await a_request(town, message_id=f"<{number}@example.org>")
    await qualify(town, await a_request(town, message_id="<q@example.org>"), Regime.SVA)
    await settle_in(town, owner_url, **NOUMEA)
    recomputing = town.house.recomputing.with_hands(2)
    recomputing._span = 1
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        begun = await recomputing.begin(
            session, town.tenant_id, reason="essai", dry_run=False, actor=AGENT, later=False
        )
    done = await recomputing.carry_out(begun)
    assert (done.seen, done.changed, done.unread) == (7, 7, 0)
    assert [child.name for child in active_children() if child.is_alive()] == []
    assert (await recomputed(town)).changed == 0


async def test_two_that_wait_for_each_other_are_tried_again(
    afternoon: TownHouse, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = afternoon
    await a_request(town)
    await settle_in(town, owner_url, **NOUMEA)
    take, tried = repository.take, list[Any]()

    async def unlucky(session: Session, tenant_id: UUID, stood: Mapping[UUID, int]) -> Any:
        tried.append(stood)
        if len(tried) < 3:
            raise Unavailable("a deadlock")
        return await take(session, tenant_id, stood)

    monkeypatch.setattr(repository, "take", unlucky)
    done = await recomputed(town)
    assert (done.seen, done.changed, len(tried)) == (1, 1, 3)


async def test_a_sweep_beside_a_recomputation_raises_each_alert_once(afternoon: TownHouse, owner_url: str) -> None:
    town = afternoon
    for number in range(6):
        await qualify(town, await a_request(town, message_id=f"<{number}@example.org>"), Regime.SVA)
    await settle_in(town, owner_url, **NOUMEA)
    town.clock.at = datetime(2026, 4, 30, 9, 0, tzinfo=UTC)
    await asyncio.gather(
        town.house.watch.sweep(town.tenant_id), recomputed(town), town.house.watch.sweep(town.tenant_id)
    )
    await town.house.watch.sweep(town.tenant_id)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        raised = await town.house.legal.alerts(session, town.tenant_id, open_only=False, after=None, limit=500)
    keys = [(alert.saisine_id, alert.threshold, alert.alert_on) for alert in raised]
    assert len(keys) == len(set(keys))
    last = [
        alert for alert in raised if alert.threshold in {"term", "J-1", "J-3"} and alert.alert_on == date(2026, 5, 3)
    ]
    assert len(last) >= 6
