"""What happens to a submission nobody is sure of, as facts."""

from dataclasses import dataclass
from typing import ClassVar

from app.exchanges.facts import IntakeHeld


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationAsked(IntakeHeld):
    """The sender of a doubtful submission is asked by mail to confirm it."""

    type: ClassVar[str] = "intake.confirmation_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeConfirmed(IntakeHeld):
    """The sender confirmed a submission: it goes to the intake, at the date it arrived."""

    type: ClassVar[str] = "intake.confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationLapsed(IntakeHeld):
    """Nobody confirmed a submission in time: it waits for an agent."""

    type: ClassVar[str] = "intake.confirmation_lapsed"
