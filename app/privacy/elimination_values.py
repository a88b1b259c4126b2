"""The words of elimination lists: their states, their lines, their visa."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from app.privacy.retention import Fate


class ListState(StrEnum):
    """The life of a list. Only an approved one can be carried out; a withdrawn one lets its requests go on."""

    PROPOSED = "proposed"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RUNNING = "running"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class LineState(StrEnum):
    """What became of one request of a list."""

    LISTED = "listed"
    ERASED = "erased"
    KEPT = "kept"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """A request whose time is over, as the round found it."""

    ticket_id: UUID
    reference: str
    category: str
    opened_on: date
    counted_on: date
    due_on: date
    fate: Fate
    legal_basis: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a list. `digest` binds it to what was erased; `kept_because` says why it was not."""

    id: UUID
    ticket_id: UUID
    reference: str
    category: str
    opened_on: date
    counted_on: date
    due_on: date
    legal_basis: str
    because: str
    state: LineState
    kept_because: str | None
    digest: bytes | None
    acted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visa:
    """What the archives answered: the reference of their visa, its day, and who gave it (code du patrimoine, R212-14)."""

    reference: str
    on: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EliminationList:
    """A list, with its counts kept beside it."""

    id: UUID
    reference: str
    fate: Fate
    state: ListState
    salt: bytes
    made_at: datetime
    submitted_at: datetime | None
    submitted_by: str | None
    visa_reference: str | None
    visa_on: date | None
    visa_by: str | None
    visa_entered_at: datetime | None
    visa_entered_by: str | None
    started_at: datetime | None
    started_by: str | None
    ended_at: datetime | None
    ended_because: str | None
    listed: int
    erased: int
    kept: int
    digest: bytes | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One category of a list: how many requests, and between which days they were opened and are due."""

    category: str
    count: int
    opened_from: date
    opened_to: date
    due_from: date
    due_to: date
    legal_basis: str
