"""What an export holds, counted before anything is written: the report a person reads to decide. No word of anybody's."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.imports.clocks import first_received, starting, unanswered
from app.imports.shapes import Flawed, ForeignTicket, Read
from app.tickets.values import Direction, Status

# Where silence may grant, it does after two months (CRPA L231-1): what is older may be decided already.
_TACIT = timedelta(days=59)
_SAMPLES = 5
_MOST_WORDS = 50


@dataclass(slots=True)
class Examination:
    """Adds up batches. `document` is the report as it is kept and shown."""

    now: datetime
    conversations: int = 0
    pieces: int = 0
    pieces_missing: int = 0
    open_unanswered: int = 0
    clocks: int = 0
    maybe_tacit: int = 0
    tickets_known: int = 0
    people_known: int = 0
    people_new: int = 0
    unreachable: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    directions: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    unknown_statuses: Counter[str] = field(default_factory=Counter)
    agents: Counter[str] = field(default_factory=Counter)
    teams: Counter[str] = field(default_factory=Counter)
    flaws: Counter[str] = field(default_factory=Counter)
    samples: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self,
        batch: Sequence[Read],
        *,
        flaws: Sequence[Flawed],
        known: Collection[str],
        agents: Mapping[str, object],
        teams: Mapping[str, object],
        missing: int,
    ) -> None:
        """Counts a batch. `known` are the conversations that stand here already, `agents` and `teams` those we have."""
        self.conversations += len(batch)
        self.pieces_missing += missing
        self.flaws.update(flaw.code.value for flaw in flaws)
        for one in batch:
            if isinstance(one, ForeignTicket):
                self._count(one, known)
                if one.assignee_email and one.assignee_email.lower() not in agents:
                    _bounded(self.agents, one.assignee_email.lower())
                if one.team and one.team.casefold() not in teams:
                    _bounded(self.teams, one.team)

    def met(self, *, known: int, new: int) -> None:
        """Counts the people a batch names for the first time."""
        self.people_known += known
        self.people_new += new

    def _count(self, one: ForeignTicket, known: Collection[str]) -> None:
        self.statuses[one.status.value] += 1
        if not one.status_known:
            _bounded(self.unknown_statuses, one.status_raw[:60] or "—")
        self.tickets_known += one.external_id in known
        started = starting(one)
        self.clocks += len(started)
        self.open_unanswered += unanswered(one)
        self.maybe_tacit += any(self.now - message.said_at > _TACIT for message in started)
        self.unreachable += one.requester is None or not (one.requester.email or one.requester.phone)
        for message in one.messages:
            self.directions[message.direction.value] += 1
            self.pieces += len(message.pieces)
            self.first_at = min(self.first_at or message.said_at, message.said_at)
            self.last_at = max(self.last_at or message.said_at, message.said_at)
        if len(self.samples) < _SAMPLES:
            received = first_received(one)
            self.samples.append(
                {
                    "number": one.number or one.external_id,
                    "status": one.status.value,
                    "received_at": received.isoformat() if received else None,
                    "messages": len(one.messages),
                    "pieces": sum(len(message.pieces) for message in one.messages),
                    "clocks": len(started),
                }
            )

    def document(self) -> dict[str, Any]:
        return {
            "conversations": self.conversations,
            "tickets": sum(self.statuses.values()),
            "tickets_known": self.tickets_known,
            "statuses": {status.value: self.statuses[status.value] for status in Status},
            "messages": {direction.value: self.directions[direction.value] for direction in Direction},
            "pieces": self.pieces,
            "pieces_missing": self.pieces_missing,
            "open_unanswered": self.open_unanswered,
            "clocks": self.clocks,
            "maybe_tacit": self.maybe_tacit,
            "people_known": self.people_known,
            "people_new": self.people_new,
            "unreachable": self.unreachable,
            "first_at": self.first_at.isoformat() if self.first_at else None,
            "last_at": self.last_at.isoformat() if self.last_at else None,
            "unknown_statuses": dict(self.unknown_statuses.most_common()),
            "agents_without_account": dict(self.agents.most_common()),
            "unknown_teams": dict(self.teams.most_common()),
            "refusals": dict(self.flaws.most_common()),
            "samples": self.samples,
        }


def _bounded(counted: Counter[str], word: str) -> None:
    """A hostile export may hold a million words: the first fifty are named, the others counted together."""
    counted[word if word in counted or len(counted) < _MOST_WORDS else "…"] += 1
