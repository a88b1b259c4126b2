"""One round's faults, done to the house."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Awaitable, Callable

from tests.faults.soak.cast import APIS, WORKERS, Cast
from tests.faults.soak.clients import Clients
from tests.faults.soak.plan import Beside, Kill, Round

_BURST = 800


async def strike(cast: Cast, clients: Clients, this: Round) -> tuple[float, list[asyncio.Task[None]]]:
    """Does what the round says; returns the instant of the kill, and what still goes on."""
    beside = asyncio.create_task(_beside(cast, clients, this)())
    await asyncio.sleep(this.after_s)
    killed_at = time.time()
    return killed_at, [beside, asyncio.create_task(_kill(cast, this))]


async def _kill(cast: Cast, this: Round) -> None:
    match this.kill:
        case Kill.API:
            await cast.kill(APIS[this.which])
        case Kill.WORKER:
            await cast.kill(WORKERS[this.which])
        case Kill.POSTGRES:
            cast.signal_postgres(signal.SIGKILL)
        case Kill.REDIS:
            if this.beside is not Beside.REDIS_ABSENT:  # it is dead already, and comes back by itself
                await cast.redis_again(after_s=this.lasts_s / 4)


def _beside(cast: Cast, clients: Clients, this: Round) -> Callable[[], Awaitable[None]]:
    worker = WORKERS[1 - this.which]

    async def nothing() -> None: ...

    async def cut() -> None:
        cast.proxy.cut_next(12)
        await asyncio.sleep(this.lasts_s)
        cast.proxy.cut_next(0)

    async def freeze_postgres() -> None:
        frozen = cast.postgres()
        cast.signal_postgres(signal.SIGSTOP)
        await asyncio.sleep(this.lasts_s)
        for pid in frozen:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    async def shut() -> None:
        cast.signal_postgres(signal.SIGQUIT, all_of_it=False)

    async def burst() -> None:
        await clients.burst(_BURST)

    match this.beside:
        case Beside.NOTHING:
            return nothing
        case Beside.CUT_COMMIT:
            return cut
        case Beside.FREEZE_POSTGRES:
            return freeze_postgres
        case Beside.SHUT_POSTGRES:
            return shut
        case Beside.FLUSH_REDIS:
            return lambda: _unless_dead(cast.flush_redis)
        case Beside.REDIS_ABSENT:
            return lambda: cast.redis_again(after_s=this.lasts_s)
        case Beside.CRASH_POINT:
            return lambda: cast.armed(worker, this.crash_point)
        case Beside.FREEZE_WORKER:
            return lambda: cast.freeze(worker, seconds=this.lasts_s)
        case Beside.ZOMBIE:
            return lambda: cast.replaced_asleep(worker)
        case Beside.DUPLICATES:
            return clients.fifty_times
        case Beside.BURST:
            return burst
        case Beside.ROLLING:
            return cast.roll


async def _unless_dead(work: Callable[[], Awaitable[None]]) -> None:
    with contextlib.suppress(OSError):
        await work()
