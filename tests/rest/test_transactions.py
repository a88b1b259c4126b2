"""The transaction of a request: committed before the answer leaves, or the answer is not a success."""

from typing import Annotated
from uuid import UUID

import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.errors import Conflict
from app.ids import new_id
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.transactions import Reading, Writing

INSERT = text("INSERT INTO rest_notes (tenant_id, id, words) VALUES (:tenant, :id, :words)")
COUNT = text("SELECT count(*) FROM rest_notes")
Writer = Annotated[Caller, require("tickets:write")]
pytestmark = pytest.mark.usefixtures("notes_table")


async def write(session, tenant: UUID, words: str) -> None:
    await session.execute(INSERT, {"tenant": tenant, "id": new_id(), "words": words})


@pytest.fixture
def notes(app: FastAPI) -> FastAPI:
    @app.post("/notes/{words}", status_code=201)
    async def add(words: str, caller: Writer, session: Writing) -> dict[str, str]:
        await write(session, caller.tenant_id, words)
        return {"words": words}

    @app.post("/then-refuse/{words}", status_code=201)
    async def add_then_refuse(words: str, caller: Writer, session: Writing) -> None:
        await write(session, caller.tenant_id, words)
        raise Conflict("non")

    @app.get("/notes")
    async def count(session: Reading) -> int:
        return (await session.execute(COUNT)).scalar_one()

    @app.get("/writes-on-a-read")
    async def cheat(caller: Writer, session: Reading) -> None:
        await write(session, caller.tenant_id, "never")

    @app.post("/for-another/{tenant}")
    async def for_another(tenant: UUID, session: Writing) -> None:
        await write(session, tenant, "never")

    return app


@pytest.fixture
async def http(notes, client, house, tenant):
    async with client(notes) as opened:
        opened.headers.update(house.admit("clerk", tenant, "tickets:write"))
        yield opened


async def test_what_a_route_wrote_is_committed_when_it_answers(http, owner_url, tenant):
    assert (await http.post("/notes/bonjour")).status_code == 201
    with psycopg.connect(owner_url) as other:
        other.execute("SELECT set_config('app.tenant', %s, false)", [str(tenant)])
        assert other.execute("SELECT words FROM rest_notes").fetchall() == [("bonjour",)]


async def test_a_commit_that_fails_is_not_answered_as_a_success(http):
    assert (await http.post("/notes/twice")).status_code == 201
    answer = await http.post("/notes/twice")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert (await http.get("/notes")).json() == 1


async def test_a_refusal_rolls_back(http):
    assert (await http.post("/then-refuse/x")).status_code == 409
    assert (await http.get("/notes")).json() == 0


async def test_a_read_path_cannot_write(http):
    assert (await http.get("/writes-on-a-read")).status_code == 500
    assert (await http.get("/notes")).json() == 0


async def test_a_caller_sees_and_writes_only_their_own_administration(http, house):
    await http.post("/notes/mine")
    neighbour = house.admit("neighbour", new_id())
    assert (await http.get("/notes", headers=neighbour)).json() == 0
    assert (await http.post(f"/for-another/{new_id()}")).status_code == 500


async def test_an_unreachable_database_is_unavailable_and_says_when_to_retry(http, house):
    house.database = type(house.database)("postgresql://nobody@127.0.0.1:1/none", pool_size=2)
    answer = await http.get("/notes")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert "psycopg" not in answer.text
    assert "Operational" not in answer.text
    await house.database.close()
