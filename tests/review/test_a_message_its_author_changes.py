"""Edits come twice, late and out of order; what was written first is evidence."""

import json
from typing import Any

from sqlalchemy import select

from app.channels.values import Channel
from app.exchanges.receptions import State
from app.tickets.tables import MessageRecord
from tests.harness.towns import TownHouse

JSON = (("Content-Type", "application/json"),)


async def said(town: TownHouse, door: Channel, **words: Any) -> None:
    kept = await town.receive(json.dumps(words).encode(), channel=door, headers=JSON)
    assert kept.state is State.DONE, kept.reason


async def edited(town: TownHouse, door: Channel, text: str, *, at: str) -> None:
    await said(town, door, type="message.edited", data={"external_id": "1", "text": text, "occurred_at": at})


async def words_of(town: TownHouse) -> tuple[str, list[str]]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        query = select(MessageRecord).where(MessageRecord.external_id == "1")
        row = (await session.execute(query)).scalar_one()
        return row.text, [entry["text"] for entry in row.history]


async def written(town: TownHouse) -> Channel:
    door = await town.connect("http", {"accept_unsigned": True})
    await said(town, door, external_id="1", text="premier")
    return door


async def test_every_wording_stays(town: TownHouse) -> None:
    door = await written(town)
    await edited(town, door, "deuxième", at="2026-03-02T09:01:00Z")
    await edited(town, door, "troisième", at="2026-03-02T09:02:00Z")
    assert await words_of(town) == ("troisième", ["premier", "deuxième"])


async def test_the_same_edit_delivered_twice_forgets_nothing(town: TownHouse) -> None:
    door = await written(town)
    for _ in range(2):
        await edited(town, door, "deuxième", at="2026-03-02T09:01:00Z")
    assert await words_of(town) == ("deuxième", ["premier"])


async def test_an_older_edit_that_comes_late_does_not_replace_a_newer_one(town: TownHouse) -> None:
    """T91."""
    door = await written(town)
    await edited(town, door, "troisième", at="2026-03-02T09:02:00Z")
    await edited(town, door, "deuxième", at="2026-03-02T09:01:00Z")
    text, before = await words_of(town)
    assert (text, set(before)) == ("troisième", {"premier", "deuxième"})
