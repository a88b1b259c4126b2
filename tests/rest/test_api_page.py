"""docs/api.md is not hoped to be true: its JSON parses strictly, its example route runs."""

import re
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.rest.openapi import install_openapi, operation_id
from app.rest.responses import Problem
from app.strict_json import loads

TEXT = (Path(__file__).parents[2] / "docs" / "api.md").read_text()


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def test_the_json_of_the_page_is_strict_json():
    assert len([loads(block.encode()) for block in blocks("json")]) == 3


def test_the_problem_of_the_page_has_the_fields_of_ours():
    assert Problem.model_validate(loads(blocks("json")[1].encode())).code == "invalid"


@pytest.fixture
async def http(app: FastAPI, client, house, tenant):
    room: dict[str, object] = {}
    exec(compile(blocks("python")[0], "docs/api.md", "exec"), room)
    app.router.generate_unique_id_function = operation_id
    app.include_router(room["router"], prefix="/api/v1")
    install_openapi(app)
    async with client(app) as opened:
        opened.headers.update(house.admit("clerk", tenant, "notes:read", "notes:write"))
        yield opened


async def test_the_routes_of_the_page_behave_as_it_says(http):
    assert (await http.get("/api/v1/notes")).json() == {"data": [], "next_cursor": None}
    read = await http.get("/api/v1/notes/1", headers={"If-None-Match": '"7"'})
    assert read.status_code == 304
    made = [await http.post("/api/v1/notes", json={"words": "a"}, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[1].headers["idempotent-replayed"] == "true"
    changed = await http.patch("/api/v1/notes/1", json={"words": "a"}, headers={"If-Match": '"6"'})
    assert (changed.status_code, changed.json()["code"]) == (412, "stale")


async def test_the_openapi_of_the_page_is_made(http):
    document = (await http.get("/openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    assert "428" in document["paths"]["/api/v1/notes/{note_id}"]["patch"]["responses"]
