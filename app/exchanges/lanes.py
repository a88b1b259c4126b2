"""One lane a channel in this process: a provider that hangs keeps neither a worker's turn nor another channel waiting.

A job only wakes a lane. The rows say what is due: a lane that ends, or dies with its process, is woken again by the sweep.
"""

import asyncio
import contextlib
from uuid import UUID

import structlog

from app.clock import Clock
from app.errors import Unavailable
from app.exchanges.dispatching import Dispatcher

log = structlog.get_logger()
# A wait shorter than the sweep's round is waited for here; a longer one is left to its wake-up.
PATIENCE_S = 10.0
Key = tuple[UUID, UUID]


class Lanes:
    """Runs each channel's departures beside the others'."""

    def __init__(self, dispatcher: Dispatcher, clock: Clock) -> None:
        self._dispatcher, self._clock = dispatcher, clock
        self._running: dict[Key, asyncio.Task[None]] = {}
        self._again: set[Key] = set()
        self._closing = False

    async def wake(self, tenant: str, channel: str) -> None:
        """The job: sets a lane going, or tells the one that goes to look once more. Returns at once."""
        key = (UUID(tenant), UUID(channel))
        if self._closing:
            return
        if key in self._running:
            self._again.add(key)
            return
        self._running[key] = asyncio.create_task(self._run(key), name=f"lane {channel}")

    async def idle(self) -> None:
        """Waits until no lane goes any more."""
        while self._running:
            await asyncio.wait(set(self._running.values()))

    async def close(self, *, within_s: float = 20.0) -> None:
        """Lets what is in flight end; what has not by then is in doubt, and its lease says so."""
        self._closing = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.idle(), timeout=within_s)
        left = list(self._running.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _run(self, key: Key) -> None:
        try:
            while not self._closing:
                self._again.discard(key)
                departed = await self._dispatcher.depart(*key)
                if departed.count or key in self._again:
                    continue
                if departed.again_at is None:
                    return
                wait = (departed.again_at - self._clock()).total_seconds()
                if wait > PATIENCE_S:
                    return
                await asyncio.sleep(max(wait, 0.01))
        except Unavailable as error:
            log.warning("lane.stopped", channel=str(key[1]), error=str(error))
        except Exception:
            log.exception("lane.failed", channel=str(key[1]))
        finally:
            del self._running[key]
            self._again.discard(key)
