"""What happens to the ready-made words and acts of a house, as facts: whose they are, never what they say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.facts import Fact
from app.ids import Prefix, public_id
from app.tickets.owning import Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedEdited(Fact):
    """What every fact about a thing kept says: whose it is."""

    owner: Owner
    team_id: UUID | None

    def whose(self) -> dict[str, object]:
        return {
            "owner": self.owner.value,
            "team_id": public_id(Prefix.TEAM, self.team_id) if self.team_id else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReplyEdited(OwnedEdited):
    """A canned reply was written or changed."""

    type: ClassVar[str] = "canned_reply.edited"

    def payload(self) -> Mapping[str, object]:
        return {"canned_reply_id": public_id(Prefix.CANNED_REPLY, self.subject_id), **self.whose()}


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReplyRemoved(CannedReplyEdited):
    """A canned reply was removed."""

    type: ClassVar[str] = "canned_reply.removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroEdited(OwnedEdited):
    """A macro was written or changed."""

    type: ClassVar[str] = "macro.edited"

    def payload(self) -> Mapping[str, object]:
        return {"macro_id": public_id(Prefix.MACRO, self.subject_id), **self.whose()}


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroRemoved(MacroEdited):
    """A macro was removed."""

    type: ClassVar[str] = "macro.removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroRun(Fact):
    """A macro was run on a request: all its acts were done, and each told what it did besides."""

    type: ClassVar[str] = "macro.run"
    ticket_id: UUID

    def payload(self) -> Mapping[str, object]:
        return {
            "macro_id": public_id(Prefix.MACRO, self.subject_id),
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
        }
