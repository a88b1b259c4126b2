"""What a live conversation is made of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

# A page shows itself every ten seconds or so; one that was not seen for longer is gone, whatever the network did.
GONE_AFTER = timedelta(seconds=40)
MAX_TEXT = 4_000


class LineKind(StrEnum):
    """Who speaks."""

    VISITOR = "visitor"
    AGENT = "agent"
    AUTOMATIC = "automatic"  # an acknowledgement: a machine says that it is one
    NOTICE = "notice"  # something happened to the conversation itself


class NoticeCode(StrEnum):
    """What happened to a conversation."""

    ADDRESS_LEFT = "address_left"
    TRANSCRIPT_SENT = "transcript_sent"
    ENDED_BY_AGENT = "ended_by_agent"
    ENDED_BY_VISITOR = "ended_by_visitor"
    ENDED_IDLE = "ended_idle"


class Side(StrEnum):
    """The two ends of a conversation."""

    VISITOR = "visitor"
    AGENT = "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who a signed session says one is: a conversation, and what a site vouched for. Nothing here is proved but that."""

    channel_id: UUID
    conversation_id: UUID
    name_of_visitor: str  # the secret name that frames bear
    identifier: str | None
    name: str
    site: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation as its row says; nobody is there until their page has shown itself lately."""

    tenant_id: UUID
    id: UUID
    channel_id: UUID
    visitor: str
    identifier: str | None
    name: str
    site: str
    email: str | None
    email_point_id: UUID | None
    last_seq: int
    read_seq: int
    opened_at: datetime
    last_at: datetime
    seen_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None

    def here(self, now: datetime) -> bool:
        """Whether the visitor's page was seen lately."""
        return self.closed_at is None and self.seen_at is not None and now - self.seen_at < GONE_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line as both sides read it. `text` is empty for a notice, and for words that were erased."""

    seq: int
    kind: LineKind
    notice: NoticeCode | None
    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Acked:
    """What a visitor is told once a message is kept: its number, and when it came."""

    client_msg_id: str
    seq: int
    received_at: datetime
    again: bool
