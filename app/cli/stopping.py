"""Ending well: the first signal asks everybody to finish, the second insists."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGINT)


def until_done(work: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """Runs `work`, handing it the event that SIGTERM or Ctrl-C sets; a second signal ends it at once.

    On uvloop where there is one.
    """
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_guarded(work))


async def _guarded(work: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    task = asyncio.ensure_future(work(stop))

    def asked() -> None:
        if stop.is_set():
            task.cancel()
        stop.set()

    for name in SIGNALS:
        loop.add_signal_handler(name, asked)
    try:
        await task
    except asyncio.CancelledError:
        if not stop.is_set():
            raise
    finally:
        for name in SIGNALS:
            loop.remove_signal_handler(name)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop
