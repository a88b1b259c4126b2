"""A lease lasts as long as its holder lives: renewed while the work goes on, due seconds after a death (F2, F11)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text

from app.channels.contract import Outcome, Sender, SendRequest, Sent
from app.channels.values import Channel
from app.exchanges import course, departures, holding, outbox, receptions
from app.exchanges.holding import LEASE
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.receptions import State
from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse, mail, opened_town


@dataclass
class SlowRelay:
    """A provider that answers when it is told to."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    answer: asyncio.Event = field(default_factory=asyncio.Event)

    def can(self, channel: Channel, adapter: Sender) -> bool:
        return True

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        self.asked.set()
        await self.answer.wait()
        return Sent(outcome=Outcome.OK)


@pytest.fixture
def relay() -> SlowRelay:
    return SlowRelay()


@pytest_asyncio.fixture
async def town(database_url: str, tmp_path: Path, clock: MovableClock, relay: SlowRelay) -> AsyncIterator[TownHouse]:
    async with opened_town(database_url, tmp_path, clock=clock) as opened:
        opened.house.deliverer._carrier = relay
        yield opened


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases are looked after all the time: hours of the town's clock pass within a test's moment."""
    monkeypatch.setattr(holding, "RENEWED_EACH_S", 0.01)


async def claimed(town: TownHouse) -> list[UUID]:
    """What another worker would take at this moment; it puts it back as it was."""
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        found = await receptions.claim(session, town.tenant_id, now=town.clock(), lease=town.clock(), limit=10)
        await session.rollback()
    return [one.id for one in found]


async def test_what_a_dead_worker_was_reading_is_due_within_twenty_seconds(town: TownHouse) -> None:
    receipt = await town.accept(mail())
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await receptions.claim(session, town.tenant_id, now=town.clock(), lease=town.clock() + LEASE, limit=10)
    assert timedelta(seconds=20) >= LEASE
    town.clock.move(seconds=LEASE.total_seconds() - 1)
    assert await claimed(town) == []
    town.clock.move(seconds=1)
    assert await claimed(town) == [receipt]


@pytest.mark.usefixtures("quick")
async def test_a_reading_that_lasts_longer_than_its_lease_is_taken_by_nobody_else(
    town: TownHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = await town.accept(mail())
    reading, go_on = asyncio.Event(), asyncio.Event()
    read_all = town.house.inbound._reader.read_all

    async def slowly(asked: object) -> object:
        reading.set()
        await go_on.wait()
        return await read_all(asked)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(town.house.inbound._reader, "read_all", slowly)
    draining = asyncio.create_task(town.house.inbound.drain(str(town.tenant_id)))
    await reading.wait()
    for _ in range(3):
        town.clock.move(seconds=LEASE.total_seconds() - 1)
        await _renewed(town)
    assert await claimed(town) == []
    go_on.set()
    await draining
    assert (await town.reception(receipt)).state is State.DONE


async def _renewed(town: TownHouse) -> None:
    """Waits until what is being read is held until a lease from now."""
    while (await _held_until(town)) != [town.clock() + LEASE]:  # noqa: ASYNC110 — another task writes it
        await asyncio.sleep(0.01)


async def _held_until(town: TownHouse) -> list[object]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        rows = await session.execute(text("SELECT next_attempt_at FROM receptions"))
        return list(rows.scalars())


async def test_only_what_is_still_held_by_a_known_lease_is_renewed(town: TownHouse) -> None:
    first, second = [await town.accept(mail(message_id=f"<{name}@example.org>")) for name in ("un", "deux")]
    now, later = town.clock(), town.clock() + timedelta(hours=1)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await receptions.claim(session, town.tenant_id, now=now, lease=now + LEASE, limit=10)
        await receptions.postpone(session, town.tenant_id, second, until=later, reason="attend")
        await receptions.renew(session, town.tenant_id, [first, second], leases=[now + LEASE], until=now + 2 * LEASE)
    assert sorted(str(one) for one in await _held_until(town)) == sorted([str(now + 2 * LEASE), str(later)])


@pytest.mark.usefixtures("quick")
async def test_a_sending_that_lasts_longer_than_its_lease_is_nobodys_orphan(town: TownHouse, relay: SlowRelay) -> None:
    await town.receive(mail())
    sending = asyncio.create_task(town.deliver())
    await relay.asked.wait()
    for _ in range(3):
        town.clock.move(seconds=course.LEASE.total_seconds() - 1)
        while (await _sending(town)).lease_until != town.clock() + course.LEASE:  # noqa: ASYNC110 — another task writes it
            await asyncio.sleep(0.01)
    assert await _orphans(town) == []
    relay.answer.set()
    await sending
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        (left,) = await outbox.in_states(session, town.tenant_id, [], after=None, limit=10)
    assert (left.state, left.attempts) == (OutState.ACCEPTED, 1)


async def test_what_a_dead_worker_was_sending_is_found_within_a_minute(town: TownHouse, relay: SlowRelay) -> None:
    await town.receive(mail())
    sending = asyncio.create_task(town.deliver())
    await relay.asked.wait()
    held = await _sending(town)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    town.clock.move(seconds=course.LEASE.total_seconds() - 1)
    assert await _orphans(town) == []
    town.clock.move(seconds=1)
    assert await _orphans(town) == [held.id]


async def test_a_message_another_worker_took_is_renewed_for_nobody(town: TownHouse, relay: SlowRelay) -> None:
    await town.receive(mail())
    sending = asyncio.create_task(town.deliver())
    await relay.asked.wait()
    mine = await _sending(town)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await departures.lease(session, town.tenant_id, [mine], until=town.clock() + course.LEASE)
        assert await departures.renew(session, town.tenant_id, [mine], until=town.clock() + 2 * course.LEASE) == {}
    relay.answer.set()
    await sending


async def _sending(town: TownHouse) -> Outbound:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        (one,) = await outbox.in_states(session, town.tenant_id, [OutState.SENDING.value], after=None, limit=10)
    return one


async def _orphans(town: TownHouse) -> list[UUID]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        found = await departures.orphans(session, town.tenant_id, town.mailbox.id, now=town.clock(), limit=10)
        await session.rollback()
    return [one.id for one in found]
