"""The simulated life of a town over years: what happens to its requests, and an oracle that knows no database.

The oracle asks the engine, at each look and of the facts known then, which thresholds are reached. It keeps what was
told, and nothing else: neither the day to wake, nor the order of writing, nor who looks.
"""

import asyncio
import heapq
import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from app.errors import ParvisError
from app.facts import Actor
from app.sve.law import Reading, Regime, read, risk, thresholds
from app.sve.law.case import Case
from app.sve.law.ladder import About, Threshold, Week
from app.sve.simulation import case_of
from app.sve.values import Saisine
from app.tickets.values import Incoming
from tests.harness.towns import TownHouse

AGENT = Actor("agent", None, "Accueil")
TERRITORY, ZONE = "METRO", ZoneInfo("Europe/Paris")
CHANNELS = (("email", 60), ("webform", 15), ("sms.twilio", 8), ("phone", 7), ("counter", 5), ("post", 5))
ON_PAPER = frozenset({"phone", "counter", "post"})
# What a person says of a request: effect, delay, a procedure of the catalogue instead, of a hundred.
QUALIFICATIONS: tuple[tuple[Regime | None, str | None, str | None, int], ...] = (
    (Regime.SVA, "P2M", None, 34),
    (Regime.SVA, "P15D", None, 6),
    (Regime.SVR, "P2M", None, 18),
    (None, None, "URB-DP", 14),
    (Regime.NONE, None, None, 10),
    (Regime.UNKNOWN, None, None, 4),
    (None, None, "dismissed", 14),
)
Told = tuple[UUID, str, date, date, bool]  # saisine, threshold, the day it speaks of, its day, whether late


@dataclass(eq=False, slots=True)
class Life:
    """One request as the test knows it: the facts told of it, and the warnings given."""

    saisine_id: UUID
    message_id: UUID
    received_on: date
    facts: list[dict[str, Any]]
    procedure: dict[str, Any] = field(default_factory=lambda: {"regime": "CRPA", "silence": "UNKNOWN"})
    closed: bool = False
    told: set[tuple[str, date]] = field(default_factory=set)
    last_fact_on: date | None = None

    def case(self) -> Case:
        events = sorted(self.facts, key=lambda fact: str(fact.get("at", fact.get("notified_at"))))
        document = {"territory": TERRITORY, "timezone": ZONE.key, "procedure": self.procedure, "events": events}
        return case_of(document)[0]

    def reading(self, at: datetime) -> Reading:
        return read(self.case(), now=at)

    def due(self, at: datetime) -> Iterator[Told]:
        """Gives the warnings that must stand after a look at this instant and were not given before."""
        if self.closed:
            return
        case, today = self.case(), at.astimezone(ZONE).date()
        reached = [
            step
            for step in thresholds(read(case, now=at), Week.of(case))
            if step.on <= today and step.falls_on >= self.received_on
        ]
        for step in reached:
            if (step.code, step.speaks_of) in self.told or not _worth(step, reached):
                continue
            late = today > max(step.on, self.received_on)
            yield self.saisine_id, step.code, step.speaks_of, step.on, late


def _worth(step: Threshold, reached: list[Threshold]) -> bool:
    """A countdown missed whole is told by its nearest step, and by none once what it counts down to is there."""
    if not step.countdown:
        return True
    same = [other for other in reached if other.about is step.about]
    if step.about is not About.TERM and any(not other.countdown for other in same):
        return False
    return [other for other in same if other.countdown][-1] is step


@dataclass(frozen=True, slots=True)
class Outage:
    """Days on which nobody looks."""

    first: date
    days: int = 3

    def holds(self, day: date) -> bool:
        return self.first <= day < self.first + timedelta(days=self.days)


class Years:
    """Walks through years on the town's clock, and compares every look with the oracle."""

    def __init__(
        self,
        town: TownHouse,
        *,
        seed: int,
        first: date,
        last: date,
        arrivals: int,
        outages: list[Outage],
        every_day: bool,
    ) -> None:
        self.town, self.random, self.last, self.outages = town, random.Random(seed), last, outages
        self.every_day = every_day
        self._shown: Counter[str] = Counter()
        self.lives: list[Life] = []
        self.raised: Counter[tuple[UUID, str, date]] = Counter()
        self.refused: Counter[str] = Counter()
        self.late: list[tuple[Life, date, date]] = []
        self._numbers = itertools.count()
        self._agenda: list[tuple[datetime, int, Callable[[datetime], Awaitable[None]]]] = []
        self._seen: UUID | None = None
        span = (last - first).days
        for _ in range(arrivals):
            self._plan(first + timedelta(days=self.random.randrange(span)), self._arrive)
        for number in range(span + 1):
            day = first + timedelta(days=number)
            if not any(outage.holds(day) for outage in outages):
                self._at(self._local(day, look=True), self._look)
            if day.day == 20 and (every_day or day.month % 3 == 0):
                self._at(self._local(day), self._recompute)

    async def run(self) -> None:
        """Does everything in order of time, to the last day."""
        while self._agenda:
            at, _, act = heapq.heappop(self._agenda)
            if at.astimezone(ZONE).date() > self.last:
                return
            self.town.clock.at = at
            await act(at)

    # What happens

    async def _arrive(self, at: datetime) -> None:
        channel = self._drawn(CHANNELS)
        incoming = Incoming(
            channel_id=self.town.mailbox.id,
            channel_type=channel,
            reception_id=None,
            electronic=channel not in ON_PAPER,
            point_id=None,
            contact_id=None,
            author_name="Usager Exemple",
            author_address=None,
            external_id=None,
            conversation=None,
            text="Bonjour",
            received_at=at,
        )
        house, tenant_id = self.town.house, self.town.tenant_id
        async with house.database.transaction(tenant=tenant_id) as session:
            (placed,) = await house.tickets.receive(session, tenant_id, [incoming], time_zone=ZONE.key)
            (saisine,) = await house.legal.of_tickets(session, tenant_id, [placed.ticket_id])
        received = {"type": "received", "at": _written(at), "authority": "competent", "channel": channel}
        life = Life(saisine.id, placed.message_id, saisine.received_on, [received])
        self.lives.append(life)
        today = at.astimezone(ZONE).date()
        if channel not in ON_PAPER:
            after = self._drawn(((timedelta(seconds=8), 85), (timedelta(days=1, hours=2), 10), (None, 5)))
            if after is not None:
                self._at(at + after, self._acknowledge(life, "AEE"))
            if self.random.random() < 0.6:
                self._plan(today + timedelta(days=self.random.randrange(2, 16)), self._acknowledge(life, "ARE"))
        if self.random.random() < 0.85:
            self._plan(today + timedelta(days=self.random.randrange(20)), self._qualify(life))
        if self.random.random() < 0.3:
            self._plan(today + timedelta(days=self.random.randrange(3, 28)), self._ask_for_pieces(life))
        # Some are decided in time, some after their term, some are given up; the rest is tidied away in the end.
        self._plan(today + timedelta(days=self.random.randrange(10, 110)), self._end(life))
        self._plan(today + timedelta(days=150), self._tell(life, {"type": "dismissed", "reason": "information"}))

    def _acknowledge(self, life: Life, kind: str) -> Callable[[datetime], Awaitable[None]]:
        async def act(at: datetime) -> None:
            house, tenant_id = self.town.house, self.town.tenant_id
            async with house.database.transaction(tenant=tenant_id) as session:
                await house.legal.acknowledged(session, tenant_id, {life.message_id: uuid4()}, kind=kind, at=at)
            self._learnt(life, {"type": "ack_sent", "kind": kind, "at": _written(at)}, at)

        return act

    def _qualify(self, life: Life) -> Callable[[datetime], Awaitable[None]]:
        async def act(at: datetime) -> None:
            regime, delay, procedure = self._drawn([(row[:3], row[3]) for row in QUALIFICATIONS])
            if procedure == "dismissed":
                await self._tell(life, {"type": "dismissed", "reason": "thanks"})(at)
                return
            house, tenant_id = self.town.house, self.town.tenant_id
            try:
                async with house.database.transaction(tenant=tenant_id) as session:
                    saisine = await house.legal.get(session, tenant_id, life.saisine_id)
                    saisine = await house.legal.qualify(
                        session, tenant_id, saisine.id, regime=regime, delay=delay, procedure=procedure,
                        reason="essai", version=saisine.version, actor=AGENT,
                    )  # fmt: skip
            except ParvisError as refusal:
                self.refused[refusal.code] += 1
                return
            life.procedure = _procedure(saisine)
            self._learnt(life, None, at)

        return act

    def _ask_for_pieces(self, life: Life) -> Callable[[datetime], Awaitable[None]]:
        async def act(at: datetime) -> None:
            deadline = at.astimezone(ZONE).date() + timedelta(days=self.random.randrange(10, 40))
            asked = {
                "type": "pieces_requested",
                "at": _written(at),
                "items": ["plan"],
                "deadline_date": deadline.isoformat(),
            }
            if await self._tell(life, asked)(at) and self.random.random() < 0.7:
                after = self.random.randrange(2, 25)

                async def received(then: datetime) -> None:
                    await self._tell(life, {"type": "pieces_received", "at": _written(then), "complete": True})(then)

                self._plan(at.astimezone(ZONE).date() + timedelta(days=after), received)

        return act

    def _end(self, life: Life) -> Callable[[datetime], Awaitable[None]]:
        async def act(at: datetime) -> None:
            told = self._drawn(
                (
                    ({"type": "express_decision", "sense": "refusal"}, 30),
                    ({"type": "express_decision", "sense": "granted"}, 30),
                    ({"type": "request_withdrawn", "verified": True}, 10),
                    (None, 30),
                )
            )
            if told is None:
                return
            name = "notified_at" if told["type"] == "express_decision" else "at"
            await self._tell(life, {**told, name: _written(at)})(at)

        return act

    def _tell(self, life: Life, event: Mapping[str, Any]) -> Callable[[datetime], Awaitable[bool]]:
        async def act(at: datetime) -> bool:
            house, tenant_id = self.town.house, self.town.tenant_id
            try:
                async with house.database.transaction(tenant=tenant_id) as session:
                    saisine = await house.legal.get(session, tenant_id, life.saisine_id)
                    await house.legal.record(
                        session, tenant_id, saisine.id, event, version=saisine.version, actor=AGENT
                    )
            except ParvisError as refusal:
                self.refused[refusal.code] += 1
                return False
            if event["type"] == "dismissed":
                life.closed, life.procedure = True, {"regime": "CRPA", "silence": "none"}
            else:
                self._learnt(life, dict(event), at)
            return True

        return act

    def _learnt(self, life: Life, fact: dict[str, Any] | None, at: datetime) -> None:
        if fact is not None:
            life.facts.append(fact)
        life.last_fact_on = at.astimezone(ZONE).date()
        if life.procedure["silence"] == Regime.NONE.value:
            life.closed = True
        else:
            life.closed = life.reading(at).settled

    # Who looks

    async def _look(self, at: datetime) -> None:
        """The watch looks. A short run leaves out most days on which the oracle expects nothing new of it."""
        wanted = {told: life for life in self.lives for told in life.due(at)}
        today = at.astimezone(ZONE).date()
        expected = Counter(risk(life.reading(at), on=today).value for life in self.lives if not life.closed)
        if not (wanted or expected != self._shown or self.every_day or self.random.random() < 0.08):
            return
        self._shown = expected
        watch, tenant_id = self.town.house.watch, self.town.tenant_id
        if self.random.random() < 0.2:
            counts = list(await asyncio.gather(watch.sweep(tenant_id), watch.sweep(tenant_id)))
        else:
            counts = [await watch.sweep(tenant_id)]
        if wanted or any(counts):
            told = await self._told_since()
            assert told == set(wanted), (at, "missing", set(wanted) - told, "too many", told - set(wanted))
            assert sum(counts) == len(wanted), (at, counts, wanted)
        for one, life in wanted.items():
            saisine_id, code, speaks_of, on, late = one
            life.told.add((code, speaks_of))
            self.raised[saisine_id, code, speaks_of] += 1
            if late:
                self.late.append((life, on, today))
        # Every open clock shows on every day the risk it has on that day.
        async with self.town.house.database.transaction(tenant=tenant_id) as session:
            shown = await self.town.house.legal.counts(session, tenant_id)
        assert shown == dict(expected), (at, shown, expected)

    async def _told_since(self) -> set[Told]:
        """Returns the alerts raised since the last look, as they are kept."""
        house, tenant_id = self.town.house, self.town.tenant_id
        found: set[Told] = set()
        async with house.database.transaction(tenant=tenant_id) as session:
            page = await house.legal.alerts(session, tenant_id, open_only=False, after=None, limit=200)
        fresh = [alert for alert in page if self._seen is None or alert.id > self._seen]
        assert len(fresh) < 200
        for alert in fresh:
            found.add((alert.saisine_id, alert.threshold, alert.alert_on, alert.due_on, alert.late))
        assert len(found) == len(fresh)
        self._seen = max([alert.id for alert in fresh], default=self._seen)
        return found

    async def _recompute(self, at: datetime) -> None:
        """Reading everything again finds everything as it is, and takes no warning away."""
        recomputing, tenant_id = self.town.house.recomputing, self.town.tenant_id
        async with self.town.house.database.transaction(tenant=tenant_id) as session:
            asked = await recomputing.begin(session, tenant_id, reason="essai", dry_run=False, actor=AGENT, later=False)
        done = await recomputing.carry_out(asked)
        assert (done.seen, done.unread) == (sum(not life.closed for life in self.lives), 0)
        # Days that passed while nobody looked may have changed what is said; facts alone have not.
        if not any(outage.holds(at.astimezone(ZONE).date()) for outage in self.outages):
            async with self.town.house.database.transaction(tenant=tenant_id) as session:
                told = await recomputing.changes(session, tenant_id, done.id, after=None, limit=9)
            assert not told, (at, [(change.before, change.after) for change in told])

    # When

    def _plan(self, day: date, act: Callable[[datetime], Awaitable[Any]]) -> None:
        self._at(self._local(day), act)

    def _at(self, at: datetime, act: Callable[[datetime], Awaitable[Any]]) -> None:
        heapq.heappush(self._agenda, (at, next(self._numbers), act))

    def _local(self, day: date, *, look: bool = False) -> datetime:
        """An instant of a day of the town: at any hour for a look, the ends of the day and its lost hour included."""
        if look:
            chosen = self.random.choice([time(0, 0, 1), time(2, 30), time(8, 0), time(12, 0), time(23, 59, 59)])
        else:
            chosen = time(self.random.randrange(24), self.random.randrange(60), self.random.randrange(60))
        return datetime.combine(day, chosen, ZONE).astimezone(UTC)

    def _drawn(self, shares: Any) -> Any:
        values, weights = zip(*shares, strict=True)
        return self.random.choices(values, weights)[0]


def _procedure(saisine: Saisine) -> dict[str, Any]:
    """What was written beside the saisine when a person qualified it."""
    told: dict[str, Any] = {"regime": saisine.family or "CRPA", "silence": saisine.regime.value}
    for name in ("delay", "permit", "basis"):
        if (value := getattr(saisine, name)) is not None:
            told[name] = value
    return told


def _written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
