"""One round's faults, done to the house."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping

from tests.faults.soak.cast import APIS, WORKERS, Cast
from tests.faults.soak.clients import Clients
from tests.faults.soak.plan import Beside, Kill, Round

_BURST = 800
Doing = Callable[[], Awaitable[None]]


async def strike(cast: Cast, clients: Clients, this: Round) -> tuple[float, list[asyncio.Future[None]]]:
    """Does what the round says; returns the instant of the kill, or of its beginning, and what still goes on."""
    beside = asyncio.ensure_future(besides(cast, clients, this)[this.beside]())
    await asyncio.sleep(this.after_s)
    killed_at = time.time()
    return killed_at, [beside, asyncio.ensure_future(_kill(cast, this))]


async def _kill(cast: Cast, this: Round) -> None:
    match this.kill:
        case None:
            pass
        case Kill.API:
            await cast.kill(APIS[this.which])
        case Kill.WORKER:
            await cast.kill(WORKERS[this.which])
        case Kill.POSTGRES:
            cast.signal_postgres(signal.SIGKILL)
        case Kill.REDIS:
            await cast.redis_again(after_s=this.lasts_s / 4)


def besides(cast: Cast, clients: Clients, this: Round) -> Mapping[Beside, Doing]:
    """What each of the other faults does in a round."""
    # The other worker than the one that may be killed.
    worker = WORKERS[1 - this.which]
    return {
        Beside.NOTHING: _nothing,
        Beside.CUT_COMMIT: lambda: _cut(cast, seconds=this.lasts_s),
        Beside.FREEZE_POSTGRES: lambda: _freeze_postgres(cast, seconds=this.lasts_s),
        Beside.SHUT_POSTGRES: lambda: _shut_postgres(cast),
        Beside.FLUSH_REDIS: lambda: _unless_dead(cast.flush_redis),
        Beside.REDIS_ABSENT: lambda: cast.redis_again(after_s=this.lasts_s),
        Beside.CRASH_POINT: lambda: cast.armed(worker, this.crash_point),
        Beside.FREEZE_WORKER: lambda: cast.freeze(worker, seconds=this.lasts_s),
        Beside.ZOMBIE: lambda: cast.replaced_asleep(worker),
        Beside.DUPLICATES: clients.fifty_times,
        Beside.BURST: lambda: clients.burst(_BURST),
        Beside.ROLLING: cast.roll,
    }


async def _nothing() -> None: ...


async def _cut(cast: Cast, *, seconds: float) -> None:
    cast.proxy.cut_next(12)
    await asyncio.sleep(seconds)
    cast.proxy.cut_next(0)


async def _freeze_postgres(cast: Cast, *, seconds: float) -> None:
    frozen = cast.postgres()
    cast.signal_postgres(signal.SIGSTOP)
    await asyncio.sleep(seconds)
    for pid in frozen:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


async def _shut_postgres(cast: Cast) -> None:
    cast.signal_postgres(signal.SIGQUIT, all_of_it=False)


async def _unless_dead(work: Doing) -> None:
    with contextlib.suppress(OSError):
        await work()
