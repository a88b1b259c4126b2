"""Recomputations as values: what was asked, how far it is, what it changed of each clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from app.sve.values import Saisine


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputation:
    """Every open clock of one administration read again, for one reason.

    `seen` counts those looked at up to `position`, `changed` those of which a date or a reason differs, `earlier` those
    that silence would now decide sooner, `unread` those whose events are not understood. `beat_at` is when `position`
    last moved. A dry run writes what would change, and changes nothing.
    """

    tenant_id: UUID
    id: UUID
    reason: str
    rules_version: str
    actor: str
    dry_run: bool
    started_at: datetime
    beat_at: datetime
    ended_at: datetime | None
    position: UUID | None
    seen: int
    changed: int
    earlier: int
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a recomputation changed of one clock: its key values and the reasons that differ, on both sides."""

    saisine_id: UUID
    ticket_id: UUID
    reference: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outline:
    """A saisine as a recomputation first sees it: what decides its reading, and what its stored reading comes to.

    `stood` tells one state of the row from the next: it is what nobody may have changed meanwhile. `alone` says that it
    is neither joined to another nor has others joined to it. `events` is the JSON text of [type, payload] of each event,
    oldest first, qualifications left out, whose word stands in the columns; most are never decoded.
    """

    id: UUID
    ticket_id: UUID
    message_id: UUID
    stood: int
    alone: bool
    procedure: str | None
    family: str | None
    permit: str | None
    basis: str | None
    regime: str
    delay: str | None
    term_on: date | None
    alert_on: date | None
    wake_on: date | None
    risk: str
    rules_version: str
    digest: bytes | None
    events: str


@dataclass(frozen=True, slots=True)
class Span:
    """The saisines after one and up to another, in the order of their identifiers."""

    after: UUID | None
    upto: UUID


class Rewritten(Protocol):
    """What a clock says now."""

    @property
    def columns(self) -> Mapping[str, Any]:
        """As they are stored."""
        ...


@dataclass(slots=True)
class Tally:
    """What came of a span; `busy` are the saisines somebody else was changing."""

    seen: int = 0
    changed: int = 0
    earlier: int = 0
    unread: int = 0
    busy: list[UUID] = field(default_factory=list)

    def count(self, told: Mapping[UUID, object], found: "Mapping[UUID, tuple[Outline, Rewritten]]") -> None:
        """Counts the clocks of which something is told, and those of them that silence would decide sooner."""
        self.changed = len(told)
        self.earlier = sum(sooner(outline, new.columns) for key, (outline, new) in found.items() if key in told)

    def add(self, other: "Tally") -> None:
        self.seen += other.seen
        self.changed += other.changed
        self.earlier += other.earlier
        self.unread += other.unread


def sides(
    before: Outline | Saisine, old: Mapping[str, Any], new: Mapping[str, Any], *, columns: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Returns what a clock said before and says after, None when dates and reasons are the same.

    Each side holds term_on, alert_on, risk, silence, rules_version, and of its reasons those the other has not; the
    later one whether silence would decide `earlier` than was said.
    """
    told, tells = _reasons(old), _reasons(new)
    gone = [reason for key, reason in told.items() if tells.get(key) != reason]
    come = [reason for key, reason in tells.items() if told.get(key) != reason]
    dates = (before.term_on, before.alert_on) != (columns["term_on"], columns["alert_on"])
    if not (dates or gone or come):
        return None
    said = {
        "term_on": _written(before.term_on),
        "alert_on": _written(before.alert_on),
        "risk": before.risk,
        "silence": old.get("effect"),
        "rules_version": before.rules_version,
        "reasons": gone,
    }
    says = {
        "term_on": _written(columns["term_on"]),
        "alert_on": _written(columns["alert_on"]),
        "risk": columns["risk"],
        "silence": new.get("effect"),
        "rules_version": columns["rules_version"],
        "reasons": come,
        "earlier": sooner(before, columns),
    }
    return said, says


def sooner(before: Outline | Saisine, columns: Mapping[str, Any]) -> bool:
    """Tells whether silence would now decide sooner than was said, or decide where it would not."""
    pairs = ((before.term_on, columns["term_on"]), (before.alert_on, columns["alert_on"]))
    return any(new is not None and (old is None or new < old) for old, new in pairs)


def _reasons(reading: Mapping[str, Any]) -> dict[str, Any]:
    return {reason["key"]: reason for reason in reading.get("reasons", ())}


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None
