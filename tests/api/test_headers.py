"""The envelope of every answer, whoever made it."""

import httpx
import pytest
from fastapi import FastAPI
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.responses import HTMLResponse, StreamingResponse

from app.api.headers import Envelope
from app.rest.metrics import REGISTRY
from app.rest.problems import install_problems


def build(*, trusted=()):
    app = FastAPI()
    install_problems(app, base_url="https://parvis.example.fr")
    app.add_middleware(Envelope, trusted_proxies=trusted)

    @app.get("/api/v1/things/{thing}")
    async def thing(thing: str) -> str:
        return thing

    @app.get("/api/v1/bug")
    async def bug() -> None:
        raise RuntimeError("bug")

    @app.get("/page")
    async def page() -> HTMLResponse:
        return HTMLResponse("<p>", headers={"Content-Security-Policy": "default-src 'self'"})

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        return StreamingResponse(iter([b"a", b"b"]), headers={"Cache-Control": "no-transform"})

    return app


def open_client(app, address="203.0.113.9"):
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app, client=(address, 1)), base_url="https://x")


@pytest.fixture
async def http():
    async with open_client(build()) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/api/v1/things/1", "/api/v1/bug", "/nowhere", "/page", "/stream", "/docs"])
async def test_every_answer_forbids_sniffing_and_leaking_its_address(http, path):
    headers = (await http.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert len(headers["x-request-id"]) == 36


@pytest.mark.parametrize("path", ["/api/v1/things/1", "/api/v1/bug", "/nowhere"])
async def test_what_is_not_a_page_renders_nothing(http, path):
    assert (await http.get(path)).headers["content-security-policy"].startswith("default-src 'none'")


async def test_a_page_keeps_its_own_policy(http):
    assert (await http.get("/page")).headers["content-security-policy"] == "default-src 'self'"


async def test_a_stream_of_personal_lines_is_never_stored_by_a_cache():
    app = build()

    @app.get("/api/v1/lines", response_class=EventSourceResponse)
    async def lines():
        yield ServerSentEvent(data="bonjour")

    async with open_client(app) as http:
        assert (await http.get("/api/v1/lines")).headers["cache-control"] == "no-store"


async def test_answers_of_the_api_are_never_stored_by_a_cache(http):
    assert (await http.get("/api/v1/things/1")).headers["cache-control"] == "no-store"
    assert (await http.get("/api/v1/nowhere")).headers["cache-control"] == "no-store"
    assert (await http.get("/stream")).headers["cache-control"] == "no-transform"


async def test_an_unexpected_error_carries_one_correlation(http):
    answer = await http.get("/api/v1/bug")
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert answer.headers.get_list("x-request-id") == [answer.headers["x-request-id"]]


PROPOSED = [
    ("10.0.0.7", "abc-12345", True),
    ("203.0.113.9", "abc-12345", False),
    ("10.0.0.7", "x\tsecret\r", False),
    ("10.0.0.7", "x" * 65, False),
]


@pytest.mark.parametrize(("address", "proposed", "taken"), PROPOSED)
async def test_only_a_trusted_proxy_names_a_request(address, proposed, taken):
    async with open_client(build(trusted=["10.0.0.0/8"]), address) as http:
        answer = await http.get("/api/v1/things/1", headers={"X-Request-Id": proposed.encode()})
    assert (answer.headers["x-request-id"] == proposed) == taken


async def test_requests_are_timed_by_template_never_by_address(http):
    def count(status):
        labels = {"method": "GET", "route": "/api/v1/things/{thing}", "status": status}
        return REGISTRY.get_sample_value("parvis_request_seconds_count", labels) or 0

    before = count("2xx")
    await http.get("/api/v1/things/jean-martin")
    await http.request("JEAN", "/api/v1/things/1")
    assert count("2xx") == before + 1
    assert not any("jean" in str(sample.labels).lower() for metric in REGISTRY.collect() for sample in metric.samples)
