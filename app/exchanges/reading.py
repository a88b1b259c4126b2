"""Reading hostile input in a child process: bounded in time and memory, killed and replaced when it misbehaves."""

import asyncio
import contextlib
import os
import pickle
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Asked:
    """One delivery to read, and as what."""

    channel_type: str
    delivery: Delivery
    config: ChannelConfig

    def packed(self) -> bytes:
        # The parent trusts nothing the child says, but the child may trust its parent: pickle goes one way only.
        return pickle.dumps((self.channel_type, _plain(self.delivery), self.config))


Outcome = Sequence[Event] | ReadingFailed


class Reader:
    """Hands deliveries to a child process and gives their events back; one of its callers at a time."""

    def __init__(self, *, seconds: float, memory_mb: int) -> None:
        self._seconds, self._memory_mb = seconds, memory_mb
        self._child: asyncio.subprocess.Process | None = None
        self._reads = 0
        self._turn = asyncio.Lock()

    async def read(self, asked: Asked) -> Sequence[Event]:
        """Raises `ReadingFailed`."""
        (outcome,) = await self.read_all([asked])
        if isinstance(outcome, ReadingFailed):
            raise outcome
        return outcome

    async def read_all(self, asked: Sequence[Asked]) -> list[Outcome]:
        """Reads deliveries in their order, each answered for alone: what one does to the child is told of that one."""
        outcomes: list[Outcome] = []
        async with self._turn:
            while len(outcomes) < len(asked):
                outcomes += await self._run(asked[len(outcomes) :])
        return outcomes

    async def close(self) -> None:
        await self._kill()

    async def _run(self, asked: Sequence[Asked]) -> list[Outcome]:
        """Reads until the child fails; its failure is that of the delivery it was reading, the last one returned.

        The child is handed the next delivery before it has answered for the present one: neither waits for the other.
        """
        outcomes: list[Outcome] = []
        sending: asyncio.Task[None] | None = None
        try:
            child = await self._living()
            sending = asyncio.create_task(_send(child, asked))
            for _ in asked:
                answer = await asyncio.wait_for(_answer(child), timeout=self._seconds)
                self._reads += 1
                outcomes.append(_understood(answer))
        except TimeoutError:
            await self._kill()
            outcomes.append(
                ReadingFailed(
                    Failure.TIME, f"lecture interrompue après {self._seconds:g} s : contenu anormalement long à lire"
                )
            )
        except (EOFError, asyncio.IncompleteReadError, ConnectionError, OSError):
            await self._kill()
            outcomes.append(
                ReadingFailed(Failure.CRASH, "le processus de lecture s'est arrêté sur ce contenu (mémoire ou défaut)")
            )
        except asyncio.CancelledError:
            await self._kill()
            raise
        finally:
            if sending is not None:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
        return outcomes

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


async def _send(child: asyncio.subprocess.Process, asked: Sequence[Asked]) -> None:
    if child.stdin is None:
        raise EOFError
    for one in asked:
        packed = one.packed()
        child.stdin.write(_SIZE.pack(len(packed)))
        child.stdin.write(packed)
        await child.stdin.drain()


async def _answer(child: asyncio.subprocess.Process) -> bytes:
    if child.stdout is None:
        raise EOFError
    (size,) = _SIZE.unpack(await child.stdout.readexactly(_SIZE.size))
    if size > MAX_ANSWER:
        raise EOFError
    return await child.stdout.readexactly(size)


def _understood(answer: bytes) -> Outcome:
    """Raises `EOFError` on what no child of ours writes: the answers after it could be anybody's."""
    kind, body = answer[:1], answer[1:]
    match kind:
        case b"E":
            try:
                return wire.unpack(body)
            except (ValueError, KeyError, TypeError, struct.error, AttributeError, StopIteration) as error:
                raise EOFError from error
        case b"U":
            return ReadingFailed(Failure.UNREADABLE, body.decode("utf-8", "replace")[:500])
        case b"F":
            return ReadingFailed(Failure.CRASH, "défaut de lecture : " + body.decode("utf-8", "replace")[:300])
        case _:
            raise EOFError


def _plain(delivery: Delivery) -> Delivery:
    # A mapping proxy does not travel; a dictionary does.
    return Delivery(
        body=delivery.body,
        method=delivery.method,
        url=delivery.url,
        headers=tuple(delivery.headers),
        envelope=dict(delivery.envelope),
    )
