"""Those who ask of one administration: senders who deliver, agents who read; few, ten times as many, a hundred times."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.faults.soak.account import Account
from tests.faults.soak.clients import NO_WORD, Correspondent, Doors
from tests.faults.soak.letters import Letters, Way
from tests.faults.soak.town import Town
from tests.faults.soak.wire import BROKEN, HttpLine

# A delivery each half second, a list read each second: what one of each asks.
_SENDS_EACH_S, _READS_EACH_S = 0.5, 1.0
_WAYS = (Way.HOOK, Way.GENERIC, Way.SMTP, Way.MAIL)


@dataclass(slots=True)
class Reads:
    """What agents were answered, and after how long."""

    took_s: list[tuple[float, float]] = field(default_factory=list)  # when it was asked for, how long it took
    answers: Counter[str] = field(default_factory=Counter)


class Crowd:
    """Whoever asks of one town; they come and go in numbers."""

    def __init__(self, town: Town, account: Account, doors: Sequence[Doors], *, seed: int) -> None:
        self.town, self._account, self._doors = town, account, doors
        self._letters = Letters(seed, [town])
        self._chance = random.Random(f"crowd {seed} {town.number}")
        self._busy: set[asyncio.Task[None]] = set()
        self.reads = Reads()

    @contextmanager
    def of(self, size: int) -> Iterator[None]:
        """So many senders and so many agents while the block lasts; what they began is ended after it."""
        leaving = asyncio.Event()
        for _ in range(size):
            for work in (self._send(leaving), self._read(leaving)):
                task = asyncio.create_task(work)
                self._busy.add(task)
                task.add_done_callback(self._busy.discard)
        try:
            yield
        finally:
            leaving.set()

    async def gone(self) -> None:
        """Returns once everything begun was acknowledged."""
        await asyncio.gather(*self._busy)

    async def _send(self, leaving: asyncio.Event) -> None:
        first = self._chance.randrange(len(self._doors))
        sender = Correspondent(self._account, self._doors, first=first, chance=self._chance, polite=True)
        await asyncio.sleep(self._chance.uniform(0, _SENDS_EACH_S))
        while not leaving.is_set():
            begun = time.monotonic()
            await sender.deliver(self._letters.next(way=self._chance.choice(_WAYS)))
            await asyncio.sleep(max(0.0, begun + _SENDS_EACH_S - time.monotonic()))

    async def _read(self, leaving: asyncio.Event) -> None:
        line = HttpLine(self._chance.choice(self._doors).http)
        head = {"Authorization": f"Bearer {self.town.key}"}
        await asyncio.sleep(self._chance.uniform(0, _READS_EACH_S))
        while not leaving.is_set():
            begun, wait_s = time.time(), _READS_EACH_S
            try:
                answer = await line.ask("GET", "/api/v1/tickets?limit=20", head=head)
            except BROKEN as error:
                self.reads.answers[type(error).__name__] += 1
            else:
                told = str(answer.status)
                if answer.status in (429, 503):
                    wait_s += float(answer.head.get("retry-after", "0"))
                    told += "" if "retry-after" in answer.head else f" {NO_WORD}"
                self.reads.answers[told] += 1
                if answer.status == 200:
                    self.reads.took_s.append((begun, time.time() - begun))
            await asyncio.sleep(max(0.0, begun + wait_s - time.time()))
