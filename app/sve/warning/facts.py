"""What is told to agents, as facts: whom exactly stays in the database, never in an event."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.facts import Fact
from app.ids import Prefix, public_id


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSettingsChanged(Fact):
    """Whom the watch tells, or when, was chosen anew; the addresses stay in the database."""

    type: ClassVar[str] = "sve.watch.settings_changed"
    digest_hour: int
    escalate_after: int

    def payload(self) -> Mapping[str, object]:
        return {"digest_hour": self.digest_hour, "escalate_after": self.escalate_after}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEscalated(Fact):
    """Nobody took an alert in charge in time: it goes to whoever stands above."""

    type: ClassVar[str] = "sve.alert.escalated"
    saisine_id: UUID
    ticket_id: UUID
    threshold: str

    def payload(self) -> Mapping[str, object]:
        return {
            "alert_id": public_id(Prefix.ALERT, self.subject_id),
            "saisine_id": public_id(Prefix.SAISINE, self.saisine_id),
            "ticket_id": public_id(Prefix.TICKET, self.ticket_id),
            "threshold": self.threshold,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchWasLate(Fact):
    """The watch itself had stopped; what it missed is caught up."""

    type: ClassVar[str] = "sve.watch.late"
    since: datetime

    def payload(self) -> Mapping[str, object]:
        return {"since": self.since.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFact(Fact):
    """A mail to agents moves: queued, sent or given up."""

    type: ClassVar[str] = "sve.notice.queued"
    kind: str

    def payload(self) -> Mapping[str, object]:
        return {"notice_id": public_id(Prefix.NOTICE, self.subject_id), "kind": self.kind}


class NoticeQueued(NoticeFact):
    """A mail to an agent was written and waits to leave."""


class NoticeSent(NoticeFact):
    """A mail to an agent left."""

    type: ClassVar[str] = "sve.notice.sent"


class NoticeFailed(NoticeFact):
    """A mail to an agent was given up; its reason is told by `GET /sve/notices`."""

    type: ClassVar[str] = "sve.notice.failed"
