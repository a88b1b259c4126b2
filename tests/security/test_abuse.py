"""Abuse of the API's own means: identifiers in two places, searches without end, expressions of attackers, streams misused."""

import asyncio
import gc
import itertools
import json
import os
import random
import weakref
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import event

from app.ids import new_id
from tests.api.conftest import Town
from tests.api.test_every_operation import CLOSED, LISTS, OPERATIONS, ask, body_of, filled, unknown

EXPRESSIONS = int(os.environ.get("PARVIS_EXPRESSIONS", "10000" if os.environ.get("PARVIS_FUZZ") == "long" else "250"))
SEED = int(os.environ.get("PARVIS_FUZZ_SEED", "1"))
_STREAM = "/api/v1/events/stream"


async def test_a_body_cannot_name_another_thing_than_the_address(town: Town) -> None:
    """T38. What an address names stands nowhere else: no body takes it, its own or another."""
    asked = [(where, one) for where, one in CLOSED if "{" in where and where.split(" ")[0] in {"POST", "PUT", "PATCH"}]
    for where, operation in asked:
        method, path = filled(where)
        named = where.rpartition("{")[2].partition("}")[0]
        taken = {str(name) for name in _members(operation)}
        for name in {"id", named} - taken:
            content = {**json.loads(body_of(operation)[1] or b"{}"), name: unknown(named)}
            head = {"Idempotency-Key": new_id().hex, "If-Match": '"1"'}
            answer = await town.http.request(method, path, json=content, headers=head)
            assert answer.status_code == 422, (where, answer.text)
            assert f"/{name}" in {flaw["pointer"] for flaw in answer.json()["errors"]}, (where, answer.text)


def _members(operation: dict[str, Any]) -> set[str]:
    return set(json.loads(body_of(operation)[1] or b"{}"))


async def test_a_search_is_given_up_after_its_time_and_says_when_to_come_back(
    town: Town, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T104. Whatever holds the search back here, a lock, the answer is the same."""
    monkeypatch.setattr("app.tickets.repository.SEARCH_MS", 50)
    monkeypatch.setattr("app.contacts.repository.SEARCH_MS", 50)
    async with await psycopg.AsyncConnection.connect(owner_url) as connection:
        await connection.execute("LOCK TABLE message_words, contacts IN ACCESS EXCLUSIVE MODE")
        for path in ("/api/v1/tickets", "/api/v1/contacts"):
            answer = await town.http.get(path, params={"q": "lampadaire"})
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable"), path
            assert int(answer.headers["retry-after"]) > 0
    monkeypatch.undo()
    assert (await town.http.get("/api/v1/tickets", params={"q": "lampadaire"})).status_code == 200


@pytest.mark.parametrize(
    "asked", ["*", "a:*", "!", "& | !", "'a' <-> 'b'", '"', "-", " OR ", "é" * 200, "a " * 100, "\\"]
)
async def test_no_word_of_a_search_is_an_operator(town: Town, asked: str) -> None:
    await town.a_ticket(text="Le lampadaire.")
    for path in ("/api/v1/tickets", "/api/v1/contacts"):
        answer = await town.http.get(path, params={"q": asked[:200]})
        assert answer.status_code == 200, answer.text
    assert (await town.http.get("/api/v1/tickets", params={"q": "a" * 10_000})).status_code == 422


_INJECTED = (
    "' OR '1'='1", "'; DROP TABLE tickets; --", "1) UNION SELECT NULL,NULL--", "' AND pg_sleep(5)--", "$$;--", "%27%20OR",
    "\\'; --", "') OR 1=1 /*", "id DESC, (SELECT 1)", "tenant_id", "*", "{}", "[]", "\ud7ff", "0x41", "1e400", "-1", "NULL",
    "current_user", "||(SELECT version())||", "&&", "a' <-> 'b", ":*", "\u202e", "'" * 50, "(" * 60,
)  # fmt: skip


async def test_no_expression_of_an_attacker_makes_the_database_refuse(town: Town) -> None:
    """T109. Filters, orders and cursors are closed words or bound values: PostgreSQL never meets one as SQL."""
    await town.a_ticket()
    refused: list[str] = []
    engine = town.house.database.engine.sync_engine
    keep = lambda context: refused.append(str(context.original_exception))  # noqa: E731
    event.listen(engine, "handle_error", keep)
    chance = random.Random(SEED)
    asked = [where for where in LISTS if "{" not in where]
    names = {
        where: [one["name"] for one in dict(OPERATIONS)[where]["parameters"] if one["in"] == "query"] for where in asked
    }
    statuses = set()
    try:
        for _ in range(EXPRESSIONS):
            where = chance.choice(asked)
            few = chance.sample(names[where], k=min(len(names[where]), chance.randint(1, 3)))
            words = {name: "".join(chance.choices(_INJECTED, k=chance.randint(1, 3)))[:300] for name in few}
            words |= {chance.choice(_INJECTED)[:40]: "1"} if chance.random() < 0.1 else {}
            answer = await town.http.get(where.split(" ")[1], params=words)
            statuses.add(answer.status_code)
            assert answer.status_code in {200, 400, 422}, (where, words, answer.text)
    finally:
        event.remove(engine, "handle_error", keep)
    assert refused == []
    assert {200, 422} <= statuses


async def test_a_stream_misused_is_refused_in_constant_words_and_others_hear_on(town: Town) -> None:
    """T41, T43, T99. A stream takes a cursor and nothing else: there is no topic to choose and no message to send."""
    chance = random.Random(SEED)
    odd = ["%", "*", "_", "events:%", "../", "é", "x" * 400, "0", '{"a":1}', "tkt_*", "\x7f", *map(str, range(20))]
    odd += [
        "".join(chance.choices([chr(n) for n in range(33, 256) if n != 127], k=chance.randint(1, 80)))
        for _ in range(60)
    ]
    before = len(asyncio.all_tasks())
    for word in odd:
        head = {"Last-Event-ID": word.encode("latin-1", "replace")}
        for answer in (
            await town.http.get(_STREAM, headers=head),
            await town.http.get(_STREAM, params={"cursor": word}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (422, "cursor-refused"), answer.text
            assert word not in answer.text or len(word) < 3
    long = await town.http.get(_STREAM, headers={"Last-Event-ID": "x" * 10_000})
    assert long.status_code == 422
    for method, content in itertools.product(("POST", "PUT", "PATCH", "DELETE"), (b"", b"\x00" * 1_000_000)):
        answer = await town.http.request(method, _STREAM, content=content)
        assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    for _ in range(10):  # what a refused stream began ends by itself
        await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) <= before


async def test_no_door_upgrades_to_a_web_socket(town: Town) -> None:
    """T41. The house speaks none: a handshake is answered as any other request."""
    head = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": "x" * 24,
        "Sec-WebSocket-Version": "13",
    }
    assert (await town.http.get("/api/v1/tickets", headers=head)).status_code == 200
    sent: list[Any] = []

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": _STREAM, "headers": [], "query_string": b"", "subprotocols": []}
    await town.http._transport.app({**scope, "app": town.http._transport.app}, receive, send)
    assert [one["type"] for one in sent] == ["websocket.close"]


async def test_the_answer_to_each_event_is_one_and_the_same_everywhere(town: Town) -> None:
    """T42. The page, the stream and the outgoing webhook write a fact with one hand: byte for byte."""
    from app.live.schemas import EventOut
    from app.webhooks.payloads import body_of as told_to_webhooks

    await town.a_ticket()
    page = {one["id"]: one for one in await town.facts()}
    async with town.house.database.transaction(tenant=town.id) as session:
        events = await town.house.events.after(session, town.id, None, limit=200)
    assert len(events) == len(page) > 2
    for one in events:
        streamed = EventOut.of(one).model_dump_json()
        assert told_to_webhooks(one) == streamed
        assert page[json.loads(streamed)["id"]] == json.loads(streamed)


async def test_who_may_not_read_events_reads_none_by_any_way(town: Town) -> None:
    """T42. One right opens the page, the stream and the endpoints that are told."""
    head = await town.key("tickets:read")
    for where in ("GET /api/v1/events", "GET /api/v1/events/stream", "POST /api/v1/webhook-endpoints"):
        answer = await ask(town, where, dict(OPERATIONS)[where], headers=head)
        assert answer.status_code == 403, where


async def test_a_register_however_long_is_written_in_the_memory_of_one_batch(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T105. Rows are read a batch at a time, each in a transaction of its own, and leave as they are read."""
    from app.reporting import register, register_rows

    await town.a_ticket()
    real, held = register_rows.rows_of, {"most": 0, "asked": 0}
    living: weakref.WeakSet[Any] = weakref.WeakSet()

    class Kept(list):
        """A batch that can be seen to be let go."""

    async def many(session: Any, tenant_id: Any, asked: Any, *, after: Any, limit: int) -> Any:
        (row,) = await real(session, tenant_id, asked, after=UUID(int=0), limit=1)
        held["asked"] += 1
        batch = Kept(replace(row, id=new_id()) for _ in range(limit if held["asked"] < 40 else 0))
        living.add(batch)
        gc.collect(0)
        held["most"] = max(held["most"], len(living))
        return batch

    Kept.__hash__ = object.__hash__  # type: ignore[method-assign, assignment]
    monkeypatch.setattr(register, "BATCH", 20)
    monkeypatch.setattr(register_rows, "rows_of", many)
    answer = await town.http.get("/api/v1/sve/register")
    assert answer.text.count("\n") == 1 + 39 * 20
    assert held["asked"] == 40
    assert held["most"] <= 3
