"""What is looked at once a second while a run goes on: the memory of each process, what waits in each administration."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

import psutil

from tests.faults.soak.cast import Cast
from tests.faults.soak.looking import Look

_WAITING = "SELECT tenant_id, count(*) FROM receptions WHERE state = 'queued' GROUP BY 1"


class Gauges:
    """The greatest of each since it was asked last."""

    def __init__(self, cast: Cast, look: Look) -> None:
        self._cast, self._look = cast, look
        self._resident_mb: dict[str, float] = defaultdict(float)
        self._waiting: dict[UUID, int] = defaultdict(int)

    async def run(self) -> None:
        while True:
            await self.once()
            await asyncio.sleep(1)

    async def once(self) -> None:
        for name, process in self._cast.processes.items():
            with contextlib.suppress(psutil.NoSuchProcess):
                whole = psutil.Process(process.process.pid)
                held = sum(one.memory_info().rss for one in (whole, *_readers_of(whole))) / 2**20
                self._resident_mb[name] = max(self._resident_mb[name], round(held, 1))
        for tenant_id, count in await self._look.rows(_WAITING):
            self._waiting[tenant_id] = max(self._waiting[tenant_id], count)

    def taken(self) -> tuple[Mapping[str, float], Mapping[UUID, int]]:
        """The most memory of each process in MiB, with the children that read for it; the most that waited; and begins anew."""
        taken = dict(self._resident_mb), dict(self._waiting)
        self._resident_mb.clear()
        self._waiting.clear()
        return taken


def _readers_of(process: psutil.Process) -> list[psutil.Process]:
    # The server of the database is a child of whoever started it, and no memory of Parvis.
    return [one for one in process.children() if "postgres" not in one.name()]
