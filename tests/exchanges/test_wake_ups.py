"""One wake-up stands for many deliveries, and none of them is left lying by it."""

import asyncio

from sqlalchemy import text

from app.channels.contract import Delivery
from app.exchanges import receptions
from app.exchanges.receptions import INTAKE, Door
from app.jobs import queue
from tests.harness.towns import TownHouse, mail

WAITING = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND lock = :lock")


async def waiting(town: TownHouse) -> int:
    async with town.house.database.transaction() as session:
        return (await session.execute(WAITING, {"lock": f"{INTAKE}:{town.tenant_id}"})).scalar_one()


async def test_deliveries_that_come_together_are_woken_for_once(town: TownHouse) -> None:
    await asyncio.gather(*(town.accept(mail(message_id=f"<{number}@example.org>")) for number in range(10)))
    assert 1 <= await waiting(town) < 10  # those that came in the very same instant may each have found none
    for number in range(10):
        await town.accept(mail(message_id=f"<late.{number}@example.org>"))
    before = await waiting(town)
    await town.accept(mail(message_id="<last@example.org>"))
    assert await waiting(town) == before
    await town.house.inbound.drain(str(town.tenant_id))
    assert await waiting(town) == 0
    assert len(await town.tickets()) == 21


async def test_a_delivery_that_relied_on_a_wake_up_is_seen_by_who_takes_it_over(town: TownHouse) -> None:
    """Kept but not yet committed, it relies on the wake-up of another: the look must come after its commit."""
    await town.accept(mail(message_id="<one@example.org>"))
    database, now = town.house.database, town.clock()

    async def look() -> int:
        async with database.transaction(tenant=town.tenant_id) as session:
            await queue.absorb(session, INTAKE, lock=f"{INTAKE}:{town.tenant_id}")
            return len(await receptions.claim(session, town.tenant_id, now=now, lease=now, limit=10))

    async with database.transaction(tenant=town.tenant_id) as session:
        await town.house.inbound.keep(
            session, town.mailbox, Delivery(body=mail(message_id="<two@example.org>")), door=Door.API
        )
        looking = asyncio.create_task(look())
        await asyncio.sleep(0.1)
        assert not looking.done()
    assert await looking == 2
