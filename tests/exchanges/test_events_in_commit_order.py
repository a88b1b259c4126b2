"""P9, F20: a reader that follows the cursor sees every event once, whatever the order of commits."""

import asyncio
import random
from uuid import UUID

from app.ids import new_id
from app.tickets.facts import TicketCreated
from tests.harness.towns import TownHouse


async def test_a_follower_misses_nothing_while_writers_commit_late(town: TownHouse) -> None:
    house, written, chance = town.house, set[UUID](), random.Random(7)
    done = asyncio.Event()

    async def write() -> None:
        for _ in range(12):
            subject = new_id()
            async with house.database.transaction(tenant=town.tenant_id) as session:
                fact = TicketCreated(
                    tenant_id=town.tenant_id, subject_id=subject, at=town.clock(), channel_type="email"
                )
                await house.events.write(session, [fact])
                await asyncio.sleep(chance.random() / 50)  # commits come in another order than the rows
            written.add(subject)

    async def follow() -> list[UUID]:
        seen, position = list[UUID](), None
        end = asyncio.get_running_loop().time() + 60
        while asyncio.get_running_loop().time() < end:
            async with house.database.transaction(tenant=town.tenant_id) as session:
                events = await house.events.after(session, town.tenant_id, position, limit=5)
            seen += [event.subject_id for event in events]
            if events:
                position = (events[-1].xid, events[-1].id)
            elif done.is_set() and len(seen) >= len(written):
                return seen
            # A transaction still open elsewhere on the server holds back the newest: they come when it ends.
            await asyncio.sleep(0.002)
        return seen

    follower = asyncio.create_task(follow())
    await asyncio.gather(*(write() for _ in range(4)))
    done.set()
    seen = await follower
    assert len(seen) == len(set(seen))
    assert set(seen) == written


async def test_another_administration_sees_none_of_it(town: TownHouse) -> None:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        fact = TicketCreated(tenant_id=town.tenant_id, subject_id=new_id(), at=town.clock(), channel_type="email")
        await town.house.events.write(session, [fact])
    other = new_id()
    async with town.house.database.transaction(tenant=other) as session:
        assert await town.house.events.after(session, other, None, limit=10) == []
        assert await town.house.events.after(session, town.tenant_id, None, limit=10) == []
