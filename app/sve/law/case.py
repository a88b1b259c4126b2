"""A case as the engine reads it, and the reading it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from app.sve.law.calendar import ZONES, Territory
from app.sve.law.events import Event, UserDeadline
from app.sve.law.options import DEFAULT, Options
from app.sve.law.procedure import Procedure
from app.sve.law.reasons import Ledger, Reason, Value
from app.sve.law.regime import Regime
from app.sve.law.terms import civil_day

E = TypeVar("E")


class ClockState(StrEnum):
    """Where the clock of silence stands."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    WAITING_FOR_PIECES = "waiting_for_pieces"
    SUSPENDED = "suspended"
    DECIDED = "decided"
    TACIT = "tacit"
    UNCERTAIN = "uncertain"
    NO_SILENCE = "no_silence"


@dataclass(frozen=True, slots=True)
class Case:
    """One request: where, under which procedure, and everything that happened, in order of time.

    `zone` is the legal time of the competent authority (debated: no ruling), never that of the user or the server.
    """

    territory: Territory
    procedure: Procedure
    events: tuple[Event, ...]
    zone: str = ""
    options: Options = DEFAULT

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone or ZONES[self.territory])


@dataclass(frozen=True, slots=True)
class Reading:
    """What the engine says of a case.

    `term_on` is the day at midnight of which silence decides, None when the clock does not run. `alert_on` is the
    earliest day on which, in any defensible reading, silence would decide; never later than `term_on`. `pauses` are
    the spans (first day, day of resumption or None) in which the clock does not run. `settled` is true when an
    express decision, a withdrawal or the applicant ended the matter.
    """

    values: Mapping[str, Value]
    reasons: tuple[Reason, ...]
    alert_on: date | None
    state: ClockState
    effect: Regime
    term_on: date | None
    settled: bool
    pauses: tuple[tuple[date, date | None], ...] = ()
    alert_because: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """A case seen from one instant: only what had happened, and the ledger being written."""

    case: Case
    zone: ZoneInfo
    now: datetime | None
    today: date | None
    events: tuple[Event, ...]
    by_kind: Mapping[type, list[Event]]
    ledger: Ledger = field(default_factory=Ledger)

    @property
    def procedure(self) -> Procedure:
        return self.case.procedure

    @property
    def options(self) -> Options:
        return self.case.options

    @property
    def territory(self) -> Territory:
        return self.case.territory

    def day(self, at: datetime) -> date:
        """Gives the civil day of an instant for the competent authority."""
        return civil_day(at, self.zone)

    def day_if(self, at: datetime | None) -> date | None:
        """Gives the civil day of an instant which is known and, seen from now, already past."""
        if at is None or (self.now is not None and at > self.now):
            return None
        return civil_day(at, self.zone)

    def every(self, kind: type[E]) -> list[E]:
        """Gives the events of one kind, in order of time."""
        return cast("list[E]", self.by_kind.get(kind, []))

    def first(self, kind: type[E]) -> E | None:
        """Gives the first event of one kind."""
        found = self.by_kind.get(kind)
        return cast("E", found[0]) if found else None

    def past(self, day: date) -> bool:
        """Tells whether a day is over, seen from now; without a now, everything is over."""
        return self.today is None or self.today > day


def scene_of(case: Case, *, now: datetime | None) -> Scene:
    """Sets the scene: what was known at `now`, in order of time. Two simultaneous events keep their given order."""
    zone = case.zone_info
    events = case.events
    if now is not None:
        events = tuple([event for event in events if event.at <= now or isinstance(event, UserDeadline)])
    if len(events) > 1 and any(later.at < earlier.at for earlier, later in pairwise(events)):
        events = tuple(sorted(events, key=lambda event: event.at))
    by_kind: dict[type, list[Event]] = {}
    for event in events:
        by_kind.setdefault(type(event), []).append(event)
    return Scene(case, zone, now, None if now is None else civil_day(now, zone), events, by_kind)
