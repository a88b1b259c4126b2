"""What happens to automations, as facts: which, never their words. What they do to a request, each act tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.facts import Fact
from app.ids import Prefix, public_id


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomationFact(Fact):
    """An automation was written, changed, switched on or off."""

    type: ClassVar[str] = "automation.edited"

    def payload(self) -> Mapping[str, object]:
        return {"automation_id": public_id(Prefix.AUTOMATION, self.subject_id)}


class AutomationRemoved(AutomationFact):
    """An automation was removed; what it did stays."""

    type: ClassVar[str] = "automation.removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomationStopped(AutomationFact):
    """An automation was refused too many times in a row, and was switched off; `code` is the last refusal."""

    type: ClassVar[str] = "automation.stopped"
    code: str

    def payload(self) -> Mapping[str, object]:
        return {"automation_id": public_id(Prefix.AUTOMATION, self.subject_id), "code": self.code}


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomationRan(Fact):
    """An automation acted on a request; each act told what it did besides."""

    type: ClassVar[str] = "automation.run"
    ticket_id: UUID

    def payload(self) -> Mapping[str, object]:
        return {
            "automation_id": public_id(Prefix.AUTOMATION, self.subject_id),
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
        }
