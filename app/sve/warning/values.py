"""Whom to tell, what was told, and when the watch last went round, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

# A round is made every thirty seconds: past this the screens say so, and past that a mail does.
STALE_AFTER = timedelta(minutes=5)
LATE_AFTER = timedelta(minutes=15)


class Turn(StrEnum):
    """What is done in turn, by whichever worker comes first."""

    WATCH = "watch"
    DIGEST = "digest"


class NoticeKind(StrEnum):
    """Why agents are written to."""

    DIGEST = "digest"
    ESCALATION = "escalation"
    LATE_WATCH = "late_watch"
    ADMINISTRATION = "administration"  # to its administrators: what is done to it, and by whom
    INVITATION = "invitation"
    RESET = "reset"
    CONFIDENCE = "confidence"


# What is told of requests goes to who stands in as well; what concerns one person never does.
OF_THE_WATCH = frozenset({NoticeKind.DIGEST, NoticeKind.ESCALATION, NoticeKind.LATE_WATCH})


class NoticeState(StrEnum):
    """The life of a mail to an agent: it waits for its next attempt, left, or was given up with its reason."""

    DUE = "due"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSettings:
    """Whom an administration wants told. `digest_hour` is local; `escalate_after` counts working days.

    Version 0 is what stands before anybody has said anything: nobody is written to.
    """

    digest_to: Sequence[str] = ()
    digest_hour: int = 8
    escalate_to: Sequence[str] = ()
    escalate_after: int = 1
    updated_at: datetime | None = None
    updated_by: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail to agents says, before it is frozen for each of its recipients; `subject_key` is what it tells of."""

    kind: NoticeKind
    subject_key: str
    day: date
    title: str
    text: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A mail to one agent as it stands; `attempts` also fences a worker that was overtaken."""

    tenant_id: UUID
    id: UUID
    kind: NoticeKind
    subject_key: str
    recipient: str
    day: date
    title: str
    text: str
    detail: Mapping[str, Any]
    state: NoticeState
    attempts: int
    next_attempt_at: datetime
    frozen_at: datetime
    sent_at: datetime | None
    last_error: str | None
