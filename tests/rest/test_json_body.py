"""The JSON door: what is not strict, declared and bounded JSON never reaches a model."""

from typing import Annotated

import pytest
from fastapi import APIRouter, FastAPI, Form
from pydantic import BaseModel

from app.rest.json_body import StrictRoute


class Body(BaseModel):
    value: object


class SmallRoute(StrictRoute):
    max_body_bytes = 100


@pytest.fixture
def doors(app: FastAPI) -> FastAPI:
    small, form = APIRouter(route_class=SmallRoute), APIRouter(route_class=StrictRoute)

    @small.post("/value")
    async def value(body: Body) -> dict[str, object]:
        return {"value": body.value}

    @small.post("/optional")
    async def optional(body: Body | None = None) -> bool:
        return body is not None

    @form.post("/form")
    async def filled(word: Annotated[str, Form()]) -> str:
        return word

    @form.get("/word/{word}")
    async def word(word: str, q: str = "") -> str:
        return word + q

    app.include_router(small)
    app.include_router(form)
    return app


@pytest.fixture
async def http(doors, client):
    async with client(doors) as opened:
        yield opened


async def test_ordinary_json_reaches_the_model(http):
    assert (await http.post("/value", json={"value": "😀"})).json() == {"value": "😀"}


HOSTILE = [
    (b'{"value": 1, "value": 2}', "/value", "json-duplicate-member"),
    (b'{"value": NaN}', "/value", "json-number"),
    (b'{"value": Infinity}', "/value", "json-number"),
    (b'{"value": 1e400}', "/value", "json-number"),
    (b'{"value": ["\\u0000"]}', "/value/0", "json-nul"),
    (b'{"value": "\\ud800"}', "/value", "json-lone-surrogate"),
    (b'{"value": "\xff"}', "", "json-encoding"),
    (b'{"value": ', "", "json-syntax"),
    (b"[" * 90, "", "json-depth"),
]


@pytest.mark.parametrize(("content", "pointer", "code"), HOSTILE)
async def test_what_is_not_strict_json_is_400_with_its_place(http, content, pointer, code):
    answer = await http.post("/value", content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    flaw = answer.json()["errors"][0]
    assert (flaw["pointer"], flaw["code"]) == (pointer, code)


KINDS = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "json",
    "",
]


@pytest.mark.parametrize("kind", KINDS)
async def test_json_declared_as_something_else_is_415(http, kind):
    answer = await http.post("/value", content=b'{"value": 1}', headers={"Content-Type": kind} if kind else {})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")
    assert answer.headers["accept"] == "application/json"


async def test_a_compressed_body_is_415(http):
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert (await http.post("/value", content=b"\x1f\x8b", headers=headers)).status_code == 415


async def test_a_declared_size_over_the_limit_is_refused_unread(doors):
    messages = await raw(doors, headers=[(b"content-length", b"101")], chunks=None)
    assert messages[0]["status"] == 413
    assert (b"content-type", b"application/problem+json") in messages[0]["headers"]


@pytest.mark.parametrize(
    "declared", [[], [(b"content-length", b"5")], [(b"content-length", b"x")], [(b"transfer-encoding", b"chunked")]]
)
async def test_an_undeclared_size_is_cut_at_the_limit(doors, declared):
    sent = []

    def chunks():
        for _ in range(1000):
            sent.append(50)
            yield b" " * 50

    messages = await raw(doors, headers=declared, chunks=chunks())
    assert messages[0]["status"] == 413
    assert len(sent) == 3


async def test_a_sender_who_leaves_in_the_middle_is_no_failure_of_ours(doors):
    messages = await raw(doors, headers=[], chunks=iter([b'{"value":']), leaves=True)
    assert messages[0]["status"] == 400


async def test_an_optional_body_may_be_absent(http):
    assert (await http.post("/optional")).json() is False
    assert (await http.post("/value")).json()["errors"][0]["code"] == "missing"


@pytest.mark.parametrize("path", ["/word/a%00b", "/word/a?q=%00"])
async def test_nul_in_an_address_is_400(http, path):
    answer = await http.get(path)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "json-nul")


async def test_forms_are_left_to_the_form_reader(http):
    assert (await http.post("/form", data={"word": "bonjour"})).json() == "bonjour"


async def test_the_openapi_still_shows_the_model(doors):
    content = doors.openapi()["paths"]["/value"]["post"]["requestBody"]["content"]
    assert content == {"application/json": {"schema": {"$ref": "#/components/schemas/Body"}}}


async def raw(app, *, headers, chunks, leaves=False):
    """Speaks ASGI itself, to send what an HTTP client would not; `chunks=None` fails if the body is read at all."""
    out = []

    async def receive():
        assert chunks is not None, "the body was read"
        chunk = next(chunks, None)
        if chunk is None and leaves:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": chunk or b"", "more_body": chunk is not None}

    async def send(message):
        out.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/value", "raw_path": b"/value", "query_string": b"", "root_path": "",
        "headers": [(b"content-type", b"application/json"), *headers], "http_version": "1.1", "scheme": "https",
        "server": ("x", 443), "client": ("127.0.0.1", 1), "asgi": {"version": "3.0"},
    }  # fmt: skip
    await app(scope, receive, send)
    return out
