"""A bell between processes: a hint that something changed, never the thing itself.

Whoever hears it looks in the database; whoever misses it looks a little later. Facts live in rows.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Protocol

from app.db.checks import Check

# NOTIFY refuses 8000 bytes (PostgreSQL, "NOTIFY"); topic and separator take their part of them.
MOST_BYTES = 7_000
LOOK = ""
_BACKLOG = 256


class Bell(Protocol):
    """Every implementation passes tests/live/test_bell.py."""

    async def ring(self, topic: str, payload: str) -> None:
        """Rings, without waiting for anybody and without failing when the line is cut: the hint is sent later, or lost.

        Raises `ValueError` for a topic or a payload that some line could not carry.
        """

    def listen(self, topic: str) -> AsyncGenerator[str, None]:
        """Yields what is rung on a topic, from the first step on.

        The first payload is `LOOK`, as soon as the line is open; it comes again after the line was cut or this listener
        was too slow. Rings may have been missed before it: look then.
        """

    async def close(self) -> None:
        """Sends what still waits, for a second at most, and lets the line go."""


class Listeners:
    """Hands what is rung in or reaches this process to those who listen in it; a slow one holds nobody up."""

    def __init__(self) -> None:
        self._queues: dict[str, set[asyncio.Queue[str]]] = {}

    def tell(self, topic: str, payload: str) -> None:
        for queue in self._queues.get(topic, ()):
            late = queue.full()
            while late and not queue.empty():
                queue.get_nowait()
            queue.put_nowait(LOOK if late else payload)

    def tell_all_to_look(self) -> None:
        for topic in self._queues:
            self.tell(topic, LOOK)

    @contextmanager
    def one(self, topic: str) -> Iterator[asyncio.Queue[str]]:
        """Gives the queue of one more listener, until it leaves."""
        queue: asyncio.Queue[str] = asyncio.Queue(_BACKLOG)
        self._queues.setdefault(topic, set()).add(queue)
        try:
            yield queue
        finally:
            left = self._queues[topic]
            left.discard(queue)
            if not left:
                del self._queues[topic]


class InProcessBell:
    """The bell of a house with one process."""

    def __init__(self) -> None:
        self._listeners = Listeners()

    async def ring(self, topic: str, payload: str) -> None:
        check_words(topic, payload)
        self._listeners.tell(topic, payload)

    async def listen(self, topic: str) -> AsyncGenerator[str, None]:
        with self._listeners.one(topic) as queue:
            yield LOOK
            while True:
                yield await queue.get()

    async def close(self) -> None:
        """There is no line."""


def check_words(topic: str, payload: str) -> None:
    """Raises `ValueError` for what PostgreSQL's line could not carry, so that every line refuses the same."""
    if not topic or "\n" in topic or "\0" in topic + payload:
        raise ValueError("a topic is one line, and neither it nor a payload holds NUL")
    if len(topic.encode()) + len(payload.encode()) > MOST_BYTES:
        raise ValueError(f"a ring holds {MOST_BYTES} bytes at most: it names what changed, it does not carry it")


async def check_bell(bell: Bell, *, patience_s: float = 5) -> Check:
    """Rings and listens. PgBouncer in transaction mode takes LISTEN and never delivers: that is found here."""
    topic, heard = "bell:check", bell.listen("bell:check")
    try:
        async with asyncio.timeout(patience_s):
            await anext(heard)
            await bell.ring(topic, "heard")
            while await anext(heard) != "heard":
                pass
    except TimeoutError:
        return Check(
            "live bell",
            False,
            "rings are not heard: behind PgBouncer in transaction mode set PARVIS_DIRECT_URL to PostgreSQL itself, "
            "or set PARVIS_REDIS_URL",
        )
    finally:
        await heard.aclose()
    return Check("live bell", True, "rings are heard")
