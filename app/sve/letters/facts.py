"""What happens to letters, as facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.facts import Fact
from app.ids import Prefix, public_id


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterComposed(Fact):
    """A letter was composed, by the way it leaves."""

    type: ClassVar[str] = "sve.letter.composed"
    saisine_id: UUID
    ticket_id: UUID
    kind: str
    way: str

    def payload(self) -> Mapping[str, object]:
        return {
            "letter_id": public_id(Prefix.LETTER, self.subject_id),
            "saisine_id": public_id(Prefix.SAISINE, self.saisine_id),
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
            "kind": self.kind,
            "way": self.way,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDeliveryNoted(Fact):
    """Somebody noted what the post says of a letter."""

    type: ClassVar[str] = "sve.letter.delivery_noted"
    saisine_id: UUID
    ticket_id: UUID
    first_presented_on: date | None
    slip: bool

    def payload(self) -> Mapping[str, object]:
        presented = self.first_presented_on.isoformat() if self.first_presented_on else None
        return {
            "letter_id": public_id(Prefix.LETTER, self.subject_id),
            "saisine_id": public_id(Prefix.SAISINE, self.saisine_id),
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
            "first_presented_on": presented,
            "slip": self.slip,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterheadWritten(Fact):
    """An administration's letterhead has a new edition."""

    type: ClassVar[str] = "tenant.letterhead.written"

    def payload(self) -> Mapping[str, object]:
        return {"letterhead_id": public_id(Prefix.LETTERHEAD, self.subject_id)}


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWorded(Fact):
    """An administration's words on a kind of letter have a new edition."""

    type: ClassVar[str] = "tenant.letter.worded"
    kind: str
    edition: int

    def payload(self) -> Mapping[str, object]:
        return {"kind": self.kind, "edition": self.edition}
