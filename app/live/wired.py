"""A bell over a line to other processes: it redials by itself, and nobody who rings waits for it."""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import ClassVar, Protocol

import structlog

from app.live.bell import LOOK, Listeners, check_words

log = structlog.get_logger(__name__)
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 5.0
_MOST_WAITING = 10_000
_LAST_CALLS_S = 1.0


class Line(Protocol):
    """What carries words between processes. Both methods raise one of `errors` when it is cut."""

    name: ClassVar[str]
    errors: ClassVar[tuple[type[Exception], ...]]

    async def send(self, words: Sequence[str]) -> None: ...

    def hear(self) -> AsyncGenerator[str | None, None]:
        """Yields None once the line is open, then every word sent on it."""

    async def hang_up(self) -> None: ...


class WiredBell:
    """A `Bell` over a `Line`. Two tasks, started when first needed: one hears, one sends."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._listeners = Listeners()
        self._waiting: dict[str, None] = {}  # in order, and each ring once however often it is rung
        self._to_send, self._all_sent = asyncio.Event(), asyncio.Event()
        self._open = False
        self._hearing: asyncio.Task[None] | None = None
        self._sending: asyncio.Task[None] | None = None

    async def ring(self, topic: str, payload: str) -> None:
        check_words(topic, payload)
        if len(self._waiting) < _MOST_WAITING:
            self._waiting[f"{topic}\n{payload}"] = None
        self._to_send.set()
        self._all_sent.clear()
        if self._sending is None:
            self._sending = asyncio.create_task(self._redialled(self._send))

    async def listen(self, topic: str) -> AsyncGenerator[str, None]:
        if self._hearing is None:
            self._hearing = asyncio.create_task(self._redialled(self._hear))
        with self._listeners.one(topic) as queue:
            if self._open:
                yield LOOK
            while True:
                yield await queue.get()

    async def close(self) -> None:
        last_calls = asyncio.ensure_future(self._all_sent.wait())
        if self._sending is not None:
            await asyncio.wait([last_calls], timeout=_LAST_CALLS_S)
        last_calls.cancel()
        tasks = [task for task in (self._hearing, self._sending) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._hearing = self._sending = None
        await self._line.hang_up()

    async def _redialled(self, work: Callable[[Callable[[], None]], Awaitable[None]]) -> None:
        """Does a work that ends only by an error of the line, again and again, with growing and uneven pauses."""
        pause, cut = _FIRST_PAUSE_S, False

        def well() -> None:
            nonlocal pause, cut
            if cut:
                log.info("live_bell.restored", line=self._line.name)
            pause, cut = _FIRST_PAUSE_S, False

        while True:
            try:
                await work(well)
            except self._line.errors as error:
                if not cut:
                    log.warning("live_bell.cut", line=self._line.name, error=type(error).__name__)
                cut = True
            await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 — spreads processes out, keeps no secret
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    async def _hear(self, well: Callable[[], None]) -> None:
        words = self._line.hear()
        try:
            async for word in words:
                if word is None:
                    well()
                    self._open = True
                    self._listeners.tell_all_to_look()
                else:
                    topic, _, payload = word.partition("\n")
                    self._listeners.tell(topic, payload)
        finally:
            self._open = False
            await words.aclose()

    async def _send(self, well: Callable[[], None]) -> None:
        while True:
            await self._to_send.wait()
            self._to_send.clear()
            # Taken out first: what is rung again meanwhile is sent again, since it may tell of something newer.
            words, self._waiting = self._waiting, {}
            try:
                await self._line.send(list(words))
            except self._line.errors:
                self._waiting = words | self._waiting
                self._to_send.set()
                raise
            well()
            if not self._waiting:
                self._all_sent.set()
