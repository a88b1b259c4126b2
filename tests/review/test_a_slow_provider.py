"""A provider that keeps answers waiting costs the others nothing."""

from sqlalchemy import text

from app.exchanges.freezing import DEPART
from tests.harness.towns import TownHouse, mail


async def test_sweeps_do_not_pile_up_wake_ups_of_the_same_answer(town: TownHouse) -> None:
    """P7: a queue that grows at each sweep keeps the intake, which waits behind it, from its turn."""
    kept = await town.receive(mail())
    (sent,) = await town.sent(kept.ticket_id)
    for _ in range(5):
        await town.house.dispatcher.sweep(town.tenant_id)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        counted = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = :task AND lock = :lock")
        found = await session.execute(counted, {"task": DEPART, "lock": f"out:{sent.channel_id}"})
        assert found.scalar_one() == 1
