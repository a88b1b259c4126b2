"""Whether the worker that does a piece of work was asked to end: what another can go on with is then left to it.

Without it a queue that never empties keeps its worker until patience ends, and what it was doing is cut in the middle.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ASKED: ContextVar[asyncio.Event | None] = ContextVar("asked_to_end", default=None)


@contextmanager
def ended_by(stop: asyncio.Event) -> Iterator[None]:
    """Tells the tasks begun within the block which event asks them to end."""
    token = _ASKED.set(stop)
    try:
        yield
    finally:
        _ASKED.reset(token)


def ending() -> bool:
    """Says whether to begin nothing more; no for what no worker runs."""
    stop = _ASKED.get()
    return stop is not None and stop.is_set()
