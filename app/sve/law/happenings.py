"""What is being told of a saisine, and what had been told before: the matter of the rules of sequence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from app.sve.law.case import Case
from app.sve.law.events import Event, ExpressDecision, Received
from app.sve.law.terms import civil_day

E = TypeVar("E")
REGISTER = "docs/law.md, ce qui peut arriver"


class Act(StrEnum):
    """What is recorded of a saisine beside the facts that move its clock. The word is that of the event."""

    QUALIFIED = "qualified"
    DISMISSED = "dismissed"
    REOPENED = "reopened"
    CORRECTED = "corrected"
    JOINED = "joined"
    SEPARATED = "separated"
    ASKED = "asked"
    TRANSMITTED = "transmitted"
    ATTESTATION_REQUESTED = "attestation_requested"
    ATTESTATION_ISSUED = "attestation_issued"
    DECISION_POSTED = "decision_posted"
    DECISION_PRESENTED = "decision_presented"
    DECISION_MADE_AVAILABLE = "decision_made_available"
    DECISION_NOTIFIED = "decision_notified"


# A step of service told after the decision, and the instant of the decision it gives.
STEPS: Mapping[Act, str] = MappingProxyType(
    {
        Act.DECISION_POSTED: "posted_at",
        Act.DECISION_PRESENTED: "first_presented_at",
        Act.DECISION_MADE_AVAILABLE: "made_available_at",
        Act.DECISION_NOTIFIED: "notified_at",
    }
)


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant an event bears, under the name it was told; `whole_day` when only the day is known."""

    name: str
    at: datetime
    whole_day: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing told: its word, its place in time, every instant it bears, and what it is to the engine or beside it.

    `provisional` marks a decision that only postpones (sursis à statuer). `id` names it for those who recorded it.
    """

    word: str
    at: datetime
    moments: tuple[Moment, ...] = ()
    fact: Event | None = None
    act: Act | None = None
    provisional: bool = False
    id: str = ""

    @property
    def step(self) -> str | None:
        """The instant of a decision this entry completes, when it is a step of its service."""
        return None if self.act is None else STEPS.get(self.act)

    @property
    def whole_day(self) -> bool:
        return any(moment.whole_day for moment in self.moments)

    def moment(self, *names: str) -> Moment | None:
        return next((moment for moment in self.moments if moment.name in names), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A saisine as told so far, annulled events left out: its case, the entries it is made of, and where it stands."""

    case: Case
    entries: tuple[Entry, ...]
    joined: bool = False

    @property
    def dismissed(self) -> bool:
        """Whether somebody said that it is not a request, and nobody took it back."""
        last = next((entry.act for entry in reversed(self.entries) if entry.act in (Act.DISMISSED, Act.REOPENED)), None)
        return last is Act.DISMISSED

    @property
    def received_at(self) -> datetime | None:
        """The first reception known."""
        return min((event.at for event in self.case.events if isinstance(event, Received)), default=None)

    def day(self, at: datetime) -> date:
        return civil_day(at, self.case.zone_info)

    def sooner(self, one: Moment, other: Moment) -> bool:
        """Whether an instant comes before another; where only a day is known, days are compared."""
        if one.whole_day or other.whole_day:
            return self.day(one.at) < self.day(other.at)
        return one.at < other.at

    def facts(self, kind: type[E]) -> Iterator[E]:
        return (event for event in self.case.events if isinstance(event, kind))

    def acts(self, act: Act) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.act is act)

    def decisions(self) -> Iterator[Entry]:
        """The express decisions made to the applicant, those that only postpone left out."""
        for entry in self.entries:
            fact = entry.fact
            if isinstance(fact, ExpressDecision) and fact.addressee_is_applicant and not entry.provisional:
                yield entry

    def without(self, entry: Entry) -> "Past":
        events = tuple(event for event in self.case.events if event is not entry.fact)
        kept = tuple(other for other in self.entries if other is not entry)
        return replace(self, case=replace(self.case, events=events), entries=kept)

    def with_one(self, entry: Entry) -> "Past":
        """Returns the same saisine with one thing more."""
        fact = entry.fact
        events = self.case.events if fact is None else (*self.case.events, fact)
        return replace(self, case=replace(self.case, events=events), entries=(*self.entries, entry))


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What cannot be: the rule that forbids it, its source, the sentence that says why and what to do instead.

    `conflict` when the event is possible in itself and only comes at odds with what is recorded. `field` names what of
    the event is at fault.
    """

    code: str
    source: str
    because: str
    because_en: str
    field: str = "type"
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """What the law says of an event that is recorded all the same: too late, irregular, without effect."""

    code: str
    source: str
    because: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """What may be recorded, with what an agent must know of it."""

    marks: tuple[Mark, ...] = ()
