"""Letters as values: their kinds, the ways they leave, the head they are written on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Kind(StrEnum):
    """A letter whose content a text prescribes, by the word stored and shown."""

    ARE = "are"  # R112-11-1: acknowledges an electronic sending
    AR = "ar"  # R112-5: acknowledges a request on paper or at the desk
    PIECES = "pieces"  # L114-5, R112-11-4
    TRANSMISSION = "transmission"  # L114-2
    WRONG_CHANNEL = "wrong_channel"  # L112-9, R112-9-2
    DECISION = "decision"  # L211-2, L212-1; CJA R421-5
    ATTESTATION = "attestation"  # L232-3
    WITHDRAWAL_HEARING = "withdrawal_hearing"  # L121-1, L122-1, L242-1
    WITHDRAWAL = "withdrawal"  # L242-1, L211-2 4°


class Way(StrEnum):
    """How a letter leaves: by a channel of the house, or by hand."""

    CHANNEL = "channel"
    POST = "post"
    COUNTER = "counter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What an administration puts on its letters. `created_by` is an actor's label."""

    id: UUID
    place: str
    signatory_name: str
    signatory_title: str
    court: str
    court_address: str
    footer: str
    logo_sha256: str | None
    logo_type: str | None
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A letterhead and what it changed of the one before; `changed` is None for the first, which follows none."""

    head: Letterhead
    changed: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What the post says of a letter. `event_id` is the legal event of its first presentation, where a clock runs from it."""

    letter_id: UUID
    tracking: str | None
    first_presented_on: date | None
    signed_on: date | None
    slip_sha256: str | None
    event_id: UUID | None
    noted_at: datetime | None
    noted_by: str | None
    version: int

    @classmethod
    def nothing(cls, letter_id: UUID) -> "Delivered":
        """Nothing is noted yet."""
        return cls(
            letter_id=letter_id,
            tracking=None,
            first_presented_on=None,
            signed_on=None,
            slip_sha256=None,
            event_id=None,
            noted_at=None,
            noted_by=None,
            version=0,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter as it was composed; its page is the piece `pdf_sha256`. Nothing of it ever changes.

    `mentions` are the mandatory mentions it bears, `template` and `rules_version` what wrote it, `event_id` the legal
    event it was when it was one at once (an acknowledgement is one when it leaves).
    """

    id: UUID
    saisine_id: UUID
    ticket_id: UUID
    kind: Kind
    title: str
    text: str
    fields: Mapping[str, Any]
    mentions: Sequence[str]
    template: str
    rules_version: str
    letterhead_id: UUID | None
    pdf_sha256: str
    way: Way
    outbound_id: UUID | None
    event_id: UUID | None
    composed_at: datetime
    composed_by: str
