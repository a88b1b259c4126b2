"""How agents file requests, as facts: identifiers and codes, never the words of a tag."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.facts import Fact
from app.ids import Prefix, public_id
from app.tickets.draft_values import DraftKind
from app.tickets.field_values import FieldKind
from app.tickets.link_values import Relation
from app.tickets.owning import Owner
from app.tickets.snooze_values import WakeReason
from app.tickets.tag_values import Color


@dataclass(frozen=True, slots=True, kw_only=True)
class TagEdited(Fact):
    """A tag was made, renamed, coloured, archived or reopened."""

    type: ClassVar[str] = "tag.edited"
    color: Color
    archived: bool

    def payload(self) -> Mapping[str, object]:
        return {
            "tag_id": public_id(Prefix.TAG, self.subject_id),
            "color": self.color.value,
            "archived": self.archived,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketTagged(Fact):
    """A tag was put on a ticket."""

    type: ClassVar[str] = "ticket.tagged"
    tag_id: UUID

    def payload(self) -> Mapping[str, object]:
        return {
            "ticket_id": public_id(Prefix.TICKET, self.subject_id),
            "tag_id": public_id(Prefix.TAG, self.tag_id),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketUntagged(TicketTagged):
    """A tag was taken off a ticket."""

    type: ClassVar[str] = "ticket.untagged"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldEdited(Fact):
    """A field of the administration was made, changed, archived or reopened."""

    type: ClassVar[str] = "custom_field.edited"
    key: str
    kind: FieldKind
    archived: bool

    def payload(self) -> Mapping[str, object]:
        return {
            "field_id": public_id(Prefix.CUSTOM_FIELD, self.subject_id),
            "key": self.key,
            "kind": self.kind.value,
            "archived": self.archived,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFieldsFilled(Fact):
    """Fields of a ticket were filled, changed or emptied; what they hold is read on the ticket."""

    type: ClassVar[str] = "ticket.fields_filled"
    keys: Sequence[str]

    def payload(self) -> Mapping[str, object]:
        return {"ticket_id": public_id(Prefix.TICKET, self.subject_id), "custom_fields": list(self.keys)}


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLinked(Fact):
    """A ticket was linked to another, which `/tickets/{ticket_id}/links` names to whoever sees both."""

    type: ClassVar[str] = "ticket.linked"
    link_id: UUID
    relation: Relation

    def payload(self) -> Mapping[str, object]:
        return {
            "ticket_id": public_id(Prefix.TICKET, self.subject_id),
            "link_id": public_id(Prefix.LINK, self.link_id),
            "relation": self.relation.value,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketUnlinked(TicketLinked):
    """A link of a ticket to another was taken away."""

    type: ClassVar[str] = "ticket.unlinked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewEdited(Fact):
    """A view of the list was saved or changed."""

    type: ClassVar[str] = "view.edited"
    owner: Owner
    team_id: UUID | None

    def payload(self) -> Mapping[str, object]:
        return {
            "view_id": public_id(Prefix.VIEW, self.subject_id),
            "owner": self.owner.value,
            "team_id": public_id(Prefix.TEAM, self.team_id) if self.team_id else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRemoved(ViewEdited):
    """A saved view was removed."""

    type: ClassVar[str] = "view.removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSnoozed(Fact):
    """A ticket was set aside until an instant, or until its person writes (null)."""

    type: ClassVar[str] = "ticket.snoozed"
    until_at: datetime | None

    def payload(self) -> Mapping[str, object]:
        return {
            "ticket_id": public_id(Prefix.TICKET, self.subject_id),
            "until_at": self.until_at.isoformat() if self.until_at else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketWoken(Fact):
    """A ticket is no longer set aside: somebody took it back, its instant came, its person wrote, its term nears."""

    type: ClassVar[str] = "ticket.woken"
    reason: WakeReason

    def payload(self) -> Mapping[str, object]:
        return {"ticket_id": public_id(Prefix.TICKET, self.subject_id), "reason": self.reason.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftEdited(Fact):
    """A draft of an answer or a note was begun, shared, or shared no more; typing in it is told nowhere."""

    type: ClassVar[str] = "draft.edited"
    kind: DraftKind
    shared: bool

    def payload(self) -> Mapping[str, object]:
        return {
            "ticket_id": public_id(Prefix.TICKET, self.subject_id),
            "kind": self.kind.value,
            "shared": self.shared,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDropped(Fact):
    """A draft is gone: sent, thrown away, or forgotten after thirty days."""

    type: ClassVar[str] = "draft.dropped"
    kind: DraftKind

    def payload(self) -> Mapping[str, object]:
        return {"ticket_id": public_id(Prefix.TICKET, self.subject_id), "kind": self.kind.value}
