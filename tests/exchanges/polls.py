"""Polling a mailbox as the worker does, and what came of it."""

from sqlalchemy import text

from app.channels.values import Channel
from tests.harness.towns import TownHouse


async def poll_and_read(town: TownHouse, channel: Channel) -> list[str]:
    """Polls as the worker's job does, reads what came; returns the subjects of all messages, in order."""
    await town.house.rounds.sweep()
    await town.house.rounds._polling.poll(str(town.tenant_id), str(channel.id))
    await town.house.inbound.drain(str(town.tenant_id))
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        rows = await session.execute(text("SELECT subject FROM messages WHERE direction = 'in' ORDER BY subject"))
        return list(rows.scalars())


async def states(town: TownHouse) -> dict[str, int]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        rows = await session.execute(text("SELECT state, count(*) FROM receptions GROUP BY state"))
        return dict(rows.all())
