import pytest
from fastapi import APIRouter, FastAPI, Request

from app.rest.route_names import route_template


@pytest.fixture
async def http(app: FastAPI, client):
    inner, outer = APIRouter(prefix="/items"), APIRouter(prefix="/towns/{town}")

    async def name(request: Request) -> str:
        return route_template(request.scope)

    inner.get("")(name)
    inner.get("/{item}/parts/{part:path}")(name)
    outer.include_router(inner)
    app.include_router(outer, prefix="/api/v1")
    app.get("/top/{word}")(name)
    async with client(app) as opened:
        yield opened


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/top/x", "/top/{word}"),
        ("/api/v1/towns/aubignac/items", "/api/v1/towns/{town}/items"),
        ("/api/v1/towns/aubignac/items/3/parts/a/b", "/api/v1/towns/{town}/items/{item}/parts/{part:path}"),
        ("/api/v1/towns/é%20t/items/%7Bx%7D/parts/z", "/api/v1/towns/{town}/items/{item}/parts/{part:path}"),
    ],
)
async def test_an_operation_has_one_name_for_all_its_resources(http, path, template):
    assert (await http.get(path)).json() == template


def test_what_matched_nothing_has_no_name():
    assert route_template({"path": "/secret-token"}) == "unknown"
