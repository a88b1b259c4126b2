"""Work done by several hands at once and told in the order it was asked, so that what is told has no gap."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

Asked = TypeVar("Asked")
Done = TypeVar("Done")


async def in_order(
    ask: Callable[[], Awaitable[Asked | None]], do: Callable[[Asked], Awaitable[Done]], *, at_once: int
) -> AsyncIterator[tuple[Asked, Done]]:
    """Asks until there is nothing more, does `at_once` things beside each other, and gives each in its turn.

    The first failure ends it; what is under way is then stopped.
    """
    line: deque[tuple[Asked, asyncio.Task[Done]]] = deque()
    more = True
    try:
        while more or line:
            # One more than there are hands, so that none waits for us to ask.
            while more and len(line) <= at_once:
                asked = await ask()
                if asked is None:
                    more = False
                else:
                    line.append((asked, asyncio.ensure_future(do(asked))))
            if line:
                asked, doing = line[0]
                done = await doing
                line.popleft()
                yield asked, done
    finally:
        for _, left in line:
            left.cancel()
        await asyncio.gather(*(left for _, left in line), return_exceptions=True)
