"""One running stream, waited at beside everything else its keeper waits for."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from app.channels.contract import Delivery

# A connection that stood this long was a good one: the next failure is the first again.
STOOD = timedelta(minutes=1)
_CLOSING_S = 5.0


class Line:
    """The deliveries of one connection. The next is asked for only when `asked` says that the last one is safe."""

    def __init__(self, deliveries: AsyncIterator[Delivery], *, up: asyncio.Event, stop: asyncio.Event) -> None:
        self._deliveries, self._announced = deliveries, up
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._stopping, self._rising = asyncio.create_task(stop.wait()), asyncio.create_task(up.wait())
        self._following = asyncio.create_task(self._next())
        self._brought = self.ended = self.is_up = False

    @property
    def good(self) -> bool:
        """Whether it brought something, or stood for long."""
        return self._brought or (self.is_up and self._loop.time() - self._began >= STOOD.total_seconds())

    async def happens(self, *, within: float) -> Delivery | None:
        """Returns what came; None when nothing did within so many seconds, it rose, it `ended`, or all must stop.

        Raises what the stream raised.
        """
        awaited = {self._following, self._stopping} | (set() if self.is_up else {self._rising})
        await asyncio.wait(awaited, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        if not self._following.done():
            return None
        delivery = self._following.result()
        self.ended, self._brought = delivery is None, self._brought or delivery is not None
        return delivery

    def rose(self) -> bool:
        """Says, once, that the connection stands: the adapter told so, or something came by it."""
        if self.is_up or not (self._announced.is_set() or self._brought):
            return False
        self.is_up, self._began = True, self._loop.time()
        return True

    def asked(self) -> None:
        """Asks for the next delivery: the last one is kept."""
        self._following = asyncio.create_task(self._next())

    async def close(self) -> None:
        """Ends what was awaited, then the generator, whose `finally` closes the connection."""
        tasks = (self._following, self._stopping, self._rising)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        close: Any = getattr(self._deliveries, "aclose", None)
        if close is not None:
            with contextlib.suppress(Exception):  # somebody else's generator: how it closes changes nothing here
                await asyncio.wait_for(close(), _CLOSING_S)

    async def _next(self) -> Delivery | None:
        return await anext(self._deliveries, None)
