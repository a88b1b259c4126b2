"""Every SQL statement that says of which closed requests the question is asked, and writes the questions down."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.exchanges.satisfaction.settings_repository import Looked
from app.exchanges.satisfaction.tables import SatisfactionQuestionRecord
from app.exchanges.satisfaction.values import Way

# A page of what was closed, by its index; of each, whether its person is asked. Where anything is not known, nobody is.
_DUE = text(
    """
    WITH closed AS (
        SELECT t.id, t.closed_at, t.contact_id, t.point_id, t.channel_id, t.channel_type,
               t.merged_into IS NULL AND t.erased_at IS NULL AND t.confidential_at IS NULL AS open_to_all
          FROM tickets t
         WHERE t.tenant_id = :tenant AND t.closed_at IS NOT NULL
           AND (t.closed_at, t.id) > (CAST(:after_at AS timestamptz), CAST(:after_id AS uuid))
           AND t.closed_at <= CAST(:now AS timestamptz) - CAST(:delay AS interval)
         ORDER BY t.closed_at, t.id
         LIMIT :most)
    SELECT l.id, l.closed_at, l.channel_id, l.contact_id, l.point_id, coalesce(
        l.open_to_all
        AND p.contact_id = l.contact_id AND p.opted_out_at IS NULL
        AND c.restricted_at IS NULL AND c.erased_at IS NULL AND c.merged_into IS NULL
        AND ((p.kind = 'email' AND 'mail' = ANY(CAST(:ways AS text[])))
          OR (p.kind = 'phone' AND l.channel_type LIKE 'sms.%' AND 'sms' = ANY(CAST(:ways AS text[]))))
        AND EXISTS (SELECT FROM outbound o WHERE o.tenant_id = :tenant AND o.ticket_id = l.id
            AND o.purpose IN ('reply', 'letter') AND o.state IN ('accepted', 'delivered')
            AND o.recipient ->> 'point_id' = CAST(l.point_id AS text))
        AND NOT EXISTS (SELECT FROM legal_holds h WHERE h.tenant_id = :tenant AND h.lifted_at IS NULL
            AND h.ticket_id = l.id)
        AND NOT EXISTS (SELECT FROM legal_holds h WHERE h.tenant_id = :tenant AND h.lifted_at IS NULL
            AND h.contact_id = l.contact_id)
        AND NOT EXISTS (SELECT FROM saisines s JOIN legal_events e ON e.tenant_id = s.tenant_id AND e.saisine_id = s.id
            WHERE s.tenant_id = :tenant AND s.ticket_id = l.id AND e.type = 'dismissed' AND e.payload ->> 'reason' = 'spam'
            AND NOT EXISTS (SELECT FROM legal_events again WHERE again.tenant_id = e.tenant_id
                AND again.saisine_id = e.saisine_id AND again.type = 'reopened' AND again.id > e.id))
        AND NOT EXISTS (SELECT FROM satisfaction_questions q WHERE q.tenant_id = :tenant AND q.ticket_id = l.id)
        AND NOT EXISTS (SELECT FROM tickets m JOIN satisfaction_questions q ON q.tenant_id = m.tenant_id
            AND q.ticket_id = m.id WHERE m.tenant_id = :tenant AND m.merged_into = l.id)
        AND NOT EXISTS (SELECT FROM contact_points theirs JOIN satisfaction_questions q
            ON q.tenant_id = theirs.tenant_id AND q.point_id = theirs.id
            WHERE theirs.tenant_id = :tenant AND theirs.contact_id = l.contact_id
            AND (q.refused_at IS NOT NULL OR q.asked_at > CAST(:now AS timestamptz) - CAST(:rest AS interval))),
        false) AS chosen
      FROM closed l
      LEFT JOIN contact_points p ON p.tenant_id = :tenant AND p.id = l.point_id
      LEFT JOIN contacts c ON c.tenant_id = :tenant AND c.id = p.contact_id
     ORDER BY l.closed_at, l.id
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A closed request whose time has come; `chosen` says whether its person is asked."""

    ticket_id: UUID
    closed_at: datetime
    channel_id: UUID
    contact_id: UUID | None
    point_id: UUID | None
    chosen: bool


async def due(
    session: Session,
    tenant_id: UUID,
    *,
    after: Looked,
    delay: timedelta,
    rest: timedelta,
    ways: Collection[Way],
    now: datetime,
    limit: int,
) -> list[Due]:
    """Returns the requests closed `delay` ago or before, the oldest first, in one statement led by `ix_tickets_closed`."""
    given: Mapping[str, Any] = {
        "tenant": tenant_id,
        "after_at": after.at,
        "after_id": after.id,
        "delay": delay,
        "rest": rest,
        "ways": sorted(way.value for way in ways),
        "now": now,
        "most": limit,
    }
    return [
        Due(
            ticket_id=row.id,
            closed_at=row.closed_at,
            channel_id=row.channel_id,
            contact_id=row.contact_id,
            point_id=row.point_id,
            chosen=row.chosen,
        )
        for row in await session.execute(_DUE, given)
    ]


async def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes questions down, a statement for all."""
    blank = {"grade": None, "comment": "", "answered_at": None, "changed_at": None, "refused_at": None}
    await insert_rows(session, SatisfactionQuestionRecord, [{**blank, **row} for row in rows])
