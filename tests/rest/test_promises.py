"""What the last release promised stands, and an operation that goes says so a year before."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI

from app.api.headers import Envelope
from app.main import openapi_document
from app.rest.access import require
from app.rest.openapi import install_openapi
from app.rest.openapi_promises import broken, promises
from app.rest.retiring import NOTICE, retiring

RELEASED = Path(__file__).parents[2] / "docs/api-promises.txt"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SINCE, UNTIL = NOON, NOON + NOTICE


def a_document(**changed: object) -> dict:
    """One operation that takes a word and gives a note."""
    note = {"type": "object", "properties": {"id": {"type": "string"}, "next": {"$ref": "#/components/schemas/Note"}}}
    taken = {"type": "object", "properties": {"word": {"type": "string", "enum": ["a", "b"]}}, "required": []}
    operation = {
        "x-required-scopes": ["notes:write"],
        "parameters": [{"in": "query", "name": "q", "required": False}],
        "requestBody": {"content": {"application/json": {"schema": taken}}},
        "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}}}},
        **changed,
    }
    return {"paths": {"/notes": {"post": operation}}, "components": {"schemas": {"Note": note}}}


def test_nothing_the_last_release_promised_is_broken() -> None:
    released = set(RELEASED.read_text().splitlines())
    assert len(released) > 4000
    now = datetime.now(UTC)
    assert broken(released, openapi_document(), at=now) == [], "announce it (app/rest/retiring.py), or keep it"


def test_what_is_added_breaks_nothing() -> None:
    more = a_document(parameters=[{"in": "query", "name": one, "required": False} for one in ("q", "r")])
    more["components"]["schemas"]["Note"]["properties"]["more"] = {"type": "integer"}
    more["paths"]["/others"] = {"get": {"responses": {}}}
    assert broken(promises(a_document()), more, at=NOON) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"parameters": []}, "gone: POST /notes > query q"),
        ({"parameters": [{"in": "query", "name": "q", "required": True}]}, "newly demanded: POST /notes ! query q"),
        ({"x-required-scopes": ["notes:write", "x:y"]}, "newly demanded: POST /notes ! scope x:y"),
        ({"responses": {"201": {}}}, "gone: POST /notes < .id string"),
        (
            {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {"word": {"type": "string", "enum": ["a"]}},
                                "required": ["word"],
                            }
                        }
                    }
                }
            },
            "gone: POST /notes > body.word =b",
        ),
    ],
)
def test_what_breaks_a_program_is_named(changed, told) -> None:
    assert told in broken(promises(a_document()), a_document(**changed), at=NOON)


def test_an_operation_may_go_once_its_announced_end_has_come() -> None:
    released = promises(a_document(**{"x-sunset": UNTIL.isoformat()}))
    gone = {**a_document(), "paths": {}}
    assert broken(released, gone, at=UNTIL - timedelta(seconds=1)) != []
    assert broken(released, gone, at=UNTIL) == []


def test_less_than_a_years_notice_is_refused() -> None:
    with pytest.raises(ValueError, match="a year before"):
        retiring(since=SINCE, until=UNTIL - timedelta(days=1), told_at="https://parvis.example.fr/docs")


async def test_an_operation_that_goes_says_so_on_every_answer_refusals_too(app: FastAPI, client, house, tenant) -> None:
    router = APIRouter()
    page, right = "https://parvis.example.fr/docs", require("tickets:read")

    @router.get("/old", **retiring(since=SINCE, until=UNTIL, told_at=page, successor="/new", dependencies=[right]))
    async def old() -> str:
        return "old"

    @router.get("/new", dependencies=[right])
    async def new() -> str:
        return "new"

    app.include_router(router)
    app.add_middleware(Envelope)
    install_openapi(app)
    async with client(app) as http:
        head = house.admit("clerk", tenant, "tickets:read")
        for answer in (await http.get("/old", headers=head), await http.get("/old")):
            assert answer.headers["deprecation"] == f"@{int(SINCE.timestamp())}"
            assert answer.headers["sunset"] == "Tue, 02 Mar 2027 12:00:00 GMT"
            assert 'rel="deprecation"' in answer.headers["link"]
            assert '</new>; rel="successor-version"' in answer.headers["link"]
        assert "deprecation" not in (await http.get("/new", headers=head)).headers
    told = app.openapi()["paths"]["/old"]["get"]
    assert (told["deprecated"], told["x-sunset"]) == (True, UNTIL.isoformat())


def test_consumers_find_what_they_are_called_with_an_example_for_each_type() -> None:
    call = openapi_document()["webhooks"]["event"]["post"]
    examples = call["requestBody"]["content"]["application/json"]["examples"]
    listed = (Path(__file__).parents[2] / "docs/events.md").read_text()
    assert set(examples) == {line.split("`")[1] for line in listed.splitlines() if line.startswith("| `")}
    assert examples["message.received"]["value"]["data"]["channel"] == "email"
    assert {one["name"] for one in call["parameters"]} == {"webhook-id", "webhook-timestamp", "webhook-signature"}
    assert "HTTPValidationError" not in json.dumps(call)
