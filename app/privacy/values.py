"""The words of people's data: why something is kept, what an erasure asks, how far it went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from app.tickets.values import Status


class Keeping(StrEnum):
    """Why something that was asked to be erased is kept."""

    CLOCK = "clock_running"
    DUTY = "acknowledgement_owed"
    HOLD = "legal_hold"
    OPEN = "request_open"
    SENDING = "message_leaving"
    DECISION = "decision_open_to_appeal"
    ARCHIVES = "public_archives"
    OTHERS = "other_people"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Why one thing is kept: `until` is the last day known for it, None while that depends on somebody's act."""

    ground: Keeping
    because: str
    source: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a request's fate depends on, as it stands now."""

    ticket_id: UUID
    reference: str
    status: Status
    erased_at: datetime | None
    clock_running: bool
    alert_on: date | None  # the earliest day on which silence could decide
    owed: bool  # an acknowledgement nobody gave nor waived
    held_since: datetime | None
    leaving: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasure of requests did: those of which nothing is left but their tombstone, and those kept, with why."""

    ticket_ids: Sequence[UUID]
    kept: Sequence[tuple[UUID, Kept]]


class Ground(StrEnum):
    """Why a person asks for erasure (RGPD art. 17.1), letter by letter."""

    NOT_NEEDED = "no_longer_needed"  # a
    CONSENT = "consent_withdrawn"  # b
    OBJECTION = "objection"  # c
    UNLAWFUL = "unlawful"  # d
    OBLIGATION = "legal_obligation"  # e
    CHILD = "child"  # f


class ErasureState(StrEnum):
    """How far an erasure is."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    DONE = "done"


class ExportState(StrEnum):
    """Where the copy of a person's data is."""

    ASKED = "asked"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"
