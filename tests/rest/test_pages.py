"""Lists: every row once, in order, page after page; the address of the next page is ready to use."""

from typing import Annotated
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI, Query
from pydantic import BaseModel

from app.rest.cursors import Position
from app.rest.pages import Asked, Page


class Item(BaseModel):
    rank: int


ROWS = [(rank // 3, UUID(int=rank)) for rank in range(25)]


@pytest.fixture
def listing(app: FastAPI) -> FastAPI:
    @app.get("/items")
    async def items(asked: Asked, status: Annotated[list[str] | None, Query()] = None) -> Page[Item]:
        after = (asked.after.key, asked.after.id) if asked.after else None
        rows = [row for row in ROWS if after is None or row > after][: asked.take]
        return asked.page(rows, position=lambda row: Position(*row), show=lambda row: Item(rank=row[1].int))

    @app.get("/others")
    async def others(asked: Asked) -> Page[Item]:
        return asked.page([], position=lambda row: Position(*row), show=Item.model_validate)

    return app


@pytest.fixture
async def http(listing, client, house, tenant):
    async with client(listing) as opened:
        opened.headers.update(house.admit("clerk", tenant))
        yield opened


async def test_following_the_links_gives_every_row_once(http: httpx.AsyncClient):
    seen, address = [], "/items?limit=4"
    while address:
        answer = await http.get(address)
        seen += [item["rank"] for item in answer.json()["data"]]
        address = answer.links.get("next", {}).get("url")
        assert (address is None) == (answer.json()["next_cursor"] is None)
    assert seen == list(range(25))


async def test_an_exact_last_page_has_no_next(http: httpx.AsyncClient):
    answer = await http.get("/items?limit=25")
    assert answer.json()["next_cursor"] is None
    assert "link" not in answer.headers


async def test_the_link_is_relative_whatever_host_was_asked(http: httpx.AsyncClient):
    answer = await http.get("/items?limit=4", headers={"Host": "evil.example"})
    assert answer.headers["link"].startswith("</items?limit=4&cursor=")


@pytest.mark.parametrize("limit", ["0", "-1", "201", "1e3", "99999999999999999999", "", "NaN"])
async def test_a_page_size_out_of_bounds_is_invalid(http: httpx.AsyncClient, limit):
    answer = await http.get("/items", params={"limit": limit})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "query/limit"


async def test_a_cursor_holds_only_for_its_filters(http: httpx.AsyncClient):
    cursor = (await http.get("/items?limit=4&status=new&status=open")).json()["next_cursor"]
    assert (await http.get(f"/items?status=open&status=new&limit=9&cursor={cursor}")).status_code == 200
    for changed in ("status=new", "", "status=new&status=open&x=1"):
        answer = await http.get(f"/items?{changed}&cursor={cursor}")
        assert (answer.status_code, answer.json()["code"]) == (422, "cursor-refused")


async def test_a_cursor_holds_only_for_its_list_and_its_administration(http: httpx.AsyncClient, house):
    cursor = (await http.get("/items?limit=4")).json()["next_cursor"]
    neighbour = house.admit("neighbour", UUID(int=7))
    assert (await http.get(f"/others?cursor={cursor}")).status_code == 422
    assert (await http.get(f"/items?cursor={cursor}", headers=neighbour)).status_code == 422


async def test_a_very_long_cursor_is_invalid(http: httpx.AsyncClient):
    assert (await http.get("/items", params={"cursor": "A" * 5000})).status_code == 422
