"""The values tickets are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.files.antivirus import ScanState
from app.files.ocr import State
from app.tickets.field_values import FieldMark
from app.tickets.tag_values import TagMark


class Status(StrEnum):
    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"
    NOTE = "note"


class AuthorKind(StrEnum):
    CITIZEN = "citizen"
    AGENT = "agent"
    AUTOMATION = "automation"


class FetchState(StrEnum):
    """How far the fetching of a piece from its provider went."""

    WAITING = "waiting"
    FETCHED = "fetched"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineText:
    """What a machine read in a content, or why it read nothing; nobody said these words."""

    state: State
    reason: str | None  # in French, for agents
    text: str | None
    confidence: int | None  # of 100, where words were recognised in a picture
    pages: int | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An attachment as a message carried it; `sha256` is None while the bytes must still be fetched from `source`."""

    name: str
    content_type: str
    size: int | None
    sha256: str | None
    content_id: str | None = None
    source: str | None = None
    inline: bool = False
    fetch: FetchState | None = None
    problem: str | None = None  # why it could not be fetched, in French, for agents
    machine: State | None = None  # how far its reading by machine went; None when nobody asked for it
    machine_reason: str | None = None
    scan: ScanState | None = None  # what the antivirus said; None where there is none
    virus: str | None = None
    scan_reason: str | None = None  # why it could not be examined, in French, for agents


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A citizen's message ready to take its place: everything decoded, nothing trusted.

    Instants: `claimed_at` by the sender, `provider_at` by the provider, `received_at` by us (the only legal one).
    `conversation` names the thread where the channel has one; `tokens` are reply tokens found in the recipients;
    `references` the Message-IDs it answers to.
    """

    channel_id: UUID
    channel_type: str
    reception_id: UUID | None
    electronic: bool
    point_id: UUID | None
    contact_id: UUID | None
    author_name: str
    author_address: str | None
    external_id: str | None
    conversation: str | None
    tokens: Sequence[str] = ()
    references: Sequence[str] = ()
    subject: str = ""
    text: str = ""
    text_new: str | None = None
    html: str | None = None
    recipients: Sequence[Mapping[str, object]] = ()
    fields: Mapping[str, object] = field(default_factory=dict)
    geo: Mapping[str, float] | None = None
    warnings: Sequence[str] = ()
    automatic: bool = False
    public: bool = False
    pieces: Sequence[Piece] = ()
    claimed_at: datetime | None = None
    claimed_raw: str | None = None
    provider_at: datetime | None = None
    received_at: datetime
    title: str = ""
    joins: UUID | None = None  # the report its author says it is about too (« moi aussi »)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a message went. One that is `known` was noted by a former tool already: no acknowledgement is owed for it."""

    ticket_id: UUID
    message_id: UUID
    new_ticket: bool
    known: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A message of ours about to be written into a thread."""

    ticket_id: UUID
    message_id: UUID
    channel_id: UUID
    direction: Direction
    author_kind: AuthorKind
    author_name: str
    text: str
    html: str | None = None
    subject: str = ""
    external_id: str | None = None
    recipients: Sequence[Mapping[str, object]] = ()
    public: bool = False
    pieces: Sequence[Piece] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """The legal face's last word on one ticket."""

    ticket_id: UUID
    risk: str
    term_on: date | None
    alert_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket as a list shows it. `risk`, `term_on`, `alert_on` are the legal face's last word.

    `merged_into` is the ticket that took all this one held: nothing is said, changed or received here any more,
    nor after `erased_at`, since when only its number, its days and its outcome are left.
    """

    id: UUID
    reference: str
    subject: str
    status: Status
    channel_id: UUID
    channel_type: str
    contact_id: UUID | None
    contact_name: str | None
    point_id: UUID | None
    team_id: UUID | None
    assignee_id: UUID | None
    confidential_at: datetime | None
    snoozed_at: datetime | None
    snoozed_until_at: datetime | None
    received_at: datetime
    last_activity_at: datetime
    risk: str
    term_on: date | None
    alert_on: date | None
    merged_into: UUID | None
    erased_at: datetime | None
    version: int
    tags: Sequence[TagMark] = ()
    fields: Sequence[FieldMark] = ()  # a list leaves the long texts out


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a thread, with its pieces."""

    id: UUID
    ticket_id: UUID
    channel_id: UUID
    point_id: UUID | None
    reception_id: UUID | None
    direction: Direction
    author_kind: AuthorKind
    author_name: str
    author_address: str | None
    external_id: str | None
    subject: str
    text: str
    text_new: str | None
    html: str | None
    recipients: Sequence[Mapping[str, object]]
    fields: Mapping[str, object]
    geo: Mapping[str, object] | None
    warnings: Sequence[str]
    automatic: bool
    public: bool
    claimed_at: datetime | None
    received_at: datetime
    edited_at: datetime | None
    withdrawn_at: datetime | None
    history: Sequence[Mapping[str, Any]] = ()
    pieces: Sequence[tuple[UUID, Piece]] = ()
