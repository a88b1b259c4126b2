"""Traces: what was done and for how long, never what a citizen wrote, nor who; and a collector nobody waits for."""

import asyncio
import gzip
from collections.abc import Iterator

import httpx
import pytest
import structlog
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from structlog.testing import LogCapture
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app import spans
from app.bootstrap import tracing
from app.bootstrap.tracing import asked_for, check_tracing, traced
from app.egress.policy import EgressPolicy
from app.egress.transport import AddressRefused, guarded_client
from app.jobs.queue import Worker
from app.main import create_app
from app.rest.tracing import TrustedTraces
from app.spans import Key
from tests.api.conftest import Town
from tests.simulators.collector import collector

CANARIES = ("Canaribert", "canari.usager", "lampadaire-canari", "secret-canari", "0612345678")
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The standard variables, for a test that names a collector of its own."""
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    yield monkeypatch
    spans.forget()


async def lived(town: Town) -> None:
    """A citizen writes, an agent looks, a provider is called, a job fails: each with words that must not leave."""
    await town.a_ticket(
        text="Le lampadaire-canari de la rue, rappelez-moi au 0612345678",
        sender={"kind": "email", "address": "canari.usager@example.org", "display_name": "Canaribert Exemple"},
    )
    await town.http.get("/api/v1/tickets", params={"q": "lampadaire-canari"})
    await town.http.request("CANARIBERT", "/api/v1/tickets/lampadaire-canari")
    async with guarded_client(EgressPolicy([])) as http:
        with pytest.raises(AddressRefused):
            await http.get("http://127.0.0.1:1/canari.usager?token=secret-canari")

    async def failing(**_: object) -> None:
        raise ValueError("Canaribert Exemple")

    worker = Worker(town.house.database.url, concurrency=1)
    worker.on("essai", failing)
    with pytest.raises(ValueError, match="Canaribert"):
        await worker._app.tasks["essai"](who="Canaribert Exemple")


def words_of(span: ReadableSpan) -> str:
    return f"{span.name} {dict(span.attributes or {})} {span.status.description} {[e.attributes for e in span.events]}"


async def test_spans_tell_what_was_done_and_never_a_citizens_words(town: Town) -> None:
    kept = InMemorySpanExporter()
    async with traced({}, exporter=kept):
        await lived(town)
    found = kept.get_finished_spans()
    by_name = {span.name: span for span in found}
    assert {
        "POST /api/v1/channels/{channel_id}/messages",
        "GET /api/v1/tickets",
        "intake keep",
        "intake read",
        "intake place",
        "SQL SELECT",
        "SQL INSERT",
        "HTTP GET",
        "job essai",
    } <= set(by_name)
    assert by_name["GET /api/v1/tickets"].attributes == {
        "http.request.method": "GET",
        "http.route": "/api/v1/tickets",
        "http.response.status_code": 200,
    }
    assert dict(by_name["HTTP GET"].attributes or {}) == {
        "http.request.method": "GET",
        "server.address": "127.0.0.1",
        "error.type": "AddressRefused",
    }
    assert by_name["job essai"].status.status_code is StatusCode.ERROR
    assert {str(key) for span in found for key in span.attributes or {}} <= {key.value for key in Key}
    told = "\n".join(words_of(span) for span in found)
    assert [word for word in CANARIES if word.lower() in told.lower()] == []
    posted = by_name["POST /api/v1/channels/{channel_id}/messages"]
    within = [one for one in found if one.parent and one.parent.span_id == posted.context.span_id]  # type: ignore[union-attr]
    assert any(one.name.startswith("SQL ") for one in within)


async def test_a_trace_is_taken_over_from_a_trusted_proxy_alone_and_stands_in_the_logs(town: Town) -> None:
    kept, lines = InMemorySpanExporter(), LogCapture()
    proxies = ["10.0.0.0/8", "not-a-network"]
    app = TrustedTraces(ProxyHeadersMiddleware(create_app(town.house), trusted_hosts=proxies), trusted=proxies)  # type: ignore[arg-type]
    async with traced({}, exporter=kept):
        for peer in ("10.1.2.3", "192.0.2.7"):
            transport = httpx.ASGITransport(app=app, client=(peer, 1234))  # type: ignore[arg-type]
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as http:
                await http.get("/health/live", headers={"traceparent": PARENT, "X-Forwarded-For": "203.0.113.9"})
        with spans.span("un travail"):
            processors = [structlog.contextvars.merge_contextvars, lines]
            structlog.wrap_logger(None, processors=processors).info("said")  # type: ignore[list-item]
    trusted, stranger, work = kept.get_finished_spans()
    assert format(trusted.context.trace_id, "032x") == PARENT.split("-")[1]  # type: ignore[union-attr]
    assert (trusted.parent is None, stranger.parent is None) == (False, True)
    assert lines.entries[0]["trace_id"] == format(work.context.trace_id, "032x")  # type: ignore[union-attr]


async def test_a_collector_is_sent_protobuf_without_a_citizens_words(town: Town, endpoint: pytest.MonkeyPatch) -> None:
    with collector() as taken:
        endpoint.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", taken.url)
        async with traced():
            await lived(town)
        bodies = [gzip.decompress(one) if one[:2] == b"\x1f\x8b" else one for one in taken.bodies]
    read = [ExportTraceServiceRequest.FromString(body) for body in bodies]
    names = {span.name for one in read for group in one.resource_spans for s in group.scope_spans for span in s.spans}
    assert {"GET /api/v1/tickets", "intake place"} <= names
    assert [word for word in CANARIES if any(word.lower().encode() in body.lower() for body in bodies)] == []


@pytest.mark.parametrize("status", [0, 503])
async def test_a_collector_that_hangs_or_refuses_keeps_nobody_waiting(
    town: Town, endpoint: pytest.MonkeyPatch, status: int
) -> None:
    """F39: the answers are those of every day while the collector says nothing; and the house closes all the same."""
    with collector(status=status) as stuck:
        endpoint.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", stuck.url)
        async with traced():
            assert (await town.http.get("/api/v1/tickets")).status_code == 200
            assert await asyncio.to_thread(stuck.asked.wait, 30)
            assert not stuck.let_go.is_set()
            for _ in range(20):
                assert (await town.http.get("/api/v1/tickets")).status_code == 200
        assert not stuck.let_go.is_set()
    assert (await town.http.get("/api/v1/tickets")).status_code == 200


async def test_where_the_extra_is_absent_it_is_said_and_nothing_stops(
    endpoint: pytest.MonkeyPatch,
) -> None:
    asked = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}
    assert check_tracing({}).ok
    assert not asked_for({**asked, "OTEL_SDK_DISABLED": "true"})
    assert check_tracing(asked).ok
    endpoint.setattr(tracing, "installed", lambda: False)
    assert (check_tracing(asked).ok, "parvis[otel]" in check_tracing(asked).detail) == (False, True)
    with structlog.testing.capture_logs() as lines:
        async with traced(asked):
            with spans.span("rien"):
                pass
    assert [line["event"] for line in lines] == ["tracing.absent"]
