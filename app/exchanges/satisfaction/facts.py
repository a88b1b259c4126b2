"""What happens to the satisfaction question, for the event stream and the journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.facts import Fact
from app.ids import Prefix, public_id


@dataclass(frozen=True, slots=True, kw_only=True)
class SatisfactionSettingsChanged(Fact):
    """Whether, when and of whom the satisfaction question is asked was chosen anew."""

    type: ClassVar[str] = "tenant.satisfaction_settings.changed"
    asked: bool
    delay_hours: int
    ways: tuple[str, ...]
    rest_days: int

    def payload(self) -> Mapping[str, object]:
        return {
            "asked": self.asked,
            "delay_hours": self.delay_hours,
            "ways": list(self.ways),
            "rest_days": self.rest_days,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SatisfactionFact(Fact):
    """Something about the question asked of a request's person."""

    type: ClassVar[str] = "satisfaction.asked"
    ticket_id: UUID

    def payload(self) -> Mapping[str, object]:
        return {
            "satisfaction_id": public_id(Prefix.SATISFACTION, self.subject_id),
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
        }


class SatisfactionAsked(SatisfactionFact):
    """The satisfaction question about a closed request leaves for its person."""

    type: ClassVar[str] = "satisfaction.asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class SatisfactionAnswered(SatisfactionFact):
    """A person answered the satisfaction question, or changed their answer (`changed`)."""

    type: ClassVar[str] = "satisfaction.answered"
    grade: str
    changed: bool

    def payload(self) -> Mapping[str, object]:
        return {**SatisfactionFact.payload(self), "grade": self.grade, "changed": self.changed}


class SatisfactionRefused(SatisfactionFact):
    """A person asks not to be asked the satisfaction question any more."""

    type: ClassVar[str] = "satisfaction.refused"
