"""Presence over HTTP: seen in the list and on the request, told over the stream, only to who sees the request."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from app.api.closing import Closing
from app.api.frames import of_presence
from app.api.hall import Listener
from app.ids import Prefix, public_id
from app.live.seats import Told
from tests.api.conftest import Town
from tests.api.test_sight import Someone, a_team, give, someone


async def say(who: Someone, ticket: dict[str, Any], doing: str) -> Any:
    return await who.ask("PUT", f"/tickets/{ticket['id']}/presence", json={"doing": doing})


async def test_one_sees_who_writes_before_opening_and_it_lapses_by_itself(town: Town) -> None:
    first, second, reader = await someone(town), await someone(town), await someone(town, role="reader")
    ticket, quiet = await town.a_ticket(), await town.a_ticket()
    await say(first, ticket, "viewing")
    said = await say(second, ticket, "writing")
    assert said.status_code == 200, said.text
    assert [one["doing"] for one in said.json()["present"]] == ["writing", "viewing"]
    assert {one["name"] for one in said.json()["present"]} == {"Camille Exemple"}
    assert (await say(reader, ticket, "writing")).status_code == 403
    assert (await reader.ask("GET", "/presence")).json() == {"data": [], "complete": True, "next_cursor": None}
    assert (await say(reader, ticket, "viewing")).status_code == 200
    listed = (await reader.ask("GET", f"/presence?ticket_id={ticket['id']},{quiet['id']}")).json()
    assert [(one["ticket_id"], len(one["present"])) for one in listed["data"]] == [(ticket["id"], 3), (quiet["id"], 0)]
    assert (await reader.ask("GET", "/presence?ticket_id=x")).status_code == 422
    left = await second.ask("DELETE", f"/tickets/{ticket['id']}/presence")
    assert left.status_code == 204
    shown = (await town.http.get(f"/api/v1/tickets/{ticket['id']}/presence")).json()
    assert [one["doing"] for one in shown["present"]] == ["viewing", "viewing"]
    town.clock.move(minutes=2)
    assert (await town.http.get(f"/api/v1/tickets/{ticket['id']}/presence")).json()["present"] == []
    assert {fact["type"] for fact in await town.facts()}.isdisjoint({"presence.changed"})  # kept nowhere


async def test_all_where_somebody_is_are_told_without_being_named_but_to_who_sees_them(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    social, secret, quiet = await a_team(town, "Action sociale"), await town.a_ticket(), await town.a_ticket()
    other = await town.a_ticket()
    await give(town, secret, team_id=social, confidential=True)
    member, outsider = await someone(town, teams=[social]), await someone(town)

    async def told(who: Someone) -> tuple[list[str], bool]:
        page = (await who.ask("GET", f"/presence?everywhere=true&ticket_id={quiet['id']}")).json()
        return [one["ticket_id"] for one in page["data"]], page["complete"]

    assert await told(member) == ([], True)
    await say(member, secret, "viewing")
    town.clock.move(seconds=1)
    await say(outsider, other, "viewing")
    assert await told(member) == ([other["id"], secret["id"]], True)
    assert await told(outsider) == ([other["id"]], True)
    monkeypatch.setattr("app.api.v1.presence._MOST_EVERYWHERE", 1)
    assert await told(member) == ([other["id"]], False)
    town.clock.move(minutes=2)
    assert await told(member) == ([], True)


def sitting(town: Town) -> list[Listener]:
    return [one for room in town.house.halls._halls.values() for one in room._listeners]


async def until(true: Callable[[], bool]) -> None:
    for _ in range(1000):
        if true():
            return
        await asyncio.sleep(0.02)
    pytest.fail("waited for nothing")


async def test_presence_is_told_to_nobody_beyond_the_request(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[UUID] = []

    def spied(ticket_id: UUID, *given: Any, **words: Any) -> Told:
        written.append(ticket_id)
        return of_presence(ticket_id, *given, **words)

    monkeypatch.setattr("app.api.hall.of_presence", spied)
    social, ticket = await a_team(town, "Action sociale"), await town.a_ticket()
    open_one = await town.a_ticket()
    await give(town, ticket, team_id=social, confidential=True)
    member, outsider = await someone(town, teams=[social]), await someone(town)
    for method in ("GET", "PUT", "DELETE"):
        words = {"json": {"doing": "viewing"}} if method == "PUT" else {}
        assert (await outsider.ask(method, f"/tickets/{ticket['id']}/presence", **words)).status_code == 404
    app = town.http._transport.app  # type: ignore[attr-defined]
    app.state.closing = Closing()
    streams = [
        asyncio.create_task(who.ask("GET", f"/events/stream{asked}"))
        for who, asked in ((member, "?presence=true"), (outsider, "?presence=true"), (member, ""))
    ]
    narrow = await town.http.get(
        "/api/v1/events/stream", params={"presence": "true"}, headers=await town.key("events:read")
    )
    assert narrow.status_code == 403
    await until(lambda: sum(not one.seat.behind for one in sitting(town)) == 3)
    await say(member, ticket, "writing")
    await say(member, open_one, "viewing")
    # Rings come in their order: once the request everybody sees was told of, so was the other.
    await until(lambda: open_one["id"] in [public_id(Prefix.TICKET, one) for one in written])
    await until(lambda: not any(one.seat._waiting for one in sitting(town)))
    app.state.closing.say()
    told = [(await asyncio.wait_for(one, 10)).text for one in streams]
    assert (ticket["id"] in told[0], open_one["id"] in told[0], '"writing"' in told[0]) == (True, True, True)
    assert (ticket["id"] in told[1], open_one["id"] in told[1]) == (False, True)
    assert "presence.changed" not in told[2]
    assert (await outsider.ask("GET", f"/presence?ticket_id={ticket['id']}")).json()["data"] == []
