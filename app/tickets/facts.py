"""What happens to tickets, as facts. Payloads hold identifiers and codes only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.facts import Fact
from app.ids import Prefix, public_id
from app.tickets.values import Incoming


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCreated(Fact):
    """A ticket was opened, by a message or by a split."""

    type: ClassVar[str] = "ticket.created"
    channel_type: str

    def payload(self) -> Mapping[str, object]:
        return {"ticket_id": public_id(Prefix.TICKET, self.subject_id), "channel": self.channel_type}


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(Fact):
    """A message came in; the legal face hears it in the same transaction, and `incoming` never leaves with the event.

    One that a former tool had `noted_before` bears the reception it noted; its acknowledgements were owed there.
    """

    type: ClassVar[str] = "message.received"
    ticket_id: UUID
    incoming: Incoming
    noted_before: bool = False

    def payload(self) -> Mapping[str, object]:
        return {
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
            "message_id": public_id(Prefix.MESSAGE, self.subject_id),
            "channel": self.incoming.channel_type,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWithdrawn(Fact):
    """Its author deleted it at the provider's; what was addressed to an administration is kept and marked."""

    type: ClassVar[str] = "message.withdrawn"
    ticket_id: UUID

    def payload(self) -> Mapping[str, object]:
        return {
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
            "message_id": public_id(Prefix.MESSAGE, self.subject_id),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdited(MessageWithdrawn):
    """Its author changed it at the provider's; every wording is kept."""

    type: ClassVar[str] = "message.edited"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(MessageWithdrawn):
    """An agent wrote an internal note."""

    type: ClassVar[str] = "note.added"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketUpdated(Fact):
    """A ticket's status, team, agent or subject changed; a clock that lives again opens it again."""

    type: ClassVar[str] = "ticket.updated"
    changes: Mapping[str, object]
    given_to: UUID | None = None  # whose it now is, where that changed; `changes` names them too

    def payload(self) -> Mapping[str, object]:
        return {"ticket_id": public_id(Prefix.TICKET, self.subject_id), "changes": dict(self.changes)}


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMerged(Fact):
    """All that `source_id` held is held by the subject from now on."""

    type: ClassVar[str] = "ticket.merged"
    move_id: UUID
    source_id: UUID
    target_id: UUID
    despite_other_contact: bool = False

    def payload(self) -> Mapping[str, object]:
        return {
            **_moved(self.move_id, self.source_id, self.target_id),
            "despite_other_contact": self.despite_other_contact,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSplit(Fact):
    """Messages of the subject stand in a ticket of their own, `target_id`, with their clocks."""

    type: ClassVar[str] = "ticket.split"
    move_id: UUID
    source_id: UUID
    target_id: UUID

    def payload(self) -> Mapping[str, object]:
        return _moved(self.move_id, self.source_id, self.target_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMoveUndone(TicketSplit):
    """What a merge or a split had moved is back where it was."""

    type: ClassVar[str] = "ticket.move_undone"


def _moved(move_id: UUID, source_id: UUID, target_id: UUID) -> Mapping[str, object]:
    return {
        "move_id": public_id(Prefix.MOVE, move_id),
        "source_id": public_id(Prefix.TICKET, source_id),
        "target_id": public_id(Prefix.TICKET, target_id),
    }
