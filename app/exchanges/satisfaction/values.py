"""What is asked of a person whose request was answered, what they may say, and what an administration chose of it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

OPEN_FOR = timedelta(days=30)
MOST_COMMENT = 2_000
DEFAULT_DELAY = timedelta(days=2)
DEFAULT_REST = timedelta(days=30)


class Grade(StrEnum):
    """Five grades, in words, the best first."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    MIXED = "mixed"
    DISSATISFIED = "dissatisfied"
    VERY_DISSATISFIED = "very_dissatisfied"


class Way(StrEnum):
    """By what the question leaves: the means the person themselves used."""

    MAIL = "mail"
    SMS = "sms"


@dataclass(frozen=True, slots=True, kw_only=True)
class SatisfactionSettings:
    """Whether a question is asked, how long after a request is closed, by what, and how rarely of one person.

    Version 0 is what stands before anybody has said anything: nobody is asked.
    """

    asked: bool = False
    delay: timedelta = DEFAULT_DELAY
    ways: Collection[Way] = field(default=frozenset({Way.MAIL, Way.SMS}))
    rest: timedelta = DEFAULT_REST
    updated_at: datetime | None = None
    updated_by: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question about one request, and what was answered. Without `point_id`, whom it was asked of was erased."""

    tenant_id: UUID
    id: UUID
    ticket_id: UUID
    point_id: UUID | None
    asked_at: datetime
    expires_at: datetime
    grade: Grade | None
    comment: str
    answered_at: datetime | None
    changed_at: datetime | None
    refused_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """An answer beside its request, as agents read it."""

    id: UUID
    ticket_id: UUID
    reference: str
    subject: str
    grade: Grade
    comment: str
    asked_at: datetime
    answered_at: datetime
    changed_at: datetime | None
