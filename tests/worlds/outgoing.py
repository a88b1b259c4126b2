"""One channel from the click to the last report: agents, two workers that stall and die, a provider in every mood.

The rules are the house's own (`course`, `breaker`, `limits`); what the database does for them is modelled in
`ledger.py`. A worker's flight has three moments, each of which may be its last: leased, answered, recorded.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from app.channels.contract import DeliveryStatus, Outcome, Receipt, Sent
from app.exchanges import breaker, course
from app.exchanges.breaker import Lane, LaneState
from app.exchanges.freezing import GIVE_UP_AFTER
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.resolving import RESOLVABLE, Decision
from tests.worlds.ledger import Ledger, Report, a_message
from tests.worlds.seeds import Broken, Chance

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
WAITING = frozenset({OutState.FROZEN, OutState.SENDING})
SHOWN = frozenset(OutState) - WAITING
# What a provider does with what it is given: whether it takes it, and what the worker is told.
Mood = tuple[bool, Outcome, float | None]
USUAL: Sequence[Mood] = (
    *((True, Outcome.OK, None),) * 8,
    (True, Outcome.UNKNOWN, None),  # the answer was lost
    (False, Outcome.UNKNOWN, None),
    (True, Outcome.RETRY, None),  # a gateway said 503 over the head of a provider that had it
    *((False, Outcome.RETRY, None),) * 3,
    (False, Outcome.THROTTLED, 300.0),
    (False, Outcome.THROTTLED, None),
    (False, Outcome.AUTH, None),
    (False, Outcome.CONFIG, None),
    (False, Outcome.PERMANENT, None),
)
LOSING: Sequence[Mood] = ((True, Outcome.UNKNOWN, None), (True, Outcome.UNKNOWN, None), (False, Outcome.RETRY, None))
DOWN: Sequence[Mood] = ((False, Outcome.RETRY, None), (False, Outcome.THROTTLED, 1_800.0))
GOOD: Sequence[Mood] = ((True, Outcome.OK, None),)
FARES = (DeliveryStatus.DELIVERED, DeliveryStatus.DELIVERED, DeliveryStatus.READ, DeliveryStatus.FAILED)
PAUSES = tuple(timedelta(seconds=s) for s in (1, 1, 20, 60, 61, 180, 600, 3_600, 21_600))


@dataclass(eq=False, slots=True)
class Flight:
    """What one worker holds of one message."""

    message: Outbound
    number: int
    sent: Sent | None = None


@dataclass(slots=True)
class Copies:
    """What left of one part of one message, as the provider knows it, and what excuses a second one."""

    taken: int = 0
    excused: int = 1


@dataclass(eq=False)
class Outgoing:
    """A lane and all that passes through it."""

    HAPPENINGS: ClassVar = {
        "written": 8, "take": 22, "answered": 28, "recorded": 28, "dies": 3, "time": 24, "reported": 14, "asked": 8,
        "decided": 3, "weather": 2,
    }  # fmt: skip

    now: datetime = START
    lane: Lane = field(default_factory=Lane)
    ledger: Ledger = field(default_factory=Ledger)
    flights: list[Flight] = field(default_factory=list)
    copies: dict[tuple[int, int], Copies] = field(default_factory=dict)
    under_way: list[Report] = field(default_factory=list)
    moods: Sequence[Mood] = USUAL
    _numbers: itertools.count = field(default_factory=lambda: itertools.count(1))  # type: ignore[type-arg]

    # What happens

    def written(self, chance: Chance) -> None:
        if len(self.ledger.messages) < 12:
            mail, parts = chance.one_in(2), 1 + chance.one_in(4)
            self.ledger.add(
                a_message(
                    next(self._numbers), mail=mail, parts=1 if mail else parts, priority=chance.below(3), at=self.now
                )
            )

    def take(self, chance: Chance) -> None:
        """A worker looks: what was left is taken over, what may leave is leased."""
        for orphan in self.ledger.orphans(self.now):
            doubtful = self.ledger.doubtful(orphan.id)
            self._follow(orphan, course.after_death(orphan, doubtful=doubtful, asks=self._asks(orphan), now=self.now))
        allowed = breaker.allows(self.lane, now=self.now)
        if not allowed:
            for late in self.ledger.overdue(self.now):
                self._follow(late, course.ended(OutState.FAILED, "trop tard", now=self.now))
            return
        leased = self.ledger.lease(self.ledger.due(self.now)[: min(allowed, 1 + chance.below(6))], now=self.now)
        for message in leased:
            if len(message.parts) == 1 and message.status_rank:
                raise Broken(f"{message.id.int} leaves again although its provider had reported on it")
            self.flights.append(Flight(message, message.attempts))
        if leased and self.lane.state is not LaneState.FLOWING:
            if len(leased) > 1:
                raise Broken("more than a probe left by a suspended lane")
            self.lane = breaker.probing(self.lane, until=self.now + course.TURN)

    def answered(self, chance: Chance) -> None:
        """The bytes of one flight leave, unless its worker was paused past its lease."""
        waiting = [flight for flight in self.flights if flight.sent is None]
        if not waiting:
            return
        flight = chance.of(waiting)
        if not course.may_leave(flight.message, now=self.now):
            flight.sent = Sent(outcome=Outcome.RETRY)
            return
        taken, outcome, hint = chance.of(self.moods)
        number, part = flight.message.id.int, flight.message.parts_sent
        name = f"<{number}@x>" if course.repeatable(flight.message) else f"x{number}.{part}.{flight.number}"
        if taken:
            copies = self.copies.setdefault((number, part), Copies())
            copies.taken += 1
            # Told that it was not taken, the house may send it again; so may a mail, under its own name.
            copies.excused += outcome is Outcome.RETRY
            by_reference = chance.one_in(2)
            self.under_way += [
                Report(number, part, name, status, by_reference=by_reference)
                for status in (DeliveryStatus.SENT, chance.of(FARES))
            ]
        flight.sent = Sent(outcome=outcome, retry_after_s=hint, external_ids=[name] if outcome is Outcome.OK else [])

    def recorded(self, chance: Chance) -> None:
        """A worker writes what came of one flight, however late."""
        ready = [flight for flight in self.flights if flight.sent is not None]
        if not ready:
            return
        flight = chance.of(ready)
        self.flights.remove(flight)
        assert flight.sent is not None
        self.ledger.end_attempt(flight.message.id, flight.number, flight.sent.outcome)
        present = self.ledger.messages[flight.message.id]
        step = course.after_sending(
            present, flight.message, flight.sent, doubtful=self.ledger.doubtful(present.id), asks=self._asks(present),
            now=self.now, chance=chance.below(1000) / 1000,
        )  # fmt: skip
        if step is not None:
            self._follow(replace(present, attempts=flight.number), step)
        self.lane = breaker.after(self.lane, [flight.sent], now=self.now, jitter=chance.below(1000) / 1000)

    def dies(self, chance: Chance) -> None:
        """One worker, with all it held."""
        odd = chance.below(2)
        self.flights = [flight for flight in self.flights if flight.number % 2 != odd]

    def weather(self, chance: Chance) -> None:
        """The provider gets better, or worse."""
        self.moods = chance.of((USUAL, USUAL, LOSING, DOWN))

    def time(self, chance: Chance) -> None:
        self.now += chance.of(PAUSES)

    def reported(self, chance: Chance) -> None:
        """One report arrives, in any order, and may arrive again."""
        if self.under_way:
            report = chance.of(self.under_way)
            if not chance.one_in(3):
                self.under_way.remove(report)
            self._heard(report)

    def asked(self, chance: Chance) -> None:
        """The provider is asked of one message in doubt; it knows, it does not, or it cannot tell."""
        for message in self.ledger.to_ask(self.now)[:1]:
            part = self.copies.get((message.id.int, message.parts_sent))
            names = [f"x{message.id.int}.{message.parts_sent}.{message.attempts}"]
            known = None if chance.one_in(3) else bool(part and part.taken)
            told = Receipt(known=known, external_ids=names if known else [])
            self._follow(message, course.after_question(message, told, now=self.now))

    def decided(self, chance: Chance) -> None:
        """A person closes a doubt."""
        shown = [message for message in self.ledger.messages.values() if message.state in RESOLVABLE]
        if not shown:
            return
        message, decision = chance.of(shown), chance.of((Decision.RESEND, Decision.MARK_SENT, Decision.ABANDON))
        if decision is Decision.ABANDON:
            self.ledger.move(message.id, {"state": OutState.ABANDONED.value, "next_attempt_at": None})
            return
        decide = course.sent_again if decision is Decision.RESEND else course.held_for_sent
        if decision is Decision.RESEND:
            for part in range(len(message.parts)):
                self.copies.setdefault((message.id.int, part), Copies()).excused += 1
        self._follow(message, decide(message, now=self.now, give_up_after=GIVE_UP_AFTER))
        self.ledger.move(message.id, {"resolved": {"decision": decision.value, "attempts": message.attempts}})

    # What is promised

    def check(self) -> None:
        """Nothing lost, nothing misdirected, nothing doubled."""
        for message in self.ledger.messages.values():
            written = self.ledger.written[message.id]
            if message.request is not written.request or message.recipient_address is not written.recipient_address:
                raise Broken(f"{message.id.int} is no longer what was clicked")
            if message.state is OutState.FROZEN and message.next_attempt_at is None:
                raise Broken(f"{message.id.int} waits for nothing")
            if message.state is OutState.SENDING and message.lease_until is None:
                raise Broken(f"{message.id.int} is held for ever")
            if message.state in SHOWN and message.settled_at is None:
                raise Broken(f"{message.id.int} ended without saying when")
        for (number, _), part in self.copies.items():
            # Receivers fold copies that bear one Message-ID: three at most, before a person is asked.
            if part.taken > part.excused + (2 if self.ledger.is_mail(number) else 0):
                raise Broken(f"{number} left {part.taken} times")

    def end(self) -> None:
        """In peace, all that waits leaves; then reports come in two orders, and both tell the same."""
        self.moods = GOOD
        for _ in range(2_000):
            soonest = self.ledger.soonest()
            if soonest is None and not self.flights:
                break
            held = self.lane.held_until if self.lane.held_until and not self.flights else None
            self.now = max(filter(None, (self.now, soonest, held)))
            for act in (self.take, *(self.answered, self.recorded) * max(1, len(self.flights) + 6)):
                act(Chance(0))
            self.check()
        else:
            raise Broken("something never ends")
        self._in_any_order()

    def _in_any_order(self) -> None:
        ends = []
        for reports in (
            self.under_way,
            self.under_way[::-1],
            sorted(self.under_way, key=lambda one: (one.status, one.name)),
        ):
            other = self.ledger.copy()
            for report in (*reports, *reports):
                other.heard(report, now=self.now)
            ends.append({m.id.int: (m.state, m.status_rank) for m in other.messages.values()})
        if any(one != ends[0] for one in ends):
            raise Broken(f"reports in another order tell something else: {ends}")

    # How

    def _heard(self, report: Report) -> None:
        before = self.ledger.messages[UUID(int=report.number)]
        self.ledger.heard(report, now=self.now)
        after = self.ledger.messages[before.id]
        decided = before.resolved or {}
        waits = before.state is OutState.FROZEN and decided.get("attempts") == before.attempts
        if waits and decided["decision"] == Decision.RESEND and after.state not in {before.state, OutState.DELIVERED}:
            raise Broken(f"{report.number} does not leave again although somebody decided it")

    def _follow(self, message: Outbound, step: course.Step) -> None:
        self.ledger.follow(message, step, now=self.now)

    def _asks(self, message: Outbound) -> bool:
        return message.id.int % 3 == 0
