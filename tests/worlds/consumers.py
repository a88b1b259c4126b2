"""Two consumers of webhooks, one of which fails as it likes; each event reaches whoever lives, and nobody is stormed.

The rules are the house's (`after`, `rest_after`, `exhausted`, `meaning_of`); of the database, the lease of a turn and the
look for what is due are modelled.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from app.webhooks.courier import LEASE
from app.webhooks.schedule import (
    JITTER,
    LONGEST_REST,
    OUTAGE,
    WAITS,
    Answered,
    after,
    exhausted,
    meaning_of,
    rest_after,
)
from app.webhooks.values import DeliveryState
from tests.worlds.seeds import Broken, Chance

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
STATUSES = (204, 204, 200, 500, 503, None, None, 302, 404, 429)


@dataclass(eq=False, slots=True)
class Due:
    """One delivery of one event."""

    event: int
    created_at: datetime
    next_at: datetime | None
    attempts: int = 0
    state: DeliveryState = DeliveryState.PENDING


@dataclass(eq=False, slots=True)
class Endpoint:
    """One consumer: what was made for it, and how it fares."""

    active: bool = True
    deliveries: list[Due] = field(default_factory=list)
    failures: int = 0
    retry_at: datetime | None = None
    last_success_at: datetime | None = None
    lease: int | None = None
    lease_until: datetime | None = None
    calls: list[datetime] = field(default_factory=list)
    reached: set[int] = field(default_factory=set)


@dataclass(eq=False)
class Consumers:
    """The courier's turns, its processes that die or sleep, and the two it calls."""

    HAPPENINGS: ClassVar = {"happened": 8, "turns": 24, "answers": 30, "dies": 2, "time": 16}

    now: datetime = START
    ends: tuple[Endpoint, Endpoint] = field(default_factory=lambda: (Endpoint(), Endpoint()))
    events: int = 0
    turns_taken: list[tuple[Endpoint, int, Due | None]] = field(default_factory=list)
    well: bool = False
    _turn: int = 0

    def happened(self, chance: Chance) -> None:
        if self.events < 15:
            self.events += 1
            for end in self.ends:
                if end.active:
                    end.deliveries.append(Due(self.events, self.now, self.now))

    def turns(self, chance: Chance) -> None:
        """A process takes the lease of a consumer for which something is due."""
        end = chance.of(self.ends)
        free = end.lease_until is None or end.lease_until < self.now
        rested = end.retry_at is None or end.retry_at <= self.now
        due = self._due(end)
        if end.active and free and rested and due:
            self._turn += 1
            end.lease, end.lease_until = self._turn, self.now + LEASE
            self.turns_taken.append((end, self._turn, due[0]))

    def answers(self, chance: Chance) -> None:
        """One call, and its record, which a process that lost its lease does not make."""
        if not self.turns_taken:
            return
        end, lease, delivery = self.turns_taken.pop(chance.below(len(self.turns_taken)))
        if delivery is None or not end.active:
            return
        sick = end is self.ends[0] and not self.well
        answered = meaning_of(chance.of(STATUSES) if sick else 204)
        end.calls.append(self.now)
        if answered is Answered.TAKEN:
            end.reached.add(delivery.event)
        if end.lease == lease:  # else it slept past its lease: another has it, and it writes nothing
            end.lease, end.lease_until = None, None
            self._recorded(end, delivery, answered, chance.below(1000) / 1000)

    def _recorded(self, end: Endpoint, delivery: Due, answered: Answered, chanced: float) -> None:
        delivery.attempts += 1
        attempt = delivery.attempts
        follows = after(attempt, answered, now=self.now, chance=chanced)
        delivery.state, delivery.next_at = follows.state, follows.at
        if follows.at is not None and not 0 <= (follows.at - self.now) / WAITS[attempt] - 1 <= JITTER:
            raise Broken("a retry does not keep to its schedule")
        if answered is Answered.GONE or exhausted(
            state=follows.state, created_at=delivery.created_at, last_success_at=end.last_success_at
        ):
            end.active = False
        elif answered is Answered.DOWN:
            end.failures += 1
            end.retry_at = rest_after(end.failures, now=self.now, chance=chanced)
        else:
            outage, end.failures, end.retry_at = end.failures >= OUTAGE, 0, None
            if answered is Answered.TAKEN:
                end.last_success_at = self.now
                for one in end.deliveries if outage else ():
                    if one.next_at is not None:
                        one.next_at = min(one.next_at, self.now)

    def dies(self, chance: Chance) -> None:
        if self.turns_taken:
            self.turns_taken.pop(chance.below(len(self.turns_taken)))

    def time(self, chance: Chance) -> None:
        self.now += timedelta(seconds=chance.of((1, 6, 29, 61, 300, 7_200, 50_400)))

    def check(self) -> None:
        """No event is forgotten, none is tried without end, and the one that is well never hears of the other."""
        for end in self.ends:
            if end.retry_at is not None and end.retry_at - self.now > LONGEST_REST * (1 + JITTER):
                raise Broken("a consumer rests longer than the longest rest")
            given_up = [one.created_at for one in end.deliveries if one.state is DeliveryState.FAILED]
            if end.active and given_up and (end.last_success_at is None or end.last_success_at < min(given_up)):
                raise Broken("a consumer that took nothing through a whole schedule is called on, and nobody is told")
            for one in end.deliveries:
                if one.attempts > len(WAITS):
                    raise Broken(f"event {one.event} was tried {one.attempts} times")
                if (one.state is DeliveryState.PENDING) is (one.next_at is None):
                    raise Broken(f"event {one.event} waits for nothing")
                if one.state is DeliveryState.DELIVERED and one.event not in end.reached:
                    raise Broken(f"event {one.event} is said to be delivered")
        if not self.ends[1].active or self.ends[1].failures:
            raise Broken("a consumer suffers for another")

    def end(self) -> None:
        """Once both are well, all that waits arrives within the longest rest; what failed for good is told by its end."""
        self.well, self.turns_taken = True, []
        for _ in range(400):
            waiting = [
                (end, one) for end in self.ends if end.active for one in end.deliveries if one.next_at is not None
            ]
            if not waiting:
                break
            soonest = min(max(filter(None, (one.next_at, end.retry_at, end.lease_until))) for end, one in waiting)
            self.now = max(self.now, soonest + timedelta(seconds=1))
            for number in range(2):
                self.turns(Chance(number))
                self.answers(Chance(0))
            self.check()
        else:
            raise Broken("a delivery never ends")
        for end in self.ends:
            owed = {one.event for one in end.deliveries if one.state is not DeliveryState.FAILED}
            if end.active and not owed <= end.reached:
                raise Broken(f"events {owed - end.reached} never came")

    def _due(self, end: Endpoint) -> list[Due]:
        ready = [one for one in end.deliveries if one.next_at is not None and one.next_at <= self.now]
        return sorted(ready, key=lambda one: (one.next_at or self.now, one.event))
