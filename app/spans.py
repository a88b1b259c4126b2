"""Spans: what was done, for how long, within what. Nobody keeps them unless the composition root hands a tracer.

What they may tell is closed: names and attributes are ours (a route's template, a task, a host, a status), never a path,
a parameter, a statement, or the words of an error, any of which may quote a citizen.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from typing import Protocol

from structlog.contextvars import bound_contextvars


class Kind(StrEnum):
    """Which side of an exchange the work stands on."""

    SERVER = "server"
    CLIENT = "client"
    CONSUMER = "consumer"
    INTERNAL = "internal"


class Key(StrEnum):
    """All that a span tells, under the names of OpenTelemetry's semantic conventions."""

    METHOD = "http.request.method"
    ROUTE = "http.route"
    STATUS = "http.response.status_code"
    HOST = "server.address"
    PORT = "server.port"
    TASK = "messaging.destination.name"
    CHANNEL = "parvis.channel"
    COUNT = "parvis.count"
    DATABASE = "db.system.name"
    OPERATION = "db.operation.name"
    ERROR = "error.type"


class Span(Protocol):
    """One piece of work under way."""

    def tell(self, key: Key, value: str | int) -> None:
        """Says one thing more about it."""

    def name(self, name: str) -> None:
        """Names it better, once that is known."""

    def fail(self, kind: str) -> None:
        """Says that it failed, by the type of an error or a status; never by its words."""


class Tracer(Protocol):
    """Keeps spans."""

    def begun(self, name: str, *, kind: Kind, parent: str | None) -> AbstractContextManager[tuple[Span, str]]:
        """Begins a span within the one under way, or within `parent` (a W3C traceparent); gives its trace's id too."""

    def under_way(self) -> bool:
        """Says whether some span is under way here."""

    def single(self, name: str, *, kind: Kind) -> "Ended":
        """Begins a span nothing will stand within."""


class Ended(Span, Protocol):
    """A span that is ended by hand."""

    def end(self) -> None:
        """Ends it."""


class _Nothing:
    def tell(self, key: Key, value: str | int) -> None:
        """Nobody listens."""

    def name(self, name: str) -> None:
        """Nobody listens."""

    def fail(self, kind: str) -> None:
        """Nobody listens."""


_NOTHING = _Nothing()
_kept: list[Tracer] = []


def hand(tracer: Tracer) -> None:
    """Has spans kept from now on: the composition root's part."""
    _kept[:] = [tracer]


def forget() -> None:
    """Has spans kept no longer."""
    _kept.clear()


@contextmanager
def span(name: str, *, kind: Kind = Kind.INTERNAL, parent: str | None = None) -> Iterator[Span]:
    """Gives the span of a block; log lines within it carry `trace_id`. Where nobody keeps spans it costs nothing."""
    if not _kept:
        yield _NOTHING
        return
    with _kept[0].begun(name, kind=kind, parent=parent) as (opened, trace_id), bound_contextvars(trace_id=trace_id):
        try:
            yield opened
        except Exception as error:
            opened.fail(type(error).__name__)
            raise


def single(name: str, *, kind: Kind) -> Ended | None:
    """Begins the span of one act within the one under way, ended by hand; None where there is none, or nobody keeps any."""
    if not _kept or not _kept[0].under_way():
        return None
    return _kept[0].single(name, kind=kind)
