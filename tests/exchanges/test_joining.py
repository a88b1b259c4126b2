"""Long SMS that come in parts: one message whatever their order, none lost, none twice."""

import itertools
from collections.abc import Sequence
from urllib.parse import urlencode

import pytest
from sqlalchemy import text

from app.channels.values import Channel
from app.exchanges.receptions import INTAKE, State
from tests.harness.towns import TownHouse

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
WORDS = ("Bonjour, le lampadaire de la rue des Lilas ", "est en panne depuis ", "trois nuits.")


def part(number: int, words: str, *, total: int = 3, group: str = "g1") -> bytes:
    """What mTarget posts of one part."""
    said = {"Msisdn": "33612345678", "Content": words, "MsgId": f"{group}-{number}"}
    return urlencode(
        {**said, "msglong.id": group, "msglong.msgcount": total, "msglong.msgref": number, "Keyword": "Default"}
    ).encode()


async def a_line(town: TownHouse) -> Channel:
    return await town.connect("sms.mtarget", {})


async def come(town: TownHouse, line: Channel, bodies: Sequence[bytes]) -> None:
    for body in bodies:
        await town.receive(body, channel=line, headers=FORM)


async def said(town: TownHouse) -> list[str]:
    return [
        message.text
        for ticket in await town.tickets()
        for message in await town.thread(ticket.id)
        if message.direction == "in"
    ]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_parts_make_one_message_in_any_order(town: TownHouse, order: tuple[int, ...]) -> None:
    line = await a_line(town)
    ids = [await town.accept(part(n + 1, WORDS[n]), channel=line, headers=FORM) for n in order]
    for _ in ids:
        await town.house.inbound.drain(str(town.tenant_id))
    assert await said(town) == ["".join(WORDS)]
    kept = [await town.reception(one) for one in ids]
    assert {one.state for one in kept} == {State.DONE}
    assert len({one.message_id for one in kept}) == 1


async def test_each_part_is_kept_and_waits_without_making_a_message(town: TownHouse) -> None:
    line = await a_line(town)
    first = await town.receive(part(1, WORDS[0]), channel=line, headers=FORM)
    assert (first.state, first.reason, await said(town)) == (State.QUEUED, "attend les autres parties du message", [])


async def test_a_part_that_never_comes_is_said_and_the_rest_becomes_a_message(town: TownHouse) -> None:
    line = await a_line(town)
    await come(town, line, [part(3, WORDS[2]), part(1, WORDS[0])])
    town.clock.move(minutes=4)
    await town.house.inbound.drain(str(town.tenant_id))
    assert await said(town) == []
    town.clock.move(minutes=2)
    await town.house.inbound.drain(str(town.tenant_id))
    assert await said(town) == [WORDS[0] + "[…]" + WORDS[2]]
    (ticket,) = await town.tickets()
    (message, *_) = await town.thread(ticket.id)
    assert any("incomplet" in warning and ": 2" in warning for warning in message.warnings)
    await come(town, line, [part(2, WORDS[1])])
    town.clock.move(minutes=6)
    await town.house.inbound.drain(str(town.tenant_id))
    assert len(await town.tickets()) == 1
    assert WORDS[1] in " ".join(await said(town))


async def test_a_part_delivered_twice_is_there_once(town: TownHouse) -> None:
    line = await a_line(town)
    one, two = part(1, "un ", total=2), part(2, "deux", total=2)
    await come(town, line, [one, one])
    await come(town, line, [two, one, two])
    assert await said(town) == ["un deux"]


async def test_a_reference_used_again_makes_another_message(town: TownHouse) -> None:
    """Providers count their references in one byte: the same comes again within weeks."""
    line = await a_line(town)
    await come(town, line, [part(1, "un ", total=2), part(2, "deux", total=2)])
    town.clock.move(days=20)
    again = [
        part(n, words, total=2).replace(b"MsgId=g1", b"MsgId=g9").replace(b"msglong.id=g1", b"msglong.id=g1")
        for n, words in ((1, "trois "), (2, "quatre"))
    ]
    await come(town, line, again)
    assert sorted(await said(town)) == ["trois quatre", "un deux"]


async def test_a_forged_count_costs_nothing(town: TownHouse) -> None:
    line = await a_line(town)
    await come(town, line, [part(1, "un ", total=99_999_999)])
    town.clock.move(minutes=6)
    await town.house.inbound.drain(str(town.tenant_id))
    assert await said(town) == ["un […]"]


async def test_what_waits_for_later_keeps_no_other_delivery_waiting(town: TownHouse) -> None:
    """A wake-up for later under the intake's lock would hold back every wake-up for now."""
    line = await a_line(town)
    await come(town, line, [part(1, WORDS[0])])
    held = text("SELECT count(*) FROM procrastinate_jobs WHERE lock = :lock AND scheduled_at IS NOT NULL")
    async with town.house.database.transaction() as session:
        found = await session.execute(held, {"lock": f"{INTAKE}:{town.tenant_id}"})
        assert found.scalar_one() == 0
