"""What is decided of people's data, as facts. Payloads hold identifiers, codes and numbers, never a word of theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.facts import Fact
from app.ids import Prefix, public_id


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketErased(Fact):
    """Nothing is left of a request but its number, its days and its legal outcome."""

    type: ClassVar[str] = "ticket.erased"
    ground: str

    def payload(self) -> Mapping[str, object]:
        return {
            "ticket_id": public_id(Prefix.TICKET, self.subject_id),
            "ground": self.ground,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHoldSet(Fact):
    """A request, or all of a person's, is kept whatever is asked."""

    type: ClassVar[str] = "legal_hold.set"
    hold_id: UUID
    on: str  # ticket, contact

    def payload(self) -> Mapping[str, object]:
        subject = Prefix.TICKET if self.on == "ticket" else Prefix.CONTACT
        return {
            "legal_hold_id": public_id(Prefix.LEGAL_HOLD, self.hold_id),
            f"{self.on}_id": public_id(subject, self.subject_id),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHoldLifted(LegalHoldSet):
    """What was kept whatever was asked may be erased again."""

    type: ClassVar[str] = "legal_hold.lifted"
