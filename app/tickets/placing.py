"""Every SQL statement that places a batch of messages: a statement a table, whatever their number."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.tickets.tables import AttachmentRecord, MessageRecord, ReplyTokenRecord, TicketRecord
from app.tickets.values import Standing

_NUMBERS = text(
    "INSERT INTO ticket_numbers (tenant_id, year, last) VALUES (:tenant, :year, :count) "
    "ON CONFLICT (tenant_id, year) DO UPDATE SET last = ticket_numbers.last + :count RETURNING last"
)

# Rows are locked in the order of their ids, here and wherever several are: two transactions never wait in a circle.
# What an ended ticket must not hold is a live clock: it is open again, and says so.
_STAND = text(
    "WITH s AS (SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:risks AS text[]), CAST(:terms AS date[]), "
    "CAST(:alerts AS date[])) AS s(id, risk, term_on, alert_on)), "
    "locked AS MATERIALIZED (SELECT t.id, t.status FROM tickets t JOIN s ON s.id = t.id WHERE t.tenant_id = :tenant "
    "AND ((t.risk, t.term_on, t.alert_on) IS DISTINCT FROM (s.risk, s.term_on, s.alert_on) "
    "OR (s.risk <> 'none' AND t.status IN ('resolved', 'closed'))) ORDER BY t.id FOR NO KEY UPDATE OF t) "
    "UPDATE tickets t SET risk = s.risk, term_on = s.term_on, alert_on = s.alert_on, version = t.version + 1, "
    "status = CASE WHEN s.risk <> 'none' AND t.status IN ('resolved', 'closed') THEN 'open' ELSE t.status END "
    "FROM s JOIN locked ON locked.id = s.id WHERE t.tenant_id = :tenant AND t.id = s.id "
    "RETURNING t.id, t.status <> locked.status AS reopened"
)
_REVIVE = text(
    "WITH locked AS MATERIALIZED (SELECT id, snoozed_at FROM tickets WHERE tenant_id = :tenant AND id = ANY(:ids) "
    "ORDER BY id FOR NO KEY UPDATE) "
    "UPDATE tickets t SET snoozed_at = NULL, snoozed_until_at = NULL, last_activity_at = GREATEST(t.last_activity_at, a.at), version = t.version + 1, "
    "status = CASE WHEN t.status IN ('waiting', 'resolved', 'closed') THEN 'open' ELSE t.status END "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:instants AS timestamptz[])) AS a(id, at) JOIN locked ON locked.id = a.id "
    "WHERE t.tenant_id = :tenant AND t.id = a.id RETURNING t.id, locked.snoozed_at IS NOT NULL AS woken"
)


async def take_numbers(session: Session, tenant_id: UUID, *, year: int, count: int) -> int:
    """Reserves `count` numbers of a year and returns the last; gaps are possible, doubles are not."""
    result = await session.execute(_NUMBERS, {"tenant": tenant_id, "year": year, "count": count})
    return int(result.scalar_one())


async def add_tickets(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    await insert_rows(session, TicketRecord, rows)


async def add_messages(
    session: Session, rows: Sequence[Mapping[str, Any]], pieces: Sequence[Mapping[str, Any]]
) -> None:
    await insert_rows(session, MessageRecord, rows)
    await insert_rows(session, AttachmentRecord, pieces)


async def revive(session: Session, tenant_id: UUID, activity: Mapping[UUID, datetime]) -> Sequence[UUID]:
    """Notes new activity on tickets; what waited for the citizen or was resolved is open again.

    Returns those that were set aside and no longer are.
    """
    if not activity:
        return []
    said = {"tenant": tenant_id, "ids": list(activity), "instants": list(activity.values())}
    return [row.id for row in await session.execute(_REVIVE, said) if row.woken]


async def stand(session: Session, tenant_id: UUID, standings: Sequence[Standing]) -> list[UUID]:
    """Writes the legal standing of tickets in one statement; those that already stand so are left alone.

    Returns the ended tickets that a live clock opened again.
    """
    if not standings:
        return []
    rows = await session.execute(
        _STAND,
        {
            "tenant": tenant_id,
            "ids": [s.ticket_id for s in standings],
            "risks": [s.risk for s in standings],
            "terms": [s.term_on for s in standings],
            "alerts": [s.alert_on for s in standings],
        },
    )
    return [row.id for row in rows if row.reopened]


async def remember_tokens(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Notes which party of which ticket each reply address was given to; giving it again changes nothing."""
    await insert_rows(session, ReplyTokenRecord, rows, skip_conflicts=True)
