"""The event log over HTTP: every fact once, in commit order, by page or as it happens."""

import asyncio
import contextlib
import json
import signal
from collections.abc import AsyncIterator, Iterator
from unittest.mock import patch

import psycopg
import pytest

from app.api.closing import Closing, heard_from_signals
from app.api.positions import Place
from app.api.streaming import Stream


@contextlib.contextmanager
def overheard() -> Iterator[tuple[asyncio.Event, list[bytes]]]:
    """Gives what says that a stream is open, and what streams sent so far."""
    opened, sent, frames = asyncio.Event(), list[bytes](), Stream.frames

    async def aloud(stream: Stream, start: Place) -> AsyncIterator[bytes]:
        opened.set()
        async with contextlib.aclosing(frames(stream, start)) as all_frames:
            async for frame in all_frames:
                sent.append(frame)
                yield frame

    with patch.object(Stream, "frames", aloud):
        yield opened, sent


@contextlib.asynccontextmanager
async def following(town, **headers):
    """Follows the stream while the block runs, closes the house once the last fact was sent; gives what was streamed."""
    app = town.http._transport.app
    app.state.closing = Closing()
    told: dict[str, object] = {}
    with overheard() as (opened, sent):
        streaming = asyncio.create_task(town.http.get("/api/v1/events/stream", headers=headers))
        async with asyncio.timeout(120):
            await opened.wait()
            yield told
            await town.settled()
            last = (await town.http.get("/api/v1/events", params={"limit": 200})).json()["data"][-1]["id"]
            for _ in range(3_000):
                if any(last.encode() in frame for frame in sent):
                    break
                await asyncio.sleep(0.02)
            app.state.closing.say()
            answer = await streaming
    told["answer"] = answer
    told["events"] = [_parsed(block) for block in answer.text.split("\n\n") if "data: " in block]


def _parsed(block):
    lines = dict(line.split(": ", 1) for line in block.splitlines())
    return {**json.loads(lines["data"]), "cursor": lines["id"], "name": lines["event"]}


async def test_facts_are_read_in_order_from_where_one_stopped(town) -> None:
    await town.a_ticket()
    await town.settled()
    first = (await town.http.get("/api/v1/events", params={"limit": 2})).json()
    assert len(first["data"]) == 2
    rest = (await town.http.get("/api/v1/events", params={"cursor": first["next_cursor"]})).json()
    types = [event["type"] for event in first["data"] + rest["data"]]
    assert types.index("ticket.created") < types.index("message.received")
    nothing = (await town.http.get("/api/v1/events", params={"cursor": rest["next_cursor"]})).json()
    assert nothing["data"] == []
    await town.a_ticket()
    await town.settled()
    more = (await town.http.get("/api/v1/events", params={"cursor": nothing["next_cursor"]})).json()
    assert "ticket.created" in {event["type"] for event in more["data"]}


async def test_no_citizens_word_leaves_with_a_fact(town) -> None:
    await town.a_ticket(text="Mon adresse est secrète", sender={"kind": "email", "address": "secret@example.org"})
    await town.settled()
    told = (await town.http.get("/api/v1/events", params={"limit": 200})).text
    assert "secret" not in told


async def test_a_place_of_another_log_is_refused(town, new_town) -> None:
    other = (await (await new_town()).http.get("/api/v1/events")).json()["next_cursor"]
    for word in (other, "abc", "é"):
        answer = await town.http.get("/api/v1/events", params={"cursor": word})
        assert (answer.status_code, answer.json()["code"]) == (422, "cursor-refused")
    stream = await town.http.get("/api/v1/events/stream", headers={"Last-Event-ID": other})
    assert stream.status_code == 422


async def test_facts_are_streamed_as_they_happen_and_resumed_without_a_gap(town) -> None:
    await town.a_ticket()
    await town.settled()
    async with following(town) as told:
        ticket = await town.a_ticket()
    assert told["answer"].headers["content-type"].startswith("text/event-stream")
    created = [event for event in told["events"] if event["type"] == "ticket.created"]
    assert [event["data"]["ticket_id"] for event in created] == [ticket["id"]]
    assert all(event["name"] == event["type"] for event in told["events"])
    async with following(town, **{"Last-Event-ID": told["events"][0]["cursor"]}) as again:
        pass
    assert [event["id"] for event in again["events"]] == [event["id"] for event in told["events"][1:]]


async def test_a_place_before_what_is_kept_is_refused_rather_than_skipped(town, owner_url) -> None:
    await town.a_ticket()
    await town.settled()
    first = (await town.http.get("/api/v1/events", params={"limit": 1})).json()
    last = (await town.http.get("/api/v1/events", params={"limit": 200})).json()["next_cursor"]
    with psycopg.connect(owner_url) as owner:
        owner.execute("SELECT set_config('app.tenant', %s, true)", [str(town.id)])
        owner.execute(
            "INSERT INTO forgotten_events SELECT tenant_id, xid, id FROM events WHERE tenant_id = %s "
            "ORDER BY xid DESC, id DESC LIMIT 1",
            [str(town.id)],
        )
    old = {"cursor": first["next_cursor"]}
    for path in ("/api/v1/events", "/api/v1/events/stream"):
        answer = await town.http.get(path, params=old, headers={"Accept-Language": "fr"})
        assert (answer.status_code, answer.json()["code"]) == (410, "events-forgotten")
        assert "repartez sans curseur" in answer.json()["detail"]
    for params in ({"cursor": last}, {}):
        assert (await town.http.get("/api/v1/events", params=params)).status_code == 200


async def test_a_revoked_key_ends_its_stream(town, monkeypatch) -> None:
    monkeypatch.setattr("app.api.hall.LOOK_EVERY_S", 0.1)
    head = await town.key("events:read")
    key = (await town.http.get("/api/v1/keys")).json()["data"][-1]
    app = town.http._transport.app
    app.state.closing = Closing()
    with overheard() as (opened, _):
        streaming = asyncio.create_task(town.http.get("/api/v1/events/stream", headers=head))
        await asyncio.wait_for(opened.wait(), 60)
        assert not streaming.done()
        assert (await town.http.delete(f"/api/v1/keys/{key['id']}")).status_code == 204
        town.clock.move(seconds=11)
        answer = await asyncio.wait_for(streaming, 60)
    assert answer.status_code == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_streams_hear_the_signal_and_so_does_the_server(number) -> None:
    heard = []
    before = signal.signal(number, lambda *_: heard.append("server"))
    try:
        closing = Closing()
        with heard_from_signals(closing):
            signal.raise_signal(number)
            assert await closing.wait(1)
        assert heard == ["server"]
        signal.raise_signal(number)
        assert heard == ["server", "server"]
    finally:
        signal.signal(number, before)
