"""Merging while mail comes in, answers leave, clocks are watched and events are recorded: nothing waits in a circle."""

import asyncio
from collections.abc import Awaitable
from typing import Any
from uuid import UUID

import pytest

from app.errors import Conflict, NotFound, Stale
from app.exchanges.freezing import Draft
from app.tickets.values import Status
from tests.harness.moves import AGENT, a_request, merge, open_clocks, split, ticket, undo
from tests.harness.towns import TownHouse, mail

# What may be answered to whoever came second; a deadlock would be `Unavailable`, which is none of these.
SECOND = (Conflict, Stale, NotFound)


async def together(*acts: Awaitable[Any]) -> list[Any]:
    """Does all at once; returns the results, and the refusals of those that came second."""
    done = await asyncio.wait_for(asyncio.gather(*acts, return_exceptions=True), timeout=60)
    for one in done:
        if isinstance(one, BaseException) and not isinstance(one, SECOND):
            raise one
    return done


async def record(town: TownHouse, ticket_id: UUID) -> None:
    (saisine, *_) = (await town.law(ticket_id)).saisines
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        event = {"type": "note_added", "at": town.clock().isoformat()}
        await town.house.legal.record(session, town.tenant_id, saisine.id, event, version=saisine.version, actor=AGENT)


async def reply(town: TownHouse, ticket_id: UUID) -> None:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.answering.reply(
            session, town.tenant_id, ticket_id, Draft(text="Bonjour"), expected_last=None, actor=AGENT
        )


@pytest.mark.parametrize("turn", range(4))
async def test_a_merge_amid_everything_else_loses_nothing(town: TownHouse, turn: int) -> None:
    town.clock.move(minutes=turn)
    source, target = await a_request(town, "un"), await a_request(town, "deux")
    (sent,) = await town.sent(source)
    for number in range(3):
        await town.accept(mail(to=sent.request["reply_to"], message_id=f"<r{number}@example.org>"))
    town.clock.move(days=58)
    await together(
        town.house.watch.sweep(town.tenant_id),
        town.deliver(),
        merge(town, target, source),
        town.house.inbound.drain(str(town.tenant_id)),
        reply(town, source),
        record(town, source),
        town.house.watch.sweep(town.tenant_id),
        record(town, target),
    )
    merged = await ticket(town, source)
    if merged.merged_into is None:  # it came second to a change of the target, and says so
        await merge(town, target, source)
        merged = await ticket(town, source)
    await town.house.inbound.drain(str(town.tenant_id))
    assert (merged.status, merged.merged_into) == (Status.CLOSED, target)
    assert await town.thread(source) == []
    received = [m for m in await town.thread(target) if m.direction == "in"]
    assert len(received) == 5
    assert await open_clocks(town) == len((await town.law(target)).saisines) == 5
    assert (await town.law(source)).duties == []
    assert await town.sent(source) == []


async def test_two_merges_that_cross_make_no_circle(town: TownHouse) -> None:
    first, second = await a_request(town, "un"), await a_request(town, "deux")
    done = await together(merge(town, first, second), merge(town, second, first))
    assert sum(isinstance(one, Exception) for one in done) == 1
    into = {(await ticket(town, one)).merged_into for one in (first, second)}
    assert None in into
    assert into - {None} <= {first, second}


async def test_a_merge_asked_for_twice_at_once_is_made_once(town: TownHouse) -> None:
    source, target = await a_request(town, "un"), await a_request(town, "deux")
    version = (await ticket(town, target)).version
    done = await together(*(merge(town, target, source, version=version) for _ in range(3)))
    assert sum(isinstance(one, list) for one in done) == 1


async def test_undoing_a_merge_while_an_answer_comes_in(town: TownHouse) -> None:
    source, target = await a_request(town, "un"), await a_request(town, "deux")
    (sent,) = await town.sent(source)
    (move,) = await merge(town, target, source)
    await town.accept(mail(to=sent.request["reply_to"], message_id="<r@example.org>"))
    await together(undo(town, move), town.house.inbound.drain(str(town.tenant_id)))
    if (await ticket(town, source)).merged_into is not None:
        await undo(town, move)
    threads = [*await town.thread(source), *await town.thread(target)]
    assert sum(m.external_id == "<r@example.org>" for m in threads) == 1
    assert len((await town.law(source)).saisines) + len((await town.law(target)).saisines) == 3


async def test_a_split_while_the_watch_looks(town: TownHouse) -> None:
    source = await a_request(town, "un")
    await town.receive(mail(message_id="<deux@example.org>", In_Reply_To="<un@example.org>"))
    chosen = [m.id for m in await town.thread(source) if m.direction == "in"][-1]
    town.clock.move(days=61)
    await together(split(town, source, chosen), town.house.watch.sweep(town.tenant_id))
    await town.house.watch.sweep(town.tenant_id)
    (parted,) = [one for one in await town.tickets() if one.id != source]
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        alerts = await town.house.legal.alerts(session, town.tenant_id, open_only=False, after=None, limit=100)
    where = {saisine.id: one for one in (source, parted.id) for saisine in (await town.law(one)).saisines}
    assert alerts
    assert all(where[alert.saisine_id] == alert.ticket_id for alert in alerts)
