"""Every SQL statement of the calendar: open terms and acknowledgements due, by keyset, and what they weigh together.

The tables are other packages'; they are only read, each statement for one administration.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session

# Somebody who merged two ways of one request keeps one clock: the joined saisine does not alarm by itself.
_TERMS = text(
    """
    SELECT s.id, s.ticket_id, t.reference, s.ordinal, s.alert_on AS on_day, s.term_on, s.regime, s.version,
           CASE WHEN s.procedure_version IS NOT NULL THEN s.procedure END AS procedure,
           s.reading ->> 'effect' AS effect, s.reading ->> 'alert_because' AS because,
           (SELECT r ->> 'source' FROM jsonb_array_elements(s.reading -> 'reasons') r
            WHERE r ->> 'key' = 'term_date' LIMIT 1) AS source,
           coalesce((SELECT max(e.recorded_at) FROM legal_events e
                     WHERE e.tenant_id = s.tenant_id AND e.saisine_id = s.id), s.received_at) AS modified_at
    FROM saisines s JOIN tickets t ON t.tenant_id = s.tenant_id AND t.id = s.ticket_id
    WHERE s.tenant_id = :tenant AND s.closed_at IS NULL AND s.joined_to IS NULL
      AND s.alert_on BETWEEN :first AND :last AND (s.alert_on, s.id) > (:day, :id)
    ORDER BY s.alert_on, s.id LIMIT :limit
    """
)
_DUES = text(
    """
    SELECT d.id, d.ticket_id, t.reference, d.due_on AS on_day, d.source, m.processed_at AS modified_at
    FROM duties d JOIN tickets t ON t.tenant_id = d.tenant_id AND t.id = d.ticket_id
    JOIN messages m ON m.tenant_id = d.tenant_id AND m.id = d.message_id
    WHERE d.tenant_id = :tenant AND d.kind = 'ARE' AND d.done_at IS NULL AND d.waived_at IS NULL
      AND d.due_on BETWEEN :first AND :last AND (d.due_on, d.id) > (:day, :id)
    ORDER BY d.due_on, d.id LIMIT :limit
    """
)
# A sum of hashes: the same whatever the order, and nothing is sorted nor carried to be compared.
_WEIGHT = text(
    """
    SELECT
      (SELECT coalesce(sum(hashtextextended(concat_ws('|', s.id, s.ticket_id, s.version, s.alert_on, s.term_on, s.regime,
                                                      s.procedure, s.reading ->> 'effect',
                                                      s.reading ->> 'alert_because'), 0)::numeric), 0)
       FROM saisines s WHERE s.tenant_id = :tenant AND s.closed_at IS NULL AND s.joined_to IS NULL
         AND s.alert_on BETWEEN :first AND :last)
      + (SELECT coalesce(sum(hashtextextended(concat_ws('|', d.id, d.ticket_id, d.due_on), 0)::numeric), 0)
         FROM duties d WHERE d.tenant_id = :tenant AND d.kind = 'ARE' AND d.done_at IS NULL AND d.waived_at IS NULL
           AND d.due_on BETWEEN :first AND :last)
    """
)
_BEFORE_ALL = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Window:
    """The days a calendar shows, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTerm:
    """A term that still runs: `on_day` is the earliest day silence would decide. No person is named."""

    id: UUID
    ticket_id: UUID
    reference: str
    ordinal: int
    on_day: date
    term_on: date | None
    regime: str
    version: int
    procedure: str | None
    effect: str
    because: str | None
    source: str | None
    modified_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDue:
    """An ARE not sent, due by the end of `on_day`."""

    id: UUID
    ticket_id: UUID
    reference: str
    on_day: date
    source: str
    modified_at: datetime


async def open_terms(
    session: Session, tenant_id: UUID, window: Window, *, after: OpenTerm | None, limit: int
) -> Sequence[OpenTerm]:
    """Returns a batch of open terms, the nearest first."""
    rows = await session.execute(_TERMS, _asked(tenant_id, window, after, limit))
    return [OpenTerm(**row) for row in rows.mappings()]


async def open_dues(
    session: Session, tenant_id: UUID, window: Window, *, after: OpenDue | None, limit: int
) -> Sequence[OpenDue]:
    """Returns a batch of ARE due, the nearest first."""
    rows = await session.execute(_DUES, _asked(tenant_id, window, after, limit))
    return [OpenDue(**row) for row in rows.mappings()]


async def weight(session: Session, tenant_id: UUID, window: Window) -> int:
    """Returns a number that changes whenever what the calendar shows does."""
    row = await session.execute(_WEIGHT, {"tenant": tenant_id, "first": window.first, "last": window.last})
    return int(row.scalar_one())


def _asked(tenant_id: UUID, window: Window, after: OpenTerm | OpenDue | None, limit: int) -> dict[str, object]:
    return {
        "tenant": tenant_id,
        "first": window.first,
        "last": window.last,
        "day": after.on_day if after else window.first,
        "id": after.id if after else _BEFORE_ALL,
        "limit": limit,
    }
