"""Reading hostile input in a child process: bounded in time and memory, killed and replaced when it misbehaves."""

import asyncio
import contextlib
import os
import pickle
import struct
import sys
from collections.abc import Sequence
from enum import StrEnum

import structlog

from app.channels.contract import ChannelConfig, Delivery, Event
from app.exchanges import wire

log = structlog.get_logger()
_SIZE = struct.Struct(">Q")
READS_A_CHILD = 5000
MAX_ANSWER = 256 * 2**20


class Failure(StrEnum):
    UNREADABLE = "unreadable"  # the adapter says what it cannot understand
    TIME = "time"
    CRASH = "crash"


class ReadingFailed(Exception):
    """The delivery could not be read; it is kept. `failure` says whether trying again makes sense."""

    def __init__(self, failure: Failure, reason: str) -> None:
        super().__init__(reason)
        self.failure, self.reason = failure, reason


class Reader:
    """Hands deliveries to a child process, one at a time, and gives their events back."""

    def __init__(self, *, seconds: float, memory_mb: int) -> None:
        self._seconds, self._memory_mb = seconds, memory_mb
        self._child: asyncio.subprocess.Process | None = None
        self._reads = 0
        self._turn = asyncio.Lock()

    async def read(self, channel_type: str, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        """Raises `ReadingFailed`."""
        # The parent trusts nothing the child says, but the child may trust its parent: pickle goes one way only.
        asked = pickle.dumps((channel_type, _plain(delivery), config))
        async with self._turn:
            try:
                answer = await asyncio.wait_for(self._exchange(asked), timeout=self._seconds)
            except TimeoutError:
                await self._kill()
                raise ReadingFailed(
                    Failure.TIME, f"lecture interrompue après {self._seconds:g} s : contenu anormalement long à lire"
                ) from None
            except (EOFError, asyncio.IncompleteReadError, ConnectionError, OSError) as error:
                await self._kill()
                raise ReadingFailed(
                    Failure.CRASH, "le processus de lecture s'est arrêté sur ce contenu (mémoire ou défaut)"
                ) from error
            except asyncio.CancelledError:
                await self._kill()
                raise
        kind, body = answer[:1], answer[1:]
        if kind == b"E":
            try:
                return wire.unpack(body)
            except (ValueError, KeyError, TypeError, struct.error, AttributeError, StopIteration) as error:
                raise ReadingFailed(Failure.CRASH, "le processus de lecture a donné une réponse illisible") from error
        if kind == b"U":
            raise ReadingFailed(Failure.UNREADABLE, body.decode("utf-8", "replace")[:500])
        raise ReadingFailed(Failure.CRASH, "défaut de lecture : " + body.decode("utf-8", "replace")[:300])

    async def close(self) -> None:
        await self._kill()

    async def _exchange(self, asked: bytes) -> bytes:
        child = await self._living()
        if child.stdin is None or child.stdout is None:
            raise EOFError
        child.stdin.write(_SIZE.pack(len(asked)) + asked)
        await child.stdin.drain()
        (size,) = _SIZE.unpack(await child.stdout.readexactly(_SIZE.size))
        if size > MAX_ANSWER:
            raise EOFError
        self._reads += 1
        return await child.stdout.readexactly(size)

    async def _living(self) -> asyncio.subprocess.Process:
        if self._child is not None and (self._child.returncode is not None or self._reads >= READS_A_CHILD):
            await self._kill()
        if self._child is None:
            self._reads = 0
            self._child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "app.exchanges.reading_child",
                str(self._memory_mb),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                # Nothing of the house's configuration, and no secret, is in the child's environment.
                env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,
                limit=MAX_ANSWER,
            )
        return self._child

    async def _kill(self) -> None:
        child, self._child = self._child, None
        if child is not None and child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()


def _plain(delivery: Delivery) -> Delivery:
    # A mapping proxy does not travel; a dictionary does.
    return Delivery(
        body=delivery.body,
        method=delivery.method,
        url=delivery.url,
        headers=tuple(delivery.headers),
        envelope=dict(delivery.envelope),
    )
