"""The legal face as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.sve.law.regime import Regime
from app.sve.law.risk import Risk


@dataclass(frozen=True, slots=True, kw_only=True)
class Saisine:
    """A request that may bind the administration, with the engine's last reading.

    `received_on`, `term_on`, `alert_on` are civil days of the administration. `wake_on` is the next day on which the
    engine would say something new. `procedure_version`, `certainty`, `family`, `permit` and `basis` are what the
    catalogue said when it was applied, None when a person gave the effect instead. `ordinal` is 0 for the saisine a
    message opened by itself. `joined_to` is the saisine of the same request, received before by another way.
    """

    tenant_id: UUID
    id: UUID
    ticket_id: UUID
    message_id: UUID
    ordinal: int
    joined_to: UUID | None
    procedure: str | None
    procedure_version: str | None
    certainty: str | None
    family: str | None
    permit: str | None
    basis: str | None
    regime: Regime
    delay: str | None
    qualified_by: str | None
    qualified_at: datetime | None
    qualified_reason: str | None
    received_at: datetime
    received_on: date
    term_on: date | None
    alert_on: date | None
    wake_on: date | None
    risk: Risk
    reading: Mapping[str, Any]
    rules_version: str
    closed_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalEvent:
    """One event of a saisine, in the vocabulary of `parvis sve simulate`.

    `key` is the caller's own name for it; `backdated` says that it was recorded on a later civil day than it happened.
    `annulled_by` is the later event that says it was recorded wrongly.
    """

    id: UUID
    type: str
    payload: Mapping[str, Any]
    actor: str
    at: datetime
    recorded_at: datetime
    key: str | None = None
    backdated: bool = False
    annulled_by: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """An acknowledgement owed, by the end of `due_on`; `unqualified` while nobody has said what silence means there."""

    id: UUID
    ticket_id: UUID
    message_id: UUID
    kind: str
    due_on: date
    source: str
    done_at: datetime | None
    waived_at: datetime | None
    waived_reason: str | None
    unqualified: bool = False

    @property
    def blocked_because(self) -> str | None:
        """Why it cannot be written yet: an ARE says what silence means (CRPA R112-11-1)."""
        if self.kind != "ARE" or not self.unqualified or self.done_at is not None:
            return None
        return "la demande n'est pas qualifiée : l'ARE doit dire ce que vaut le silence (CRPA R112-11-1)"


@dataclass(frozen=True, slots=True)
class Owed:
    """An acknowledgement still owed, with what names its request."""

    duty: Duty
    reference: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Owing:
    """Which acknowledgements are asked for: due on these days, of a kind, of a team; nothing said asks for all."""

    since: date | None = None
    by: date | None = None
    kind: str | None = None
    team_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """Which terms are asked for: of some risks, on these days, of a procedure, of a team; nothing said asks for all."""

    risks: Sequence[str] = ()
    since: date | None = None
    before: date | None = None
    procedure: str | None = None
    team_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One line of the watch list: a saisine whose silence would decide, with what names it.

    `reply_closes_at` is until when the provider of its channel lets us answer, None without a limit.
    """

    saisine: Saisine
    reference: str
    subject: str
    channel_type: str
    contact_name: str | None
    reply_closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert about to be written: unique per saisine, threshold and the date it speaks of."""

    saisine_id: UUID
    ticket_id: UUID
    threshold: str
    alert_on: date
    due_on: date
    late: bool
    because: str
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert that was raised; `late` when its day had passed unseen.

    `due_on` is the day by which it had to be told, `closes_at` the instant it speaks of where a day is not fine enough.
    """

    id: UUID
    saisine_id: UUID
    ticket_id: UUID
    threshold: str
    alert_on: date
    due_on: date
    because: str
    closes_at: datetime | None
    late: bool
    raised_at: datetime
    escalated_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything the law knows of one ticket."""

    saisines: Sequence[Saisine]
    events: Mapping[UUID, Sequence[LegalEvent]]
    duties: Sequence[Duty]
