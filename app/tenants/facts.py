"""What happens to an administration, for the event stream and the journal; never anybody's words but the operator's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from app.facts import Fact
from app.ids import Prefix, public_id


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantChanged(Fact):
    """An administrator changed what their administration says of itself: `changed` names the fields."""

    type: ClassVar[str] = "tenant.changed"
    changed: Sequence[str]

    def payload(self) -> Mapping[str, object]:
        return {"changed": sorted(self.changed)}


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantSuspended(Fact):
    """The operator suspended the administration, for a reason it may read."""

    type: ClassVar[str] = "tenant.suspended"
    reason: str

    def payload(self) -> Mapping[str, object]:
        return {"reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantResumed(Fact):
    """A suspension ended; what waited `since` then leaves in its order."""

    type: ClassVar[str] = "tenant.resumed"
    since: datetime
    reason: str

    def payload(self) -> Mapping[str, object]:
        return {"since": self.since.isoformat(), "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantExported(Fact):
    """A whole copy of the administration was made: its digest proves which."""

    type: ClassVar[str] = "tenant.exported"
    sha256: str
    rows: int
    pieces: int

    def payload(self) -> Mapping[str, object]:
        export = public_id(Prefix.EXPORT, self.subject_id)
        return {"export_id": export, "sha256": self.sha256, "rows": self.rows, "pieces": self.pieces}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureAnnounced(Fact):
    """The end of the administration's time here was announced: all may be erased from `due_on` on."""

    type: ClassVar[str] = "tenant.closure_announced"
    due_on: date
    reason: str

    def payload(self) -> Mapping[str, object]:
        return {"due_on": self.due_on.isoformat(), "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureCancelled(Fact):
    """An announced end was called off."""

    type: ClassVar[str] = "tenant.closure_cancelled"
