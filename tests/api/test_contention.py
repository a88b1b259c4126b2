"""F27: everybody at once on one request, and a database that has nothing more to give: refused in words, nothing lost."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.db.shares import Shares
from app.db.transaction import bound_statements
from app.errors import Unavailable
from app.ids import Prefix, new_id, parse_id
from tests.api.conftest import Town

AGENTS = 100
# What whoever came second may be told: read again, come back.
SECOND = {409, 412, 503}
LOCK = text("SELECT 1 FROM tickets WHERE tenant_id = :tenant AND id = :id FOR UPDATE")


async def test_of_a_hundred_agents_on_one_request_one_wins_each_time_and_no_change_is_lost(town: Town) -> None:
    ticket = await town.a_ticket()
    path = f"/api/v1/tickets/{ticket['id']}"
    version, left = ticket["version"], list(range(AGENTS))

    async def act(number: int) -> httpx.Response:
        change, seen = {"subject": f"Objet {number}"}, {"If-Match": f'"{version}"'}
        return await town.http.patch(path, json=change, headers=seen)

    for agents in (AGENTS, 10):
        answers = await asyncio.gather(*(act(number) for number in left[:agents]))
        statuses = Counter(answer.status_code for answer in answers)
        assert statuses[200] == 1, statuses
        assert set(statuses) <= {200} | SECOND
        for answer in answers:
            assert answer.status_code == 200 or answer.json()["code"] in {"stale", "conflict", "unavailable"}
        (first,) = [number for number, answer in zip(left, answers, strict=False) if answer.status_code == 200]
        left.remove(first)
        shown = (await town.http.get(path)).json()
        assert (shown["subject"], shown["version"]) == (f"Objet {first}", version + 1)
        version = shown["version"]
    notes = [
        town.http.post(f"{path}/notes", json={"text": f"Note {n}"}, headers={"Idempotency-Key": new_id().hex})
        for n in range(10)
    ]
    statuses = Counter(answer.status_code for answer in await asyncio.gather(*notes))
    assert set(statuses) <= {201} | SECOND
    timeline = (await town.http.get(f"{path}/timeline", params={"limit": 200})).json()["data"]
    assert sum("Note " in str(entry) for entry in timeline) == statuses[201]


async def test_without_a_connection_left_a_request_is_asked_to_come_back_and_the_next_is_served(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, taken, release = town.house.database, asyncio.Barrier(11), asyncio.Event()
    monkeypatch.setattr(database.engine.sync_engine.pool, "_timeout", 0.1)

    async def hold() -> None:
        async with database.transaction() as session:
            await session.execute(text("SELECT 1"))
            await taken.wait()
            await release.wait()

    holding = [asyncio.create_task(hold()) for _ in range(10)]  # five kept, and five over
    await taken.wait()
    refused = await town.http.get("/api/v1/tickets")
    release.set()
    await asyncio.gather(*holding)
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert int(refused.headers["Retry-After"]) > 0
    assert (await town.http.get("/api/v1/tickets")).status_code == 200


async def test_a_crowd_of_one_administration_waits_for_itself_and_keeps_no_other_waiting(
    town: Town, new_town: Any
) -> None:
    """F28, P7: half the connections of a process are the most that the requests of one administration hold at once."""
    other, shares, leave = await new_town(), town.house.database.shares, asyncio.Event()

    async def hold(taken: asyncio.Event) -> None:
        async with shares.of(town.id):
            taken.set()
            await leave.wait()

    turns = [asyncio.Event(), asyncio.Event()]
    holding = [asyncio.create_task(hold(turn)) for turn in turns]
    await asyncio.gather(*(turn.wait() for turn in turns))
    waiting = asyncio.create_task(town.http.get("/api/v1/tickets"))
    assert (await other.http.get("/api/v1/tickets")).status_code == 200
    named = {"Idempotency-Key": new_id().hex}
    assert (await other.http.post("/api/v1/teams", json={"name": "Voirie"}, headers=named)).status_code == 201
    assert not waiting.done()
    leave.set()
    assert (await waiting).status_code == 200
    await asyncio.gather(*holding)
    assert len(shares) == 0


async def test_who_waits_behind_too_many_of_its_own_is_told_when_to_come_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(town.house.database, "shares", Shares(each=1, most_waiting=0))
    async with town.house.database.shares.of(town.id):
        refused = await town.http.get("/api/v1/tickets")
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert int(refused.headers["Retry-After"]) > 0
    assert (await town.http.get("/api/v1/tickets")).status_code == 200


async def test_a_crowd_at_the_doors_of_one_administration_keeps_no_delivery_of_another_waiting(
    town: Town, new_town: Any
) -> None:
    other = await new_town()
    async with town.house.database.doors.of(town.id):  # the only turn of a house with five connections
        waiting = asyncio.create_task(town.a_ticket())
        await other.a_ticket()
        assert not waiting.done()
    await waiting


async def test_of_two_that_wait_for_each_other_one_is_asked_to_come_back(town: Town) -> None:
    tickets: list[dict[str, Any]] = [await town.a_ticket(text=words) for words in ("un", "deux")]
    first, second = (parse_id(Prefix.TICKET, ticket["id"]) for ticket in tickets)
    both = asyncio.Barrier(2)

    async def take(*order: Any) -> None:
        async with town.house.database.transaction(tenant=town.id) as session:
            await session.execute(LOCK, {"tenant": town.id, "id": order[0]})
            await both.wait()
            await session.execute(LOCK, {"tenant": town.id, "id": order[1]})

    ends = await asyncio.gather(take(first, second), take(second, first), return_exceptions=True)
    assert [type(end) for end in ends if end is not None] == [Unavailable]


async def test_a_statement_that_runs_too_long_is_given_up_alone(town: Town) -> None:
    async def too_long() -> None:
        async with town.house.database.transaction(tenant=town.id) as session:
            await bound_statements(session, milliseconds=50)
            await session.execute(text("SELECT pg_sleep(20)"))

    with pytest.raises(Unavailable):
        await too_long()
    assert (await town.http.get("/api/v1/tickets")).status_code == 200
