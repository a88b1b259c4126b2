"""Every SQL statement about how long requests are kept: policies, and closed requests whose day has come."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, select, text

from app.clock import civil_day
from app.db.bulk import document_of, insert_rows, update_rows
from app.db.transaction import Session
from app.privacy.retention import DEFAULT, Closed, Counted, Fate, Policy
from app.privacy.retention_tables import RetentionPolicyRecord

# What was merged elsewhere goes with it; whatever day the engine names for a saisine, the request is not over before it.
_CLOSED = """
SELECT t.id, t.reference, t.received_at, t.closed_at, t.archived_at, law.families, law.running, law.last_on, law.unsure,
       EXISTS (SELECT FROM legal_holds h WHERE h.tenant_id = :tenant AND h.lifted_at IS NULL
               AND (h.ticket_id = t.id OR h.contact_id = t.contact_id)) AS held
FROM (
    SELECT id, reference, contact_id, received_at, closed_at, archived_at FROM tickets
    WHERE tenant_id = :tenant AND closed_at IS NOT NULL AND merged_into IS NULL AND erased_at IS NULL AND {which}
) t CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT s.family) FILTER (WHERE s.family IS NOT NULL) AS families,
           COALESCE(bool_or(s.closed_at IS NULL AND s.alert_on IS NOT NULL), false) AS running,
           max(days.last_on) AS last_on,
           COALESCE(bool_or(
               (s.reading #> '{{values,appeal_opposable}}' = 'false'::jsonb
                OR s.reading #> '{{values,third_party_appeal_opposable}}' = 'false'::jsonb)
               AND NOT COALESCE(s.reading -> 'values', '{{}}'::jsonb) ? 'reasonable_period_end'), false) AS unsure
    FROM saisines s LEFT JOIN LATERAL (
        SELECT max(v.value::date) AS last_on FROM jsonb_each_text(COALESCE(s.reading -> 'values', '{{}}'::jsonb)) v
        WHERE v.value ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$'
    ) days ON true
    WHERE s.tenant_id = :tenant AND s.ticket_id = t.id
) law
"""
_DUE = text(
    _CLOSED.format(which="retention_on <= :today ORDER BY retention_on, id LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED")
)
_THESE = text(_CLOSED.format(which="id = ANY(:tickets)"))
# What a night would read again of one category, were it decided: nothing that a list holds already.
_LONG_CLOSED = """
closed_at < :before AND {of_category} AND NOT EXISTS (
    SELECT FROM elimination_lines l
    WHERE l.tenant_id = :tenant AND l.ticket_id = tickets.id AND l.state IN ('listed', 'erased'))
ORDER BY closed_at, id LIMIT :limit
"""
_RECOGNISED = "SELECT FROM saisines s WHERE s.tenant_id = :tenant AND s.ticket_id = tickets.id AND s.family"
_LONG_CLOSED_OF_NONE = text(
    _CLOSED.format(which=_LONG_CLOSED.format(of_category=f"NOT EXISTS ({_RECOGNISED} IS NOT NULL)"))
)
_LONG_CLOSED_OF = text(_CLOSED.format(which=_LONG_CLOSED.format(of_category=f"EXISTS ({_RECOGNISED} = :category)")))
_MOVE = text("""
UPDATE tickets t SET archived_at = CASE WHEN new.away THEN COALESCE(t.archived_at, :at) END, retention_on = new.look_on
FROM json_to_recordset(CAST(:rows AS json)) AS new(id uuid, away boolean, look_on date)
WHERE t.tenant_id = :tenant AND t.id = new.id
""")
# A decision gives every closed request that is in no list its day again; what is not due yet is seen once, then dated.
_LOOK_AGAIN = text("""
UPDATE tickets t SET retention_on = (t.closed_at AT TIME ZONE 'UTC')::date
WHERE t.tenant_id = :tenant AND t.closed_at IS NOT NULL AND t.merged_into IS NULL AND t.erased_at IS NULL AND NOT EXISTS (
    SELECT FROM elimination_lines l WHERE l.tenant_id = :tenant AND l.ticket_id = t.id AND l.state IN ('listed', 'erased'))
""")
_AGAIN_ON = text("""
UPDATE tickets t SET retention_on = :on FROM elimination_lines l
WHERE t.tenant_id = :tenant AND l.tenant_id = :tenant AND l.id = ANY(:lines) AND t.id = l.ticket_id AND t.closed_at IS NOT NULL
""")
_STANDING = text("""
SELECT count(*) FILTER (WHERE closed_at IS NOT NULL AND archived_at IS NULL) AS closed,
       count(*) FILTER (WHERE archived_at IS NOT NULL) AS archived
FROM tickets WHERE tenant_id = :tenant
""")


async def policies(session: Session, tenant_id: UUID) -> list[Policy]:
    """Returns what was decided."""
    record = RetentionPolicyRecord
    query = select(record).where(record.tenant_id == tenant_id).order_by(record.category)
    return [_policy(row) for row in (await session.execute(query)).scalars()]


async def locked(session: Session, tenant_id: UUID, category: str) -> Policy | None:
    """Returns what was decided for a category, which nobody else changes before this transaction ends."""
    record = RetentionPolicyRecord
    query = select(record).where(record.tenant_id == tenant_id, record.category == category).with_for_update()
    row = (await session.execute(query)).scalar_one_or_none()
    return _policy(row) if row else None


async def decide(session: Session, tenant_id: UUID, policy: Policy) -> None:
    """Writes a decision; its version says whether it is the first."""
    row: dict[str, Any] = {"tenant_id": tenant_id}
    row |= {field.name: getattr(policy, field.name) for field in fields(Policy)}
    row |= {"counted_from": policy.counted_from.value, "fate": policy.fate.value}
    if policy.version == 1:
        await insert_rows(session, RetentionPolicyRecord, [row])
    else:
        await update_rows(session, RetentionPolicyRecord, [row], key=("tenant_id", "category"))
    await session.execute(_LOOK_AGAIN, {"tenant": tenant_id})


async def due(session: Session, tenant_id: UUID, *, today: date, zone: str, limit: int) -> list[Closed]:
    """Locks and returns closed requests of which there may be something to say; another worker skips them."""
    asked = {"tenant": tenant_id, "today": today, "limit": limit}
    return await _closed(session, _DUE, asked, zone=zone)


async def closed(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID], *, zone: str) -> list[Closed]:
    """Returns those of some requests that are closed, as their keeping sees them now."""
    return await _closed(session, _THESE, {"tenant": tenant_id, "tickets": list(ticket_ids)}, zone=zone)


async def long_closed(
    session: Session, tenant_id: UUID, category: str, *, before: date, zone: str, limit: int
) -> list[Closed]:
    """Returns requests of a category that were closed before a day and are in no list, the longest closed first."""
    asked = {"tenant": tenant_id, "before": before, "limit": limit}
    if category == DEFAULT:
        return await _closed(session, _LONG_CLOSED_OF_NONE, asked, zone=zone)
    return await _closed(session, _LONG_CLOSED_OF, {**asked, "category": category}, zone=zone)


async def _closed(session: Session, statement: TextClause, asked: Mapping[str, Any], *, zone: str) -> list[Closed]:
    return [
        Closed(
            ticket_id=row.id,
            reference=row.reference,
            categories=frozenset(row.families or (DEFAULT,)),
            opened_on=civil_day(row.received_at, zone),
            closed_on=civil_day(row.closed_at, zone),
            last_effect_on=row.last_on,
            clock_running=row.running,
            appeal_unsure=row.unsure,
            held=row.held,
            archived=row.archived_at is not None,
        )
        for row in await session.execute(statement, asked)
    ]


async def move(
    session: Session, tenant_id: UUID, rows: Sequence[tuple[UUID, bool, date | None]], *, at: datetime
) -> None:
    """Writes, of each request, whether it is in the archive and the next day to look at it."""
    if rows:
        written = [{"id": one, "away": away, "look_on": on} for one, away, on in rows]
        await session.execute(_MOVE, {"tenant": tenant_id, "rows": document_of(written), "at": at})


async def again(session: Session, tenant_id: UUID, line_ids: Sequence[UUID], *, on: date) -> None:
    """Gives the requests of some lines another day to be looked at."""
    await session.execute(_AGAIN_ON, {"tenant": tenant_id, "lines": list(line_ids), "on": on})


async def standing(session: Session, tenant_id: UUID) -> tuple[int, int]:
    """Returns how many requests are closed and at hand, and how many are in the archive."""
    row = (await session.execute(_STANDING, {"tenant": tenant_id})).one()
    return row.closed, row.archived


def _policy(row: RetentionPolicyRecord) -> Policy:
    values = {field.name: getattr(row, field.name) for field in fields(Policy)}
    return Policy(**{**values, "counted_from": Counted(row.counted_from), "fate": Fate(row.fate)})
