"""The streams: lines in their order, resumed without a gap; who is there and who types; nothing for those who may not."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from fastapi.sse import ServerSentEvent

from app.api.closing import Closing
from app.api.live_conversations import happening
from app.chat import listening
from app.chat.schemas import StateOut
from app.chat.values import Conversation, Side
from app.errors import TooManyRequests
from tests.chat.conftest import Page, Town


@asynccontextmanager
async def following(http: Any, path: str, **headers: str) -> AsyncIterator[dict[str, Any]]:
    """Follows a stream while the block runs, then closes the house; gives what was streamed."""
    app = http._transport.app
    app.state.closing = Closing()
    told: dict[str, Any] = {}
    streaming = asyncio.create_task(http.get(path, headers=headers))
    yield told
    app.state.closing.say()
    told["answer"] = await asyncio.wait_for(streaming, 20)
    told["events"] = [_parsed(block) for block in told["answer"].text.split("\n\n") if "data: " in block]


def _parsed(block: str) -> tuple[str, dict[str, Any], str | None]:
    fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
    return fields.get("event", ""), json.loads(fields["data"]), fields.get("id")


async def heard_by(town: Town) -> None:
    """Waits until the page's stream is open: it shows that its visitor is there."""
    for _ in range(400):
        async with town.house.database.transaction(tenant=town.id) as session:
            (one, *_) = await town.house.chat.waiting(session, town.id)
        if one.conversation.here(town.clock()):
            return
        await asyncio.sleep(0.02)
    pytest.fail("the stream never opened")


async def until(events: AsyncGenerator[ServerSentEvent], kind: str, **said: Any) -> list[dict[str, Any]]:
    """Takes events until one of a kind says so; returns what those of that kind said."""
    seen: list[dict[str, Any]] = []
    while True:
        event = await asyncio.wait_for(anext(events), 20)
        if event.event == kind and event.raw_data is not None:
            seen.append(json.loads(event.raw_data))
            if said.items() <= seen[-1].items():
                return seen


async def side_of(town: Town, side: Side) -> AsyncGenerator[ServerSentEvent]:
    """Follows the only conversation of a town as one of its sides, outside of HTTP."""
    async with town.house.database.transaction(tenant=town.id) as session:
        (one,) = await town.house.chat.waiting(session, town.id)

    async def look(_: object, conversation: Conversation) -> StateOut:
        return StateOut.of(conversation, now=town.clock())

    async def allowed() -> bool:
        return True

    place = {"after": 0, "side": side, "look": look, "allowed": allowed, "closing": Closing()}
    return happening(town.house, town.id, one.conversation.id, **place)


async def test_a_page_follows_and_resumes_after_the_last_line_it_has(town: Town) -> None:
    await town.at_desk()
    page = await town.page().enter()
    await page.say("Un")
    await page.say("Deux")
    await page.post("presence", here=False)
    async with following(page.http, f"{town.path}/stream", **page.head) as told:
        await heard_by(town)
    lines = [(data["seq"], data["text"], name) for kind, data, name in told["events"] if kind == "line"]
    assert lines == [(1, "Un", "1"), (2, "Deux", "2")]
    assert ("state", {"open": True, "live": True}, None) in told["events"]
    assert told["answer"].headers["content-type"].startswith("text/event-stream")
    await page.post("presence", here=False)
    async with following(page.http, f"{town.path}/stream", **page.head, **{"Last-Event-ID": "1"}) as again:
        await heard_by(town)
    assert [data["seq"] for kind, data, _ in again["events"] if kind == "line"] == [2]


async def test_what_one_side_does_the_other_sees_at_once(town: Town) -> None:
    await town.at_desk()
    page = await town.page().enter()
    await page.say("Bonjour")
    await page.post("presence", here=False)
    ticket = await town.ticket()
    agent, visitor = await side_of(town, Side.AGENT), await side_of(town, Side.VISITOR)
    assert (await until(agent, "state", here=False))[-1]["read_seq"] == 0
    await until(visitor, "line", seq=1)
    await page.post("presence", here=True, read=1)
    await until(agent, "state", here=True, read_seq=1)
    assert (await page.post("typing")).status_code == 204
    assert await until(agent, "typing", side="visitor") == [{"side": "visitor"}]
    assert (await town.http.post(f"{town.conversation(ticket)}/typing")).status_code == 204
    assert await until(visitor, "typing", side="agent") == [{"side": "agent"}]
    await town.answer(ticket, "Oui.")
    assert (await until(visitor, "line", text="Oui."))[-1]["kind"] == "agent"
    await page.post("presence", here=False)
    await until(agent, "state", here=False)
    for events in (agent, visitor):
        await events.aclose()


async def test_nobody_follows_a_request_they_may_not_read(new_town: Any) -> None:
    here, there = await new_town(), await new_town()
    page = await there.page().enter()
    await page.say("Bonjour")
    ticket = await there.ticket()
    path = f"{there.conversation(ticket)}/stream"
    assert (await here.http.get(path)).status_code == 404
    assert (await here.http.get(path, headers={"Authorization": "Bearer x"})).status_code == 401
    unread, _ = await there.house.access.create(there.id, name="Essai", scopes=["events:read"])
    assert (await there.http.get(path, headers={"Authorization": f"Bearer {unread}"})).status_code == 403


@pytest.mark.parametrize("word", ["", "-1", "x", "9" * 40, "é".encode().decode("latin-1"), "1 OR 1=1"])
async def test_a_place_that_is_none_begins_anew(town: Town, word: str) -> None:
    page = await town.page().enter()
    await page.say("Un")
    await page.post("presence", here=False)
    head = {**page.head, "Last-Event-ID": word.encode("latin-1", "ignore").decode("ascii", "ignore")}
    async with following(page.http, f"{town.path}/stream", **head) as told:
        await heard_by(town)
    assert [data["seq"] for kind, data, _ in told["events"] if kind == "line"] == [1]


async def test_a_page_too_many_is_refused_before_its_first_byte_and_a_place_is_given_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "OF_CONVERSATION", 1)
    page, other = await town.page().enter(), await town.page().enter()
    for one in (page, other):
        await one.say("Bonjour")
    async with following(page.http, f"{page.path}/stream", **page.head) as told:
        await taken(town, 1)
        refused = await page.http.get(f"{page.path}/stream", headers=page.head)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")
        assert "trop de pages" in refused.json()["detail"]
        assert (await page.say("encore")).status_code == 201
        with pytest.raises(TooManyRequests), town.house.chat.listening.place(_conversation(town, page), "ailleurs"):
            pass
        with town.house.chat.listening.place(_conversation(town, other), "ailleurs"):
            pass
    assert told["answer"].status_code == 200
    await taken(town, 0)


def _conversation(town: Town, page: Page) -> UUID:
    return town.house.chat.entrance.read(town.channel, page.session).conversation_id


async def taken(town: Town, wanted: int) -> None:
    """Waits until so many conversations of the house are followed."""
    for _ in range(400):
        if sum(isinstance(name, UUID) for name in town.house.chat.listening._open) == wanted:
            return
        await asyncio.sleep(0.02)
    pytest.fail("the places were not as expected")
