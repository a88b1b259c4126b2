"""What happens to legal clocks, as facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.facts import Fact
from app.ids import Prefix, public_id
from app.sve.law.rules import RULES_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStarted(Fact):
    """A message opened a saisine: a clock runs from it."""

    type: ClassVar[str] = "sve.clock.started"
    ticket_id: UUID
    alert_on: date | None

    def payload(self) -> Mapping[str, object]:
        return {
            "saisine_id": public_id(Prefix.SAISINE, self.subject_id),
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
            "alert_on": self.alert_on.isoformat() if self.alert_on else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalEventRecorded(Fact):
    """Something the law takes into account was recorded; the clock was read again."""

    type: ClassVar[str] = "sve.clock.changed"
    ticket_id: UUID
    event_type: str

    def payload(self) -> Mapping[str, object]:
        return {
            "saisine_id": public_id(Prefix.SAISINE, self.subject_id),
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
            "event": self.event_type,
            # The journal keeps who, when, and which rules the clock was then read with.
            "rules_version": RULES_VERSION,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureChosen(Fact):
    """Somebody qualified a saisine; `proposed` had been, in that order, and `rank` is the place of what was chosen."""

    type: ClassVar[str] = "sve.saisine.qualified"
    ticket_id: UUID
    regime: str
    procedure: str | None
    procedure_version: str | None
    catalogue: str
    ranking: str
    proposed: Sequence[str]
    rank: int | None
    nature: str

    def payload(self) -> Mapping[str, object]:
        return {
            "saisine_id": public_id(Prefix.SAISINE, self.subject_id),
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
            "regime": self.regime,
            "procedure": self.procedure,
            "procedure_version": self.procedure_version,
            "catalogue": self.catalogue,
            "ranking": self.ranking,
            "proposed": list(self.proposed),
            "rank": self.rank,
            "nature": self.nature,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRaised(Fact):
    """`due_soon` before the term, `overdue` from the day the decision may exist."""

    type: ClassVar[str] = "sve.clock.due_soon"
    ticket_id: UUID
    threshold: str
    late: bool

    def payload(self) -> Mapping[str, object]:
        return {
            "saisine_id": public_id(Prefix.SAISINE, self.subject_id),
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
            "threshold": self.threshold,
            "late": self.late,
        }


class AlertOverdue(AlertRaised):
    """The day from which the decision may exist has come."""

    type: ClassVar[str] = "sve.clock.overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAcknowledged(Fact):
    """Somebody takes an alert in charge."""

    type: ClassVar[str] = "sve.alert.acknowledged"
    saisine_id: UUID
    ticket_id: UUID

    def payload(self) -> Mapping[str, object]:
        return {
            "alert_id": public_id(Prefix.ALERT, self.subject_id),
            "saisine_id": public_id(Prefix.SAISINE, self.saisine_id),
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RecomputationStarted(Fact):
    """Every open clock is to be read again, under the rules named."""

    type: ClassVar[str] = "sve.recomputation.started"
    rules_version: str
    dry_run: bool
    seen: int
    changed: int
    earlier: int
    unread: int

    def payload(self) -> Mapping[str, object]:
        return {
            "recomputation_id": public_id(Prefix.RECOMPUTATION, self.subject_id),
            "rules_version": self.rules_version,
            "dry_run": self.dry_run,
            "seen": self.seen,
            "changed": self.changed,
            "earlier": self.earlier,
            "unread": self.unread,
        }


class RecomputationEnded(RecomputationStarted):
    """One fact for all the clocks it changed: each is told by `GET /sve/recomputations/{id}/changes`."""

    type: ClassVar[str] = "sve.recomputation.ended"
