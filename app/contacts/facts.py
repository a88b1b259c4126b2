"""What happens to people, as facts. Payloads hold identifiers and codes only, never a name or an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.facts import Fact
from app.ids import Prefix, public_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactUpdated(Fact):
    """What is known of a person changed, or a code was sent or refused: `change` says what, `point_id` of which address."""

    type: ClassVar[str] = "contact.updated"
    change: str
    point_id: UUID | None = None

    def payload(self) -> Mapping[str, object]:
        return {
            "contact_id": public_id(Prefix.CONTACT, self.subject_id),
            "change": self.change,
            "point_id": public_id(Prefix.POINT, self.point_id) if self.point_id else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMerged(Fact):
    """All that `source_id` had belongs to the subject from now on."""

    type: ClassVar[str] = "contact.merged"
    merge_id: UUID
    source_id: UUID

    def payload(self) -> Mapping[str, object]:
        return {
            "merge_id": public_id(Prefix.PERSON_MERGE, self.merge_id),
            "source_id": public_id(Prefix.CONTACT, self.source_id),
            "target_id": public_id(Prefix.CONTACT, self.subject_id),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactMergeUndone(ContactMerged):
    """What a merge of two people had moved is back where it was."""

    type: ClassVar[str] = "contact.merge_undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsAlike(Fact):
    """Two people may be one; an agent decides."""

    type: ClassVar[str] = "contact.proposed"
    one_id: UUID
    other_id: UUID
    score: int

    def payload(self) -> Mapping[str, object]:
        return {
            "proposal_id": public_id(Prefix.PROPOSAL, self.subject_id),
            "contact_ids": [public_id(Prefix.CONTACT, self.one_id), public_id(Prefix.CONTACT, self.other_id)],
            "score": self.score,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsUnlike(ContactsAlike):
    """An agent said that two people are not one: they are never proposed again."""

    type: ClassVar[str] = "contact.proposal_dismissed"
