"""How much of a process one administration's requests may have at once: those of the others never wait behind a crowd."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from app.errors import Unavailable

# As long as a connection is waited for.
PATIENCE_S = 30.0
# Further ones are asked to come back at once: what waits is memory.
MOST_WAITING = 500
_AGAIN_AFTER_S = 5
_TOLD = "too much is asked at once for this administration: repeat later"


@dataclass(slots=True)
class _Turns:
    """The turns of one holder, and how many have or want one."""

    free: asyncio.Semaphore
    wanted: int = field(default=0)


class Shares:
    """Gives each holder so many turns at once, in the order they were asked for."""

    def __init__(self, *, each: int, patience_s: float = PATIENCE_S, most_waiting: int = MOST_WAITING) -> None:
        self._each, self._patience_s, self._most_waiting = each, patience_s, most_waiting
        self._turns: dict[Hashable, _Turns] = {}

    @asynccontextmanager
    async def of(self, holder: Hashable) -> AsyncIterator[None]:
        """Waits for a turn and keeps it for the block. Raises `Unavailable` when too many wait, or for too long."""
        turns = self._turns.setdefault(holder, _Turns(asyncio.Semaphore(self._each)))
        if turns.wanted >= self._each + self._most_waiting:
            raise Unavailable(_TOLD, retry_after_s=_AGAIN_AFTER_S)
        turns.wanted += 1
        try:
            await self._wait_for(turns)
            try:
                yield
            finally:
                turns.free.release()
        finally:
            turns.wanted -= 1
            if not turns.wanted:
                del self._turns[holder]

    def __len__(self) -> int:
        """How many holders have or want a turn."""
        return len(self._turns)

    async def _wait_for(self, turns: _Turns) -> None:
        try:
            async with asyncio.timeout(self._patience_s):
                await turns.free.acquire()
        except TimeoutError:
            raise Unavailable(_TOLD, retry_after_s=_AGAIN_AFTER_S) from None
