"""What deliveries that are read together may do to one another: nothing."""

import contextlib
import json
import random
from typing import Any
from uuid import UUID

import psycopg
import pytest

from app.channels.values import Channel
from app.errors import Unavailable
from app.exchanges import receptions
from app.exchanges.inbound import BATCH
from app.exchanges.receptions import Reception, State
from tests.harness.towns import TownHouse, mail

JSON = (("Content-Type", "application/json"),)


async def accepted(town: TownHouse, door: Channel, **said: Any) -> UUID:
    return await town.accept(json.dumps(said).encode(), channel=door, headers=JSON)


async def drained(town: TownHouse) -> None:
    await town.house.inbound.drain(str(town.tenant_id))


async def claimed(town: TownHouse) -> list[Reception]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        now = town.clock()
        return await receptions.claim(session, town.tenant_id, now=now, lease=now, limit=BATCH)


async def test_other_words_under_a_known_name_are_held_even_when_both_come_at_once(town: TownHouse) -> None:
    """T90: counted as a repetition, the second would be lost without anybody knowing."""
    door = await town.connect("http", {"accept_unsigned": True})
    first = await accepted(town, door, external_id="1", text="Bonjour")
    second = await accepted(town, door, external_id="1", text="Je demande un permis")
    await drained(town)
    assert (await town.reception(first)).state is State.DONE
    assert (await town.reception(second)).state is State.HELD


async def test_a_repetition_in_the_same_batch_knows_what_it_repeats(town: TownHouse) -> None:
    receipts = [await town.accept(mail()) for _ in range(3)]
    await drained(town)
    kept = [await town.reception(receipt) for receipt in receipts]
    assert [one.state for one in kept] == [State.DONE, State.DUPLICATE, State.DUPLICATE]
    assert len({(one.ticket_id, one.message_id) for one in kept}) == 1


async def test_other_pieces_under_a_known_name_are_another_content(town: TownHouse) -> None:
    door = await town.connect("http", {"accept_unsigned": True})

    def said(content: str) -> dict[str, Any]:
        piece = {"name": "plan.txt", "content_type": "text/plain", "content": content}
        return {"external_id": "1", "text": "Voici le plan", "attachments": [piece]}

    await accepted(town, door, **said("cHJlbWllcg=="))
    await drained(town)
    other = await accepted(town, door, **said("c2Vjb25k"))
    same = await accepted(town, door, **said("cHJlbWllcg=="))
    await drained(town)
    assert (await town.reception(other)).state is State.HELD
    assert (await town.reception(same)).state is State.DUPLICATE


async def test_a_store_away_for_an_hour_holds_nobody_and_all_is_read_afterwards(
    town: TownHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F6: what waits for a machine does not wait for a person, nor do its legal clocks."""

    async def full(*_: object) -> str:
        raise Unavailable("no space left on device")

    with_a_piece = await accepted(
        town,
        await town.connect("http", {"accept_unsigned": True}),
        external_id="1",
        text="Voici",
        attachments=[{"name": "a.txt", "content_type": "text/plain", "content": "YQ=="}],
    )
    plain = await town.accept(mail())
    with monkeypatch.context() as away:
        away.setattr(type(town.house.store), "put", full)
        for _ in range(10):
            with contextlib.suppress(Unavailable):
                await drained(town)
            town.clock.move(minutes=6)
    await drained(town)
    assert [(await town.reception(one)).state for one in (with_a_piece, plain)] == [State.DONE, State.DONE]


async def test_a_channel_nobody_can_open_any_more_holds_its_own_deliveries_alone(
    town: TownHouse, owner_url: str
) -> None:
    """P7: a package that was removed, a secret nobody has the key of."""
    door = await town.connect("http", {"accept_unsigned": True})
    async with await psycopg.AsyncConnection.connect(owner_url, autocommit=True) as connection:
        await connection.execute("SELECT set_config('app.tenant', %s, false)", (str(town.tenant_id),))
        await connection.execute("UPDATE channels SET type = 'removed' WHERE id = %s", (door.id,))
    theirs = await accepted(town, door, external_id="1", text="Bonjour")
    ours = await town.accept(mail())
    for _ in range(5):
        await drained(town)
        town.clock.move(minutes=2)
    assert (await town.reception(ours)).state is State.DONE
    held = await town.reception(theirs)
    assert (held.state, bool(held.reason)) == (State.HELD, True)


async def test_a_delivery_the_database_cannot_take_holds_no_other(town: TownHouse) -> None:
    """A value beyond a limit of PostgreSQL is a fault of its delivery, not of the server."""
    door = await town.connect("http", {"accept_unsigned": True})
    name = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=9000))
    bad = await accepted(town, door, type="message.delivery", data={"reports_on": name, "status": "delivered"})
    good = await town.accept(mail())
    for _ in range(5):
        await drained(town)
        town.clock.move(minutes=2)
    assert (await town.reception(good)).state is State.DONE
    assert (await town.reception(bad)).state in (State.DONE, State.HELD)


async def test_who_was_beside_a_death_is_read_alone_the_next_time(town: TownHouse) -> None:
    """A delivery that kills its reader three times must not have its neighbours held with it."""
    for number in range(4):
        await town.accept(mail(message_id=f"<{number}@example.org>"))
    assert [one.attempts for one in await claimed(town)] == [1, 1, 1, 1]
    # The process died; the lease ran out.
    assert [one.attempts for one in await claimed(town)] == [2]


async def test_a_batch_is_bounded_by_its_bytes(town: TownHouse) -> None:
    for number in range(3):
        await town.accept(mail(message_id=f"<{number}@example.org>", text="a" * 12_000_000))
    assert len(await claimed(town)) < 3


async def test_all_that_is_reported_of_one_message_is_heard(town: TownHouse) -> None:
    """Reports bear the name of the message they speak of; they are not the same event for that."""
    door = await town.connect("http", {"accept_unsigned": True})
    reports = [
        await accepted(town, door, type="message.delivery", data={"external_id": "m1", "status": status})
        for status in ("sent", "delivered")
    ]
    await drained(town)
    assert [(await town.reception(one)).state for one in reports] == [State.DONE, State.DONE]
