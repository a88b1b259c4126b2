"""Every SQL statement that says how requests stand before they are erased."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session
from app.privacy.values import Standing
from app.tickets.values import Status

# An ARE is owed for an open saisine alone, which is kept already; an AEE for any sending, once, whatever became of it.
# As the guard of closing sees it (`app.sve.guards`): an open saisine whose silence means something, or may.
_STANDINGS = text(
    """
    SELECT t.id, t.reference, t.status, t.erased_at, c.running, c.alert_on,
      EXISTS (SELECT FROM duties d WHERE d.tenant_id = t.tenant_id AND d.ticket_id = t.id
              AND d.kind = 'AEE' AND d.done_at IS NULL AND d.waived_at IS NULL AND d.outbound_id IS NULL) AS owed,
      (SELECT min(h.since_at) FROM legal_holds h WHERE h.tenant_id = t.tenant_id AND h.lifted_at IS NULL
        AND (h.ticket_id = t.id OR h.contact_id = t.contact_id OR h.contact_id IN (
          SELECT p.contact_id FROM messages m JOIN contact_points p ON p.tenant_id = m.tenant_id AND p.id = m.point_id
          WHERE m.tenant_id = t.tenant_id AND m.ticket_id = t.id))) AS held_since,
      EXISTS (SELECT FROM outbound o WHERE o.tenant_id = t.tenant_id AND o.ticket_id = t.id
              AND o.state IN ('frozen', 'sending', 'unknown')) AS leaving
    FROM tickets t
    CROSS JOIN LATERAL (
      SELECT count(*) > 0 AS running, min(s.alert_on) AS alert_on FROM saisines s
      WHERE s.tenant_id = t.tenant_id AND s.ticket_id = t.id AND s.closed_at IS NULL AND s.risk <> 'none') c
    WHERE t.tenant_id = :tenant AND t.id = ANY(:tickets) ORDER BY t.id
    """
)
# A merged request holds nothing more; its own words (a subject) go with the one that took it over.
_WITH_MERGED = text(
    "WITH RECURSIVE all_of AS (SELECT id FROM tickets WHERE tenant_id = :tenant AND id = ANY(:tickets) "
    "UNION SELECT t.id FROM tickets t JOIN all_of a ON t.merged_into = a.id WHERE t.tenant_id = :tenant) "
    "SELECT id FROM all_of"
)


async def standings(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> list[Standing]:
    """Says how requests stand, in one statement; those that do not exist are left out."""
    rows = await session.execute(_STANDINGS, {"tenant": tenant_id, "tickets": list(ticket_ids)})
    return [
        Standing(
            ticket_id=row.id,
            reference=row.reference,
            status=Status(row.status),
            erased_at=row.erased_at,
            clock_running=row.running,
            alert_on=row.alert_on,
            owed=row.owed,
            held_since=row.held_since,
            leaving=row.leaving,
        )
        for row in rows
    ]


async def with_merged(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> list[UUID]:
    """Returns requests and all that were merged into them."""
    return list((await session.execute(_WITH_MERGED, {"tenant": tenant_id, "tickets": list(ticket_ids)})).scalars())
