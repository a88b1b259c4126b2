"""The spans of `app.spans` kept by OpenTelemetry; imported only where the extra `otel` is installed and asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from app.spans import Ended, Key, Kind, Span

_KINDS = {
    Kind.SERVER: SpanKind.SERVER,
    Kind.CLIENT: SpanKind.CLIENT,
    Kind.CONSUMER: SpanKind.CONSUMER,
    Kind.INTERNAL: SpanKind.INTERNAL,
}


class OtelSpan:
    """One span; what it is told is closed by `Key`."""

    def __init__(self, below: trace.Span) -> None:
        self._below = below

    def tell(self, key: Key, value: str | int) -> None:
        self._below.set_attribute(key.value, value)

    def name(self, name: str) -> None:
        self._below.update_name(name)

    def fail(self, kind: str) -> None:
        self._below.set_attribute(Key.ERROR.value, kind)
        self._below.set_status(Status(StatusCode.ERROR))

    def end(self) -> None:
        self._below.end()


class OtelTracer:
    """A `Tracer` over OpenTelemetry's own."""

    def __init__(self, tracer: trace.Tracer) -> None:
        self._tracer, self._read = tracer, TraceContextTextMapPropagator()

    @contextmanager
    def begun(self, name: str, *, kind: Kind, parent: str | None) -> Iterator[tuple[Span, str]]:
        within = self._read.extract({"traceparent": parent}, context=Context()) if parent else None
        with self._tracer.start_as_current_span(
            name, context=within, kind=_KINDS[kind], record_exception=False, set_status_on_exception=False
        ) as opened:
            yield OtelSpan(opened), format(opened.get_span_context().trace_id, "032x")

    def under_way(self) -> bool:
        return trace.get_current_span().is_recording()

    def single(self, name: str, *, kind: Kind) -> Ended:
        return OtelSpan(self._tracer.start_span(name, kind=_KINDS[kind]))
