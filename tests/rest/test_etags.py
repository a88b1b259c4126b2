"""Versions: a change says what it was decided on, a reader says what it already has."""

import pytest
from fastapi import FastAPI

from app.rest.etags import Expected, Fresh, etag, require_version


@pytest.fixture
async def http(app: FastAPI, client):
    @app.get("/thing")
    async def read(fresh: Fresh) -> str:
        fresh.at(7)
        return "thing"

    @app.patch("/thing")
    async def change(expected: Expected) -> str:
        require_version(7, expected=expected)
        return "changed"

    async with client(app) as opened:
        yield opened


CHANGES = [
    ({}, 428),
    ({"If-Match": "*"}, 428),
    ({"If-Match": '"7"'}, 200),
    ({"If-Match": ' "7" '}, 200),
    ({"If-Match": '"6"'}, 412),
    ({"If-Match": 'W/"7"'}, 412),
    ({"If-Match": '"07"'}, 412),
    ({"If-Match": '"-1"'}, 412),
    ({"If-Match": '"abc"'}, 412),
    ({"If-Match": '"' + "9" * 500 + '"'}, 412),
    ({"If-Match": "7"}, 400),
    ({"If-Match": '"7", "8"'}, 400),
    ({"If-Match": ""}, 400),
]


@pytest.mark.parametrize(("headers", "status"), CHANGES)
async def test_a_change_needs_the_version_it_was_decided_on(http, headers, status):
    assert (await http.patch("/thing", headers=headers)).status_code == status


async def test_a_stale_change_is_told_the_present_version(http):
    answer = await http.patch("/thing", headers={"If-Match": '"6"'})
    assert answer.headers["etag"] == etag(7)
    assert answer.json()["code"] == "stale"


READS = [("", 200), ('"6"', 200), ('"7"', 304), ('W/"7"', 304), ('"6", W/"7"', 304), ("*", 304), ("7", 200)]


@pytest.mark.parametrize(("header", "status"), READS)
async def test_a_reader_who_has_the_version_is_not_sent_it_again(http, header, status):
    answer = await http.get("/thing", headers={"If-None-Match": header})
    assert (answer.status_code, answer.headers["etag"]) == (status, '"7"')
    assert (answer.content == b"") == (status == 304)
