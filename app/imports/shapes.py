"""What every source is turned into: requests, their messages and pieces, as another tool remembered them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.tickets.values import AuthorKind, Direction, Status


class SourceKind(StrEnum):
    ZAMMAD = "zammad"
    CHATWOOT = "chatwoot"
    FREESCOUT = "freescout"
    CSV = "csv"


SOURCE_NAMES: Mapping[SourceKind, str] = {
    SourceKind.ZAMMAD: "Zammad",
    SourceKind.CHATWOOT: "Chatwoot",
    SourceKind.FREESCOUT: "FreeScout",
    SourceKind.CSV: "CSV",
}


class FlawCode(StrEnum):
    """Why something of an export was not taken, or not whole."""

    UNREADABLE = "unreadable"  # not the JSON or the row it should be
    TOO_LARGE = "too-large"
    UNKNOWN_SHAPE = "unknown-shape"  # readable, but nothing this source writes
    NO_IDENTIFIER = "no-identifier"
    NO_DATE = "no-date"
    NO_MESSAGE = "no-message"
    DRAFT = "draft"  # never sent there, hence no history
    DELETED = "deleted"  # thrown away there
    PIECE_MISSING = "piece-missing"
    PIECE_TOO_LARGE = "piece-too-large"
    IN_THE_FUTURE = "in-the-future"
    DATED_LATER = "dated-later"  # received here on a later day, and its clock cannot be put right
    NOBODY = "nobody"  # received from nobody an answer could reach: taken, under the name there is
    NOTHING_RECEIVED = "nothing-received"  # open there, and nobody asked anything in it: no clock
    UNKNOWN_DIRECTION = "unknown-direction"  # nobody can tell who said it


@dataclass(frozen=True, slots=True)
class Flawed:
    """One thing refused: which line, whose name there, why in French. Never a citizen's words."""

    place: int
    external_id: str | None
    code: FlawCode
    detail: str


@dataclass(frozen=True, slots=True)
class ForeignPerson:
    """Somebody as another tool knew them."""

    name: str = ""
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class ForeignPiece:
    """A piece the export names; `member` is where its bytes stand in the export, None when they are not in it."""

    name: str
    content_type: str
    member: str | None
    size: int | None = None
    content_id: str | None = None
    inline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignMessage:
    """One message. `said_at` is what the source recorded; `message_id` its RFC 5322 name, in angle brackets."""

    external_id: str
    direction: Direction
    author_kind: AuthorKind
    author: ForeignPerson
    said_at: datetime
    said_raw: str
    subject: str = ""
    text: str = ""
    html: str | None = None
    message_id: str | None = None
    way: str = "email"  # how it travelled there: email, phone, chat, form…
    recipients: Sequence[str] = ()
    automatic: bool = False
    pieces: Sequence[ForeignPiece] = ()
    flaws: Sequence[tuple[FlawCode, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignTicket:
    """One request. `status_raw` is the word of the source, `status_known` whether it is one we know."""

    place: int
    external_id: str
    number: str | None
    subject: str
    status: Status
    status_raw: str
    status_known: bool = True
    requester: ForeignPerson | None
    assignee_email: str | None = None
    team: str | None = None
    account: str | None = None  # the address of the mailbox it came to, where the source says it
    tags: Sequence[str] = ()
    opened_at: datetime
    closed_at: datetime | None = None
    messages: Sequence[ForeignMessage] = ()
    flaws: Sequence[Flawed] = field(default_factory=tuple)


# What a pure reader gives for one conversation of an export.
Read = ForeignTicket | Flawed
