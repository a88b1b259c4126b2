"""Streams must end when the house closes: the server waits for its open connections before anything else is told."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from fastapi import Request


class Closing:
    """Known to every long answer; once said, it ends."""

    def __init__(self) -> None:
        self._said = asyncio.Event()
        self._calls: set[Callable[[], None]] = set()

    def say(self) -> None:
        self._said.set()
        for call in tuple(self._calls):
            call()

    @contextmanager
    def calling(self, call: Callable[[], None]) -> Iterator[None]:
        """Calls when the house closes, while the block runs; at once when it already does."""
        if self.said:
            call()
        self._calls.add(call)
        try:
            yield
        finally:
            self._calls.discard(call)

    @property
    def said(self) -> bool:
        return self._said.is_set()

    async def wait(self, seconds: float) -> bool:
        """Waits, at most `seconds`; says whether the house closes."""
        try:
            await asyncio.wait_for(self._said.wait(), timeout=seconds)
        except TimeoutError:
            return False
        return True

    async def forever(self) -> None:
        await self._said.wait()


def closing_of(request: Request) -> Closing:
    closing: Closing = request.app.state.closing
    return closing


@contextmanager
def heard_from_signals(closing: Closing) -> Iterator[None]:
    """Says it at the first SIGTERM or SIGINT, then lets the server's own handler do its work.

    The server hears the signal, waits for open answers, and only then ends the lifespan: an endless answer would keep
    it for ever.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    found: dict[signal.Signals, Any] = {}

    def heard(number: int, frame: FrameType | None) -> Any:
        loop.call_soon_threadsafe(closing.say)
        before = found[signal.Signals(number)]
        return before(number, frame) if callable(before) else None

    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)
        # Nobody handles it: its default is not ours to change.
        if callable(before):
            found[number] = before
            signal.signal(number, heard)
    try:
        yield
    finally:
        for number, before in found.items():
            if signal.getsignal(number) is heard:
                signal.signal(number, before)
