"""The seat of one open stream: what it has yet to send, bounded, so that a slow one delays nobody."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

MOST = 256


@dataclass(frozen=True, slots=True)
class Told:
    """What a stream sends, written once for all of them; without a place it is of the moment and never replayed."""

    frame: bytes
    place: tuple[int, UUID] | None = None


class Seat:
    """Holds what is told until it is sent. Who lets too much wait is behind: told nothing more until it takes its seat again."""

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._waiting: deque[Told] = deque()
        self._stirred = asyncio.Event()
        self.behind = True
        self.over = False

    def take(self) -> None:
        """Takes the seat, at first or again: from now on everything is told, and what came before is to be read."""
        self._waiting.clear()
        self.behind = False

    def tell(self, told: Told) -> None:
        """Adds to what is to be sent, without waiting."""
        if self.behind or self.over:
            return
        if len(self._waiting) >= self._most:
            self._waiting.clear()
            self.behind = True
        else:
            self._waiting.append(told)
        self._stirred.set()

    def end(self) -> None:
        """Ends the stream: nothing that still waits is sent."""
        self.over = True
        self._waiting.clear()
        self._stirred.set()

    async def heard(self, *, seconds: float) -> Sequence[Told]:
        """Waits, at most so long, and returns all that is to be sent; nothing when it was quiet, behind or over."""
        if not self._waiting and not self.behind and not self.over:
            self._stirred.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._stirred.wait()
            except TimeoutError:
                return ()
        told = tuple(self._waiting)
        self._waiting.clear()
        return told
