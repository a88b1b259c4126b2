"""The door: who you are, what you may do, and from where you ask."""

from typing import Annotated

import pytest
from fastapi import FastAPI

from app.rest.access import SECURE_COOKIE, SESSION_COOKIE, CurrentCaller, require
from app.rest.callers import Caller
from app.rest.transactions import Reading
from tests.rest.house import BASE_URL


@pytest.fixture
def guarded(app: FastAPI) -> FastAPI:
    @app.get("/me", dependencies=[require("tickets:read")])
    async def me(caller: CurrentCaller, session: Reading) -> str:
        return caller.label

    @app.post("/me")
    async def change(caller: Annotated[Caller, require("tickets:read", "tickets:write")]) -> str:
        return caller.label

    return app


@pytest.fixture
async def http(guarded, client):
    async with client(guarded) as opened:
        yield opened


async def test_a_key_names_its_caller_once_a_request(http, house, tenant):
    answer = await http.get("/me", headers=house.admit("clerk", tenant, "tickets:read"))
    assert answer.json() == "key:clerk"
    assert house.asked == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer nobody"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": ""},
    ],
)
async def test_without_a_known_key_the_answer_is_401_with_a_challenge(http, headers):
    answer = await http.get("/me", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_missing_right_is_named(http, house, tenant):
    answer = await http.post("/me", headers=house.admit("clerk", tenant, "tickets:read"))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert "tickets:write" in answer.json()["detail"]
    assert 'scope="tickets:read tickets:write"' in answer.headers["www-authenticate"]


async def test_the_rights_of_an_operation_stand_in_the_openapi(guarded):
    operation = guarded.openapi()["paths"]["/me"]["post"]
    assert {"key": ["tickets:read", "tickets:write"]} in operation["security"]


SITES = [
    ({"Sec-Fetch-Site": "same-origin"}, 200),
    ({"Origin": BASE_URL}, 200),
    ({"Sec-Fetch-Site": "cross-site", "Origin": BASE_URL}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "none"}, 403),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": BASE_URL + ".evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({}, 403),
]


@pytest.mark.parametrize(("headers", "status"), SITES)
async def test_a_session_changes_things_only_from_our_own_pages(http, house, tenant, headers, status):
    house.admit("agent", tenant, "tickets:read", "tickets:write")
    http.cookies.set(SECURE_COOKIE, "agent")
    assert (await http.post("/me", headers=headers)).status_code == status


async def test_a_session_reads_from_anywhere(http, house, tenant):
    house.admit("agent", tenant, "tickets:read")
    http.cookies.set(SECURE_COOKIE, "agent")
    assert (await http.get("/me", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 200


async def test_a_wrong_key_is_not_saved_by_a_session(http, house, tenant):
    house.admit("agent", tenant, "tickets:read")
    http.cookies.set(SECURE_COOKIE, "agent")
    assert (await http.get("/me", headers={"Authorization": "Bearer nobody"})).status_code == 401


async def test_where_there_is_tls_only_the_guarded_cookie_is_read(http, house, tenant):
    """`__Host-` cookies cannot be set by a neighbouring site; the plain name could."""
    house.admit("agent", tenant, "tickets:read")
    http.cookies.set(SESSION_COOKIE, "agent")
    assert (await http.get("/me")).status_code == 401
