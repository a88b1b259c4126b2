"""Every SQL statement of the register: saisines by keyset, with what their ticket and their ARE say.

The tables are other packages'; they are only read, each statement for one administration.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session

_LINES = text(
    """
    SELECT s.id, s.ticket_id, t.reference, s.ordinal, s.joined_to, s.received_at, s.received_on, c.type AS channel_type,
           s.procedure, s.procedure_version, s.regime, s.delay, s.qualified_by, k.name AS qualified_name, s.qualified_at,
           d.due_on AS are_due_on, d.done_at AS are_done_at, s.term_on, s.alert_on, s.risk, s.rules_version, s.certainty,
           s.closed_at, s.reading ->> 'state' AS state,
           s.reading #>> '{values,tacit_decision_dated}' AS tacit_on,
           s.reading #>> '{values,tacit_acceptance}' AS accepted,
           s.reading #>> '{values,tacit_rejection}' AS rejected,
           s.reading #>> '{values,notified_on}' AS notified_on,
           s.reading #>> '{values,suspended_days}' AS suspended_days
    FROM saisines s
    JOIN tickets t ON t.tenant_id = s.tenant_id AND t.id = s.ticket_id
    JOIN messages m ON m.tenant_id = s.tenant_id AND m.id = s.message_id
    JOIN channels c ON c.tenant_id = m.tenant_id AND c.id = m.channel_id
    LEFT JOIN duties d ON d.tenant_id = s.tenant_id AND d.message_id = s.message_id AND d.kind = 'ARE'
    LEFT JOIN api_keys k ON k.tenant_id = s.tenant_id AND s.qualified_by = 'key:' || k.id
    WHERE s.tenant_id = :tenant AND s.id > :after
      AND (CAST(:first AS date) IS NULL OR s.received_on >= :first)
      AND (CAST(:last AS date) IS NULL OR s.received_on <= :last)
      AND (CAST(:closed AS boolean) IS NULL OR (s.closed_at IS NOT NULL) = :closed)
    ORDER BY s.id LIMIT :limit
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a register is narrowed to; both days included, None narrows nothing."""

    first: date | None = None
    last: date | None = None
    closed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A saisine as its row, its ticket's and its ARE's say it; instants of the reading are still text."""

    id: UUID
    ticket_id: UUID
    reference: str
    ordinal: int
    joined_to: UUID | None
    received_at: datetime
    received_on: date
    channel_type: str
    procedure: str | None
    procedure_version: str | None
    regime: str
    delay: str | None
    qualified_by: str | None
    qualified_name: str | None
    qualified_at: datetime | None
    are_due_on: date | None
    are_done_at: datetime | None
    term_on: date | None
    alert_on: date | None
    risk: str
    rules_version: str
    certainty: str | None
    closed_at: datetime | None
    state: str
    tacit_on: str | None
    accepted: str | None
    rejected: str | None
    notified_on: str | None
    suspended_days: str | None


async def rows_of(session: Session, tenant_id: UUID, asked: Asked, *, after: UUID, limit: int) -> Sequence[Row]:
    """Returns a batch of the register, in the order saisines were opened."""
    given = {
        "tenant": tenant_id,
        "after": after,
        "first": asked.first,
        "last": asked.last,
        "closed": asked.closed,
        "limit": limit,
    }
    return [Row(**row) for row in (await session.execute(_LINES, given)).mappings()]
