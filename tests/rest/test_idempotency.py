"""The same request twice: one effect, one answer; whatever happened in between."""

import asyncio
from collections.abc import Iterator

import psycopg
import pytest
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel
from sqlalchemy import text
from starlette.responses import Response

from app.errors import Conflict
from app.ids import new_id
from app.rest import repository
from app.rest.access import CurrentCaller
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.transactions import Reading, Writing

INSERT = text("INSERT INTO rest_notes (tenant_id, id, words) VALUES (:tenant, :id, :words)")
GATE = 20_260_112  # what a slow note waits for
WAITING = """
SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
pytestmark = pytest.mark.usefixtures("notes_table")


class Note(BaseModel):
    words: str
    refuse: bool = False
    slow: bool = False


class Made(BaseModel):
    id: str
    words: str


@pytest.fixture
def notes(app: FastAPI) -> FastAPI:
    router = APIRouter(route_class=StrictRoute)

    @router.post("/notes/{place}", status_code=201, response_model=Made)
    async def add(place: str, note: Note, caller: CurrentCaller, session: Writing, once: Once) -> Response:
        made = Made(id=str(new_id()), words=note.words)
        await session.execute(INSERT, {"tenant": caller.tenant_id, "id": made.id, "words": made.words})
        if note.slow:
            await session.execute(text("SELECT pg_advisory_xact_lock(:gate)"), {"gate": GATE})
        if note.refuse:
            raise Conflict("non")
        return await once.answer(made, status=201, headers={"Location": f"/notes/{made.id}", "ETag": '"1"'})

    @router.get("/notes")
    async def count(session: Reading) -> int:
        return (await session.execute(text("SELECT count(*) FROM rest_notes"))).scalar_one()

    app.include_router(router, prefix="/api")
    return app


@pytest.fixture
async def http(notes, client, house, tenant):
    async with client(notes) as opened:
        opened.headers.update(house.admit("clerk", tenant))
        yield opened


class Gate:
    """Held shut: slow notes wait in the database until it opens."""

    def __init__(self, held: psycopg.Connection) -> None:
        self._held = held
        held.execute("SELECT pg_advisory_lock(%s)", [GATE])

    async def waiting(self) -> int:
        """Waits until a note waits; returns the process that carries it."""
        for _ in range(1_500):
            if row := self._held.execute(WAITING, [GATE]).fetchone():
                return int(row[0])
            await asyncio.sleep(0.02)
        pytest.fail("no note ever waited")

    def opens(self) -> None:
        self._held.execute("SELECT pg_advisory_unlock_all()")

    def cuts(self, pid: int) -> None:
        self._held.execute("SELECT pg_terminate_backend(%s)", [pid])


@pytest.fixture
def gate(database_url: str) -> Iterator[Gate]:
    with psycopg.connect(database_url, autocommit=True) as held:
        yield Gate(held)


async def post(http, body, key="k1", place="a", **headers):
    return await http.post(f"/api/notes/{place}", json=body, headers={"Idempotency-Key": key, **headers})


async def test_a_repeated_request_gets_the_same_answer_and_is_not_done_again(http):
    first, second = await post(http, {"words": "é"}), await post(http, {"words": "é"})
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    for name in ("location", "etag", "content-type"):
        assert first.headers[name] == second.headers[name]
    assert (await http.get("/api/notes")).json() == 1


async def test_the_same_content_written_otherwise_is_the_same_request(http):
    first = await post(http, {"words": "a", "slow": False})
    again = await http.post(
        "/api/notes/a",
        content=b'{ "slow":false,\n"words":"\\u0061"}',
        headers={"Idempotency-Key": '"k1"', "Content-Type": "application/json; charset=utf-8"},
    )
    assert again.json() == first.json()


@pytest.mark.parametrize("other", [{"body": {"words": "b"}}, {"place": "b"}])
async def test_the_key_of_another_request_is_refused(http, other):
    await post(http, {"words": "a"})
    answer = await post(http, **{"body": {"words": "a"}, **other})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")


async def test_a_request_repeated_while_it_runs_is_told_to_wait(http, gate):
    running = asyncio.create_task(post(http, {"words": "a", "slow": True}))
    await gate.waiting()
    answer = await post(http, {"words": "a", "slow": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "in-progress")
    assert answer.headers["retry-after"] == "1"
    gate.opens()
    assert (await running).status_code == 201
    assert (await post(http, {"words": "a", "slow": True})).headers["idempotent-replayed"] == "true"


async def test_many_at_once_have_one_effect(http, gate):
    asked = [asyncio.create_task(post(http, {"words": "a", "slow": True})) for _ in range(5)]
    await gate.waiting()
    refused = [await answer for answer, _ in zip(asyncio.as_completed(asked), range(4), strict=False)]
    gate.opens()
    answers = await asyncio.gather(*asked)
    assert {answer.status_code for answer in refused} == {409}
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert (await http.get("/api/notes")).json() == 1


async def test_a_failure_is_not_kept(http):
    assert (await post(http, {"words": "a", "refuse": True})).status_code == 409
    assert (await post(http, {"words": "a"})).status_code == 201


async def test_a_failing_commit_keeps_neither_effect_nor_answer(http):
    await post(http, {"words": "taken"}, key="k0")
    assert (await post(http, {"words": "taken"})).status_code == 409
    assert (await post(http, {"words": "free"})).status_code == 201


async def test_a_request_that_a_crash_cut_is_carried_out_once_when_repeated(http, gate):
    running = asyncio.create_task(post(http, {"words": "a", "slow": True}))
    gate.cuts(await gate.waiting())
    gate.opens()
    assert (await running).status_code == 503
    again = await post(http, {"words": "a", "slow": True})
    assert again.status_code == 201
    assert "idempotent-replayed" not in again.headers
    assert (await http.get("/api/notes")).json() == 1


async def test_another_caller_is_independent(http, house, tenant):
    await post(http, {"words": "a"})
    colleague = house.admit("colleague", tenant)
    answer = await post(http, {"words": "b"}, **colleague)
    assert answer.status_code == 201
    assert "idempotent-replayed" not in answer.headers


async def test_a_key_may_be_used_again_after_seven_days(http, house):
    await post(http, {"words": "a"})
    house.wait(days=6, hours=23)
    assert (await post(http, {"words": "b"})).status_code == 422
    house.wait(hours=1)
    assert (await post(http, {"words": "b"})).status_code == 201


async def test_old_answers_are_forgotten(http, house, tenant):
    await post(http, {"words": "a"})
    async with house.database.transaction(tenant=tenant) as session:
        assert await repository.forget_before(session, tenant_id=tenant, before=house.now) == 0
        house.wait(seconds=1)
        assert await repository.forget_before(session, tenant_id=tenant, before=house.now) == 1


@pytest.mark.parametrize("key", [None, "", '""', " ", "é", "a b", "x" * 256])
async def test_a_missing_or_unreadable_key_is_refused(http, key):
    headers = {} if key is None else {"Idempotency-Key": key.encode("latin-1")}
    answer = await http.post("/api/notes/a", json={"words": "a"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-refused")
