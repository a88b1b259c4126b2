"""Requests under their legal clocks, in the time of their town, and a watch that looks, stops for days, and catches up.

The rules are the house's: `case_of`, `judge`, `alerts_of`. Of the database only this is modelled: a saisine is looked at
from its day to wake on, and an alert is unique per saisine, threshold and the date it speaks of.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import civil_day
from app.sve.cases import Judgement, judge
from app.sve.law.case import Case
from app.sve.law.ladder import Week
from app.sve.law.territories import ZONES, Territory
from app.sve.simulation import case_of
from app.sve.values import Raised
from app.sve.watch import OVERDUE, alerts_of
from tests.worlds.seeds import Broken, Chance

PLACES = (Territory.METRO, Territory.METRO, Territory.LA_REUNION, Territory.SAINT_PIERRE_ET_MIQUELON,
          Territory.POLYNESIE_FRANCAISE, Territory.ALSACE_MOSELLE)  # fmt: skip
# Whole days that matter: both nights of summer time, the leap day, the last of the year, a long week-end of May.
DAYS = (
    date(2026, 1, 26),
    date(2026, 8, 20),
    date(2027, 12, 26),
    date(2028, 2, 27),
    date(2026, 10, 28),
    date(2027, 3, 15),
)
PROCEDURES = (
    {"regime": "CRPA", "silence": "SVA", "delay": "P2M"},
    {"regime": "CRPA", "silence": "SVR", "delay": "P2M"},
    {"regime": "CRPA", "silence": "SVA", "delay": "P15D"},
    {"regime": "CRPA", "silence": "UNKNOWN"},
)
SECOND = timedelta(seconds=1)


@dataclass(eq=False, slots=True)
class Watched:
    """One request: what is known of it, and what was told."""

    number: int
    place: Territory
    procedure: dict[str, Any]
    facts: list[dict[str, Any]]
    received_on: date
    learnt_at: datetime
    wake_on: date | None = None
    told: dict[tuple[str, date], Raised] = field(default_factory=dict)

    def case(self) -> Case:
        given = {"territory": self.place.value, "timezone": ZONES[self.place], "procedure": self.procedure}
        return case_of({**given, "events": self.facts})[0]

    def today(self, now: datetime) -> date:
        return civil_day(now, ZONES[self.place])

    def alerts(self, judgement: Judgement, case: Case, *, today: date) -> list[Raised]:
        row: Any = _Row(UUID(int=self.number), UUID(int=self.number))
        return alerts_of(row, judgement, since=self.received_on, week=Week.of(case), today=today)


@dataclass(slots=True)
class _Row:
    """What the watch reads of a saisine besides its reading."""

    id: UUID
    ticket_id: UUID
    closed_at: datetime | None = None


@dataclass(eq=False)
class Clocks:
    """A few towns of the Republic, whose watch is one."""

    HAPPENINGS: ClassVar = {"received": 3, "learns": 4, "midnight": 14, "passes": 8, "looks": 10, "stops": 1}

    now: datetime = datetime(2026, 1, 26, 9, tzinfo=UTC)
    watched: list[Watched] = field(default_factory=list)
    looked_at: datetime | None = None
    stopped_until: datetime | None = None

    def received(self, chance: Chance) -> None:
        if not self.watched:  # a life begins before one of the days that matter
            self.now = datetime.combine(chance.of(DAYS), time(9), UTC)
            self.looked_at = self.stopped_until = None
        if len(self.watched) < 3:
            place = chance.of(PLACES)
            fact = {"type": "received", "at": _written(self.now), "authority": "competent", "channel": "email"}
            day = civil_day(self.now, ZONES[place])
            one = Watched(len(self.watched), place, chance.of(PROCEDURES), [fact], day, self.now)
            one.wake_on = judge(one.case(), now=self.now).wake_on
            self.watched.append(one)

    def learns(self, chance: Chance) -> None:
        """Something more is recorded of one request."""
        if not self.watched:
            return
        one, at = chance.of(self.watched), _written(self.now)
        deadline = (one.today(self.now) + timedelta(days=5 + chance.below(40))).isoformat()
        kinds = {fact["type"] for fact in one.facts}
        fact: dict[str, Any] = chance.of(
            (
                {"type": "ack_sent", "kind": "AEE", "at": at},
                {"type": "ack_sent", "kind": "ARE", "at": at},
                {"type": "pieces_requested", "at": at, "items": ["plan"], "deadline_date": deadline},
                {"type": "pieces_received", "at": at, "complete": True},
                {"type": "express_decision", "sense": "granted", "notified_at": at},
            )
        )
        if fact["type"] in kinds - {"ack_sent"} or (
            fact["type"] == "pieces_received" and "pieces_requested" not in kinds
        ):
            return
        one.facts.append(fact)
        one.learnt_at = self.now
        one.wake_on = judge(one.case(), now=self.now).wake_on

    def midnight(self, chance: Chance) -> None:
        """The second before, at, or after the next midnight of one town; the watch looks, or not."""
        if self.watched:
            one = chance.of(self.watched)
            tomorrow = one.today(self.now) + timedelta(days=1)
            edge = datetime.combine(tomorrow, time(), ZoneInfo(ZONES[one.place])).astimezone(UTC)
            self.now = max(self.now, edge + SECOND * (chance.below(3) - 1))
            self.looks(chance)

    def passes(self, chance: Chance) -> None:
        self.now += timedelta(minutes=chance.of((1, 59, 61, 720, 1_440, 4_320, 10_080, 20_160)))

    def stops(self, chance: Chance) -> None:
        """F10: nobody looks for up to three days."""
        self.stopped_until = self.now + timedelta(hours=1 + chance.below(72))

    def looks(self, chance: Chance) -> None:
        """A round of the watch: what is to be woken is judged, and alerts not yet raised are."""
        if self.stopped_until is not None and self.now < self.stopped_until:
            return
        for one in self.watched:
            today = one.today(self.now)
            if one.wake_on is None or one.wake_on > today:
                continue
            case = one.case()
            judgement = judge(case, now=self.now, alerted=True)
            one.wake_on = judgement.wake_on
            for alert in one.alerts(judgement, case, today=today):
                if (alert.threshold, alert.alert_on) not in one.told:
                    self._raised(one, alert, today)
        self._nothing_is_missed()
        self.looked_at = self.now

    def _raised(self, one: Watched, alert: Raised, today: date) -> None:
        one.told[alert.threshold, alert.alert_on] = alert
        if alert.due_on > today:
            raise Broken(f"{alert.threshold} is told before its day")
        if alert.late is not (max(alert.due_on, one.received_on) < today):
            raise Broken(f"{alert.threshold} is not marked as it came")
        seen = self.looked_at is not None and one.learnt_at < self.looked_at
        if alert.late and seen and self.looked_at is not None and one.today(self.looked_at) >= alert.due_on:
            raise Broken(f"{alert.threshold} is late although somebody looked on its day")
        if alert.threshold == OVERDUE and today <= alert.alert_on:
            raise Broken("a decision is said to be born before the end of its term")

    def _nothing_is_missed(self) -> None:
        """Whether or not it was to be woken, after a round every threshold of every request that is reached was told."""
        for one in self.watched:
            case = one.case()
            judgement = judge(case, now=self.now, alerted=True)
            for alert in one.alerts(judgement, case, today=one.today(self.now)):
                if (alert.threshold, alert.alert_on) not in one.told:
                    raise Broken(f"{alert.threshold} of {alert.alert_on} was missed: to wake on {one.wake_on}")

    def check(self) -> None:
        """What is promised is looked at in each round."""

    def end(self) -> None:
        """Half a year of rounds, each day at noon: every clock is told to its end, and then nothing more is."""
        self.stopped_until = None
        for _ in range(30):
            soonest = [one.wake_on for one in self.watched if one.wake_on is not None]
            if not soonest:
                return
            self.now = max(self.now, datetime.combine(min(soonest), time(13), UTC))
            self.looks(Chance(0))
        if any(one.wake_on is not None for one in self.watched):
            raise Broken(f"a watch without end: {[one.wake_on for one in self.watched]}")


def _written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
