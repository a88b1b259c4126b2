"""Drafts as values: what somebody began to write on a request, theirs alone until they share it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

DRAFTS_KEPT = timedelta(days=30)  # since it last changed: past it, nobody is coming back to it


class DraftKind(StrEnum):
    """What it would become."""

    REPLY = "reply"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft; version 0 is the one nobody has begun."""

    ticket_id: UUID
    author: str
    kind: DraftKind
    text: str
    shared: bool
    begun_at: datetime | None
    changed_at: datetime | None
    version: int


def unbegun(ticket_id: UUID, author: str, kind: DraftKind) -> Draft:
    """Returns the empty draft that stands where none was begun."""
    return Draft(
        ticket_id=ticket_id,
        author=author,
        kind=kind,
        text="",
        shared=False,
        begun_at=None,
        changed_at=None,
        version=0,
    )


def first_version(at: datetime) -> int:
    """Returns the version a draft begins at: the instant in milliseconds.

    A draft begun anew stands at the address of the one that was sent, and must bear none of its versions: another window
    would write its old words over it.
    """
    return int(at.timestamp() * 1000)
