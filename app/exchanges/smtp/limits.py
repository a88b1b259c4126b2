"""What one door grants to all its clients together, and to each."""

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of a door. `silence_s` is the pause a client may make, `message_s` the time its whole message may take."""

    message_bytes: int
    memory_bytes: int
    connections: int = 200
    recipients: int = 100
    commands: int = 5_000
    silence_s: float = 60.0
    message_s: float = 900.0


class NoRoom(Exception):
    """All clients together have sent more than the door holds in memory."""


class Crowd:
    """Who is at the door, and how many bytes of unfinished messages are in memory."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._present: set[asyncio.Transport] = set()
        self._held = 0
        self._busy = 0
        self._calm = asyncio.Event()
        self._calm.set()

    @property
    def present(self) -> int:
        return len(self._present)

    def enter(self, transport: asyncio.Transport) -> bool:
        """Lets a client in, unless there are too many."""
        if len(self._present) >= self._limits.connections:
            return False
        self._present.add(transport)
        return True

    def stay(self, transport: asyncio.Transport) -> None:
        """Knows a client that was let in by its new transport."""
        self._present.add(transport)

    def leave(self, transport: asyncio.Transport) -> None:
        self._present.discard(transport)

    def begin(self) -> None:
        """Notes that a client starts sending a message."""
        self._busy += 1
        self._calm.clear()

    def took(self, count: int) -> None:
        """Notes bytes now in memory. Raises `NoRoom`."""
        self._held += count
        if self._held > self._limits.memory_bytes:
            raise NoRoom

    def end(self, count: int) -> None:
        """Notes that a message was answered, and its bytes let go."""
        self._held -= count
        self._busy -= 1
        if self._busy == 0:
            self._calm.set()

    async def dismiss(self, *, within_s: float) -> None:
        """Lets messages under way be answered, then shows everybody out."""
        try:
            async with asyncio.timeout(within_s):
                await self._calm.wait()
        except TimeoutError:
            pass  # whoever is cut off was not acknowledged, and sends again
        for transport in tuple(self._present):
            if not transport.is_closing():
                transport.write(b"421 4.3.2 Closing, try again later\r\n")
                transport.close()
