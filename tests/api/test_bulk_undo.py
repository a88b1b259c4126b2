"""What an act over many requests took along is given back with it; and it waits in no circle."""

import asyncio
from typing import Any

from sqlalchemy import text

from app.ids import Prefix, parse_id
from tests.api.conftest import Town
from tests.api.test_absences import declare
from tests.api.test_bulk import begin, carried_out, outcomes, ticket_of, worked
from tests.api.test_following import followers
from tests.api.test_sight import Someone, give, someone
from tests.api.test_snoozing import aside, settle, snooze
from tests.api.test_tags import once

_ENDING = text(
    "SELECT status, closed_at, archived_at, retention_on FROM tickets WHERE tenant_id = :tenant AND id = :id"
)
_BLOCKED = text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
)
_SAISINES = text("SELECT FROM saisines WHERE tenant_id = :tenant AND ticket_id = :id FOR UPDATE")
_TICKET = text("SELECT FROM tickets WHERE tenant_id = :tenant AND id = :id FOR UPDATE NOWAIT")


async def taken_back(who: Someone, done: dict[str, Any]) -> dict[str, Any]:
    asked = await who.ask("POST", f"/bulk-acts/{done['id']}/undo", headers=once())
    assert asked.status_code == 202, asked.text
    return await worked(who, done["id"])


async def ending(town: Town, ticket: dict[str, Any]) -> tuple[Any, ...]:
    async with town.house.database.transaction(tenant=town.id) as session:
        asked = {"tenant": town.id, "id": parse_id(Prefix.TICKET, ticket["id"])}
        return tuple((await session.execute(_ENDING, asked)).one())


async def test_reopening_taken_back_keeps_the_closure_the_archives_and_the_day_of_the_next_look(town: Town) -> None:
    agent, ticket = await someone(town), await town.a_ticket()
    await settle(town, ticket)
    assert (await give(town, ticket, status="closed")).status_code == 200
    async with town.house.database.transaction(tenant=town.id) as session:
        moved = text("UPDATE tickets SET retention_on = '2031-05-04' WHERE tenant_id = :tenant")
        await session.execute(moved, {"tenant": town.id})
    was = await ending(town, ticket)
    town.clock.move(days=3)
    agent = await someone(town)
    done = await carried_out(agent, {"kind": "status", "status": "open"}, [ticket["id"]])
    assert (await ending(town, ticket))[1:] == (None, None, None)
    assert (await taken_back(agent, done))["undone"] == 1
    assert await ending(town, ticket) == was


async def test_closing_taken_back_leaves_set_aside_what_was(town: Town) -> None:
    agent, ticket = await someone(town), await town.a_ticket()
    await settle(town, ticket)
    before = (await snooze(town, ticket, days=4)).json()["snooze"]
    done = await carried_out(agent, {"kind": "status", "status": "closed"}, [ticket["id"]])
    assert await aside(town) == []
    assert (await taken_back(agent, done))["undone"] == 1
    now = await ticket_of(town, ticket)
    assert (now["status"], now["snooze"]) == ("new", before)


async def test_what_was_somebodys_who_is_away_is_theirs_again_and_nobody_follows_by_mistake(town: Town) -> None:
    agent, absent, stand_in, other = [await someone(town) for _ in range(4)]
    ticket = await town.a_ticket()
    await give(town, ticket, assignee_id=absent.id)
    assert (await declare(town, absent, stand_in_id=stand_in.id)).status_code == 201
    done = await carried_out(agent, {"kind": "assign", "assignee_id": other.id}, [ticket["id"]])
    assert (other.id, "assigned") in await followers(town, ticket)
    back = await taken_back(agent, done)
    assert await outcomes(agent, back) == {ticket["id"]: ("undone", None)}
    assert (await ticket_of(town, ticket))["assignee_id"] == absent.id
    assert await followers(town, ticket) == [(absent.id, "assigned")]


async def test_qualifying_many_waits_for_whoever_holds_a_clock_before_it_holds_requests(town: Town) -> None:
    agent, ticket = await someone(town), await town.a_ticket()
    here = {"tenant": town.id, "id": parse_id(Prefix.TICKET, ticket["id"])}
    act = {"kind": "qualify", "procedure": "URB-DP", "reason": "Liste du code."}
    begun = (await begin(agent, act, [ticket["id"]])).json()
    async with town.house.database.transaction(tenant=town.id) as session:
        await session.execute(_SAISINES, here)
        working = asyncio.create_task(town.house.bulk.work(str(town.id), str(parse_id(Prefix.BULK, begun["id"]))))
        async with asyncio.timeout(60):
            while not (await session.execute(_BLOCKED)).scalar_one():
                assert not working.done()
                await asyncio.sleep(0.02)
        await session.execute(_TICKET, here)  # held by nobody who waits for us
    await asyncio.wait_for(working, 60)
    assert await outcomes(agent, begun) == {ticket["id"]: ("changed", None)}
