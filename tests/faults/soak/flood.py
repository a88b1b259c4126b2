"""A flood: as many as usual, ten times as many of everybody, then a hundred times as many of one administration (F28)."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from tests.faults.soak.account import Account
from tests.faults.soak.agents import Agents
from tests.faults.soak.clients import Gate
from tests.faults.soak.crowd import Crowd
from tests.faults.soak.gauges import Gauges
from tests.faults.soak.run import Ground

_TOLD_WITHIN_S, _DESK_EACH_S = 120.0, 4.0
CALM, TEN_TIMES, HUNDRED_TIMES = "calm", "ten times everybody", "a hundred times one"


@dataclass(slots=True)
class Phase:
    """A stretch of the run, and what was seen in it."""

    name: str
    begun: float
    ended: float = 0.0
    memory: Mapping[str, float] = field(default_factory=dict)
    waiting: Mapping[UUID, int] = field(default_factory=dict)

    def holds(self, instant: float) -> bool:
        return self.begun <= instant < self.ended


class Flood:
    """The run: everybody's crowds, and agents whose requests have an alert due at once."""

    def __init__(self, ground: Ground, account: Account, *, seed: int) -> None:
        self.account, doors, gate = account, ground.cast.doors, Gate()
        self.crowds = [Crowd(town, account, doors, seed=seed) for town in ground.towns]
        self._agents = [Agents(town, account, doors, gate, seed=seed) for town in ground.towns]
        self._gauges = Gauges(ground.cast, ground.look)
        self.phases: list[Phase] = []

    async def play(self, *, calm_s: float, ten_times_s: float, hundred_times_s: float) -> None:
        """Plays it to its end: everything begun is then acknowledged."""
        watching = [
            asyncio.create_task(self._gauges.run()),
            *(asyncio.create_task(self._desk(a)) for a in self._agents),
        ]
        try:
            with contextlib.ExitStack() as everyday:
                for crowd in self.crowds:
                    everyday.enter_context(crowd.of(1))
                await self._phase(CALM, calm_s)
                with contextlib.ExitStack() as rush:
                    for crowd in self.crowds:
                        rush.enter_context(crowd.of(9))
                    await self._phase(TEN_TIMES, ten_times_s)
                await self._phase("calm again", calm_s)
                with self.crowds[0].of(99):
                    await self._phase(HUNDRED_TIMES, hundred_times_s, until=self._told_to_wait)
                await self._phase("after", calm_s)
            await asyncio.gather(*(crowd.gone() for crowd in self.crowds))
        finally:
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)

    async def _desk(self, agents: Agents) -> None:
        while True:
            await agents.write_down()
            await asyncio.sleep(_DESK_EACH_S)

    async def _phase(self, name: str, seconds: float, *, until: Callable[[], bool] = lambda: True) -> None:
        phase = Phase(name, time.time())
        self.phases.append(phase)
        await asyncio.sleep(seconds)
        with contextlib.suppress(TimeoutError):  # who was never told is judged at the end, with all that was seen
            async with asyncio.timeout(_TOLD_WITHIN_S):
                while not until():  # noqa: ASYNC110 — the flood is told to wait when its minute is used up
                    await asyncio.sleep(0.5)
        await self._gauges.once()
        phase.ended = time.time()
        phase.memory, phase.waiting = self._gauges.taken()

    def _told_to_wait(self) -> bool:
        return self.account.refusals.get("503", 0) > 0 and self.crowds[0].reads.answers["429"] > 0
