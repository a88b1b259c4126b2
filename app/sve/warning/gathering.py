"""Every SQL statement that gathers what agents are told: alerts nobody took, terms, acknowledgements owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session

# How long an alert that no longer holds is kept for a digest.
HELD_FOR = timedelta(days=31)
# An alert may have been overtaken: the clock stopped or moved, the acknowledgement left, somebody qualified.
STILL_TRUE = """
    s.closed_at IS NULL AND CASE
        WHEN a.threshold LIKE 'unreadable:%' OR a.threshold LIKE 'window_closes:%' THEN true
        WHEN a.threshold LIKE 'aee_due%' OR a.threshold LIKE 'are_due%' THEN EXISTS (
            SELECT FROM duties d WHERE d.tenant_id = a.tenant_id AND d.message_id = s.message_id
            AND d.kind = upper(left(a.threshold, 3)) AND d.done_at IS NULL AND d.waived_at IS NULL)
        WHEN a.threshold LIKE 'review_by%' THEN s.regime = 'UNKNOWN'
        WHEN a.threshold LIKE 'reply_due%' THEN true
        WHEN a.threshold LIKE 'hand_over%' THEN s.reading -> 'values' ->> 'not_handed_over_since' IS NOT NULL
        ELSE a.alert_on = s.alert_on
    END
"""
OF_ITS_TICKET = """
    JOIN saisines s ON s.tenant_id = a.tenant_id AND s.id = a.saisine_id
    JOIN tickets t ON t.tenant_id = a.tenant_id AND t.id = a.ticket_id
"""
COLUMNS = "a.id, a.saisine_id, a.ticket_id, t.reference, a.threshold, a.because, a.late, a.due_on"
_UNTAKEN = text(
    f"SELECT {COLUMNS} FROM alerts a {OF_ITS_TICKET} "  # noqa: S608 — constants above
    "WHERE a.tenant_id = :tenant AND a.acknowledged_at IS NULL AND (a.escalated_at IS NULL OR a.escalated_at < :again) "
    f"AND (a.threshold = ANY(:at_once) OR a.raised_at < :before) AND {STILL_TRUE} "
    "ORDER BY a.id LIMIT :limit FOR UPDATE OF a SKIP LOCKED"
)
# Marked as told by the transaction that tells it: an instant would miss what is committed late. The order of locks is that
# of whoever escalates; nobody else is waited for, what they hold is told the next day.
_NEW = text(
    "WITH new AS MATERIALIZED ("  # noqa: S608 — constants above
    f"SELECT {COLUMNS} FROM alerts a {OF_ITS_TICKET} "
    "WHERE a.tenant_id = :tenant AND a.acknowledged_at IS NULL AND a.digested_at IS NULL "
    f"AND {STILL_TRUE} ORDER BY a.id FOR UPDATE OF a SKIP LOCKED"
    "), told AS (UPDATE alerts a SET digested_at = :at FROM new WHERE a.tenant_id = :tenant AND a.id = new.id) "
    "SELECT new.*, count(*) OVER () AS total FROM new ORDER BY new.id LIMIT :limit"
)
# What no longer holds may hold again (a clock reopened): it waits to be told, a month at most.
_LET_GO = text(
    "UPDATE alerts SET digested_at = :at WHERE tenant_id = :tenant AND acknowledged_at IS NULL "
    "AND digested_at IS NULL AND raised_at < :before"
)
_ESCALATED = text("UPDATE alerts SET escalated_at = :at WHERE tenant_id = :tenant AND id = ANY(:ids)")
_PRESSING = text(
    "SELECT s.ticket_id, t.reference, s.risk, s.alert_on, s.term_on FROM saisines s "
    "JOIN tickets t ON t.tenant_id = s.tenant_id AND t.id = s.ticket_id "
    "WHERE s.tenant_id = :tenant AND s.closed_at IS NULL AND s.alert_on IS NOT NULL AND s.risk = :risk "
    "ORDER BY s.alert_on, s.id LIMIT :limit"
)
_OWED = text(
    "SELECT d.ticket_id, t.reference, d.kind, d.due_on FROM duties d "
    "JOIN tickets t ON t.tenant_id = d.tenant_id AND t.id = d.ticket_id "
    "WHERE d.tenant_id = :tenant AND d.done_at IS NULL AND d.waived_at IS NULL AND d.due_on <= :by "
    "ORDER BY d.due_on, d.id LIMIT :limit"
)
_OWED_COUNT = text(
    "SELECT count(*) FROM duties WHERE tenant_id = :tenant AND done_at IS NULL AND waived_at IS NULL AND due_on <= :by"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Untaken:
    """An alert nobody has taken in charge, named by its ticket's reference alone."""

    id: UUID
    saisine_id: UUID
    ticket_id: UUID
    reference: str
    threshold: str
    because: str
    late: bool
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressing:
    """An open saisine by its risk; `alert_on` is the earliest day on which silence could decide."""

    ticket_id: UUID
    reference: str
    risk: str
    alert_on: date
    term_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An acknowledgement owed, by the end of `due_on`."""

    ticket_id: UUID
    reference: str
    kind: str
    due_on: date


async def untaken(
    session: Session, tenant_id: UUID, *, at_once: Sequence[str], before: datetime, again: datetime, limit: int
) -> list[Untaken]:
    """Locks and returns alerts to escalate: those of `at_once`, and any raised before an instant.

    One that was sent higher before `again`, and that still nobody took, is among them.
    """
    asked = {"tenant": tenant_id, "at_once": list(at_once), "before": before, "again": again, "limit": limit}
    return [Untaken(**row) for row in (await session.execute(_UNTAKEN, asked)).mappings()]


async def escalated(session: Session, tenant_id: UUID, ids: Sequence[UUID], *, at: datetime) -> None:
    await session.execute(_ESCALATED, {"tenant": tenant_id, "ids": list(ids), "at": at})


async def tell_new(session: Session, tenant_id: UUID, *, at: datetime, limit: int) -> tuple[list[Untaken], int]:
    """Marks as told the alerts no digest has told, that nobody took and that still hold; returns the oldest, and how many."""
    asked = {"tenant": tenant_id, "at": at}
    rows = (await session.execute(_NEW, {**asked, "limit": limit})).mappings().all()
    await session.execute(_LET_GO, {**asked, "before": at - HELD_FOR})
    found = [Untaken(**{name: value for name, value in row.items() if name != "total"}) for row in rows]
    return found, int(rows[0]["total"]) if rows else 0


async def pressing(session: Session, tenant_id: UUID, risk: str, *, limit: int) -> list[Pressing]:
    """Returns the open saisines of one risk, what would decide first at the head."""
    rows = await session.execute(_PRESSING, {"tenant": tenant_id, "risk": risk, "limit": limit})
    return [Pressing(**row) for row in rows.mappings()]


async def owed(session: Session, tenant_id: UUID, *, by: date, limit: int) -> tuple[list[Owed], int]:
    """Returns the acknowledgements owed by a day, the most urgent first, and how many there are."""
    rows = await session.execute(_OWED, {"tenant": tenant_id, "by": by, "limit": limit})
    found = [Owed(**row) for row in rows.mappings()]
    if len(found) < limit:
        return found, len(found)
    return found, int((await session.execute(_OWED_COUNT, {"tenant": tenant_id, "by": by})).scalar_one())
