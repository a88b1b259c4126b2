"""How people follow requests, as facts. What one person is told is theirs alone: it is no fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.facts import Fact
from app.following.values import Why
from app.ids import Prefix, public_id


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketUnfollowed(Fact):
    """Somebody no longer follows a ticket."""

    type: ClassVar[str] = "ticket.unfollowed"
    user_id: UUID

    def payload(self) -> Mapping[str, object]:
        return {
            "ticket_id": public_id(Prefix.TICKET, self.subject_id),
            "user_id": public_id(Prefix.USER, self.user_id),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFollowed(Fact):
    """Somebody follows a ticket: they asked to, it was given to them, or a note named them."""

    type: ClassVar[str] = "ticket.followed"
    user_id: UUID
    why: Why

    def payload(self) -> Mapping[str, object]:
        return {
            "ticket_id": public_id(Prefix.TICKET, self.subject_id),
            "user_id": public_id(Prefix.USER, self.user_id),
            "why": self.why.value,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ColleaguesMentioned(Fact):
    """A note named colleagues; its words stay in it."""

    type: ClassVar[str] = "note.mentioned"
    ticket_id: UUID
    user_ids: tuple[UUID, ...]

    def payload(self) -> Mapping[str, object]:
        return {
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
            "message_id": public_id(Prefix.MESSAGE, self.subject_id),
            "user_ids": [public_id(Prefix.USER, one) for one in self.user_ids],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationWishesChanged(Fact):
    """Somebody changed what they want to follow and be told."""

    type: ClassVar[str] = "notification_wishes.changed"

    def payload(self) -> Mapping[str, object]:
        return {"user_id": public_id(Prefix.USER, self.subject_id)}
