"""What happens between an administration and the operators of the installation: who, how far, until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.facts import Fact
from app.ids import Prefix, public_id


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorAccessRequested(Fact):
    """An operator asks to see an administration's data; its administrators answer."""

    type: ClassVar[str] = "operator.access_requested"
    operator: str
    reason: str
    rights: str
    hours: int
    wants_confidential: bool

    def payload(self) -> Mapping[str, object]:
        return {
            "grant_id": public_id(Prefix.GRANT, self.subject_id),
            "operator": self.operator,
            "reason": self.reason,
            "rights": self.rights,
            "hours": self.hours,
            "wants_confidential": self.wants_confidential,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorAccessDecided(Fact):
    """An administrator let an operator in, or did not."""

    type: ClassVar[str] = "operator.access_decided"
    operator: str
    approved: bool
    until: datetime | None

    def payload(self) -> Mapping[str, object]:
        return {
            "grant_id": public_id(Prefix.GRANT, self.subject_id),
            "operator": self.operator,
            "approved": self.approved,
            "until": self.until.isoformat() if self.until else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorBrokeIn(Fact):
    """Two operators gave one of them access without asking: every administrator is told at once."""

    type: ClassVar[str] = "operator.broke_in"
    operator: str
    second: str
    reason: str
    rights: str
    until: datetime

    def payload(self) -> Mapping[str, object]:
        return {
            "grant_id": public_id(Prefix.GRANT, self.subject_id),
            "operator": self.operator,
            "second": self.second,
            "reason": self.reason,
            "rights": self.rights,
            "until": self.until.isoformat(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorEntered(Fact):
    """An operator used the link of their grant: a session is open."""

    type: ClassVar[str] = "operator.entered"
    operator: str

    def payload(self) -> Mapping[str, object]:
        return {"grant_id": public_id(Prefix.GRANT, self.subject_id), "operator": self.operator}


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorAccessEnded(OperatorEntered):
    """A grant was cut before its hour: its sessions are over."""

    type: ClassVar[str] = "operator.access_ended"
