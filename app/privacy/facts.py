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


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasurePlanned(Fact):
    """A plan of a person's erasure was written; nothing is erased yet."""

    type: ClassVar[str] = "contact.erasure_planned"
    erasure_id: UUID
    ground: str

    def payload(self) -> Mapping[str, object]:
        return {
            "contact_id": public_id(Prefix.CONTACT, self.subject_id),
            "erasure_id": public_id(Prefix.ERASURE, self.erasure_id),
            "ground": self.ground,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureConfirmed(ErasurePlanned):
    """A plan of erasure was confirmed, and is being carried out."""

    type: ClassVar[str] = "contact.erasure_confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactErased(ErasurePlanned):
    """An erasure was carried out; `entirely` says whether nothing of the person is left but a number."""

    type: ClassVar[str] = "contact.erased"
    entirely: bool

    def payload(self) -> Mapping[str, object]:
        return {**ErasurePlanned.payload(self), "entirely": self.entirely}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRestrictionSet(Fact):
    """Nothing but legal acts is sent to a person from now on."""

    type: ClassVar[str] = "contact.restricted"
    ground: str

    def payload(self) -> Mapping[str, object]:
        return {"contact_id": public_id(Prefix.CONTACT, self.subject_id), "ground": self.ground}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRestrictionLifted(ContactRestrictionSet):
    """What was restricted of a person's data is so no more."""

    type: ClassVar[str] = "contact.restriction_lifted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRectified(Fact):
    """A name or an address was corrected at the person's request; neither the old nor the new word is told."""

    type: ClassVar[str] = "contact.rectified"
    field: str

    def payload(self) -> Mapping[str, object]:
        return {"contact_id": public_id(Prefix.CONTACT, self.subject_id), "field": self.field}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessExportAsked(Fact):
    """A copy of all that is held about a person was asked for."""

    type: ClassVar[str] = "contact.export_asked"
    export_id: UUID

    def payload(self) -> Mapping[str, object]:
        return {
            "contact_id": public_id(Prefix.CONTACT, self.subject_id),
            "export_id": public_id(Prefix.ACCESS_EXPORT, self.export_id),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessExportMade(AccessExportAsked):
    """That copy is ready, for seven days."""

    type: ClassVar[str] = "contact.export_made"
