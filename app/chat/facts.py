"""What happens to live conversations, as facts: identifiers and codes only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from app.facts import Fact
from app.ids import Prefix, public_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationFact(Fact):
    """Something about one conversation."""

    type: ClassVar[str] = "chat.changed"

    def payload(self) -> Mapping[str, object]:
        return {"conversation_id": public_id(Prefix.CONVERSATION, self.subject_id)}


class ConversationOpened(ConversationFact):
    """A visitor wrote for the first time, or again after the end."""

    type: ClassVar[str] = "chat.opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationClosed(ConversationFact):
    """It ended; the request it opened goes on."""

    type: ClassVar[str] = "chat.closed"
    by: str

    def payload(self) -> Mapping[str, object]:
        return {"conversation_id": public_id(Prefix.CONVERSATION, self.subject_id), "by": self.by}


class AddressLeft(ConversationFact):
    """The visitor left an address to answer to."""

    type: ClassVar[str] = "chat.address_left"


class TranscriptAsked(ConversationFact):
    """The visitor asked for the transcript by e-mail."""

    type: ClassVar[str] = "chat.transcript_asked"


class DeskOpened(Fact):
    """An agent answers live; the subject is their key."""

    type: ClassVar[str] = "chat.desk_opened"


class DeskClosed(Fact):
    """An agent does not answer live any more."""

    type: ClassVar[str] = "chat.desk_closed"
