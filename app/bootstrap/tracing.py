"""Traces for an OpenTelemetry collector: off unless the standard variables name one, and never waited for.

The packages are those of the extra `otel`, imported only when it is asked for.
"""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

import structlog

from app import spans
from app.db.checks import Check

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

log = structlog.get_logger()
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PACKAGES = ("opentelemetry.sdk.trace", "opentelemetry.exporter.otlp.proto.http")
_ABSENT = "a collector is named, and the extra is not installed: pip install 'parvis[otel]', or unset OTEL_EXPORTER_OTLP_ENDPOINT"
_PARTING_S = 2.0


def asked_for(environment: Mapping[str, str]) -> bool:
    """Says whether the standard variables ask for traces."""
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    return environment.get("OTEL_TRACES_EXPORTER", "otlp") != "none" and any(environment.get(one) for one in _ENDPOINTS)


def installed() -> bool:
    try:
        return all(find_spec(one) is not None for one in _PACKAGES)
    except ModuleNotFoundError:
        return False


def check_tracing(environment: Mapping[str, str]) -> Check:
    """Says where traces go; a collector that is named and cannot be served is a fault to mend."""
    if not asked_for(environment):
        return Check("tracing", True, "no traces (OTEL_EXPORTER_OTLP_ENDPOINT is not set)")
    if not installed():
        return Check("tracing", False, _ABSENT)
    return Check("tracing", True, "traces leave by OTLP over HTTP")


@asynccontextmanager
async def traced(
    environment: Mapping[str, str] = os.environ, *, exporter: "SpanExporter | None" = None
) -> AsyncIterator[None]:
    """Keeps spans for as long as the block lasts, when that is asked for. Whatever the collector does changes nothing."""
    if exporter is None and not asked_for(environment):
        yield
        return
    if not installed():
        log.warning("tracing.absent", told=_ABSENT)
        yield
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    from app.bootstrap.otel import OtelTracer

    if environment.get("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf") != "http/protobuf":
        log.warning("tracing.protocol", told="traces leave as http/protobuf, whatever OTEL_EXPORTER_OTLP_PROTOCOL says")
    named = {} if environment.get("OTEL_SERVICE_NAME") else {"service.name": "parvis"}
    provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
    # Spans wait in a bounded line for a thread of their own; what does not fit is dropped.
    provider.add_span_processor(BatchSpanProcessor(told(exporter or OTLPSpanExporter())))
    spans.hand(OtelTracer(provider.get_tracer("parvis")))
    try:
        yield
    finally:
        spans.forget()
        # A collector that hangs keeps this thread, and not the process.
        parting = threading.Thread(target=provider.shutdown, name="traces", daemon=True)
        parting.start()
        await asyncio.to_thread(parting.join, _PARTING_S)


def told(exporter: "SpanExporter") -> "SpanExporter":
    """Wraps an exporter so that a collector that goes away, or comes back, is told once."""
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

    class Told(SpanExporter):
        """Says when its state changes; the library would repeat itself with every batch."""

        def __init__(self) -> None:
            self._away = False

        def export(self, spans: "Sequence[ReadableSpan]") -> "SpanExportResult":
            try:
                result = exporter.export(spans)
            except Exception:  # noqa: BLE001 — a trace is no reason for anything to stop
                result = SpanExportResult.FAILURE
            away = result is not SpanExportResult.SUCCESS
            if away is not self._away:
                self._away = away
                log.warning("tracing.collector_away", dropped=len(spans)) if away else log.info(
                    "tracing.collector_back"
                )
            return result

        def shutdown(self) -> None:
            exporter.shutdown()

        def force_flush(self, timeout_millis: int = 30_000) -> bool:
            return exporter.force_flush(timeout_millis)

    return Told()
