"""Every SQL statement about until when a provider lets us answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session

_OPEN = text(
    "INSERT INTO reply_windows AS w (tenant_id, ticket_id, channel_id, opened_at, closes_at, warn_at) "
    "SELECT CAST(:tenant AS uuid), o.* FROM unnest(CAST(:tickets AS uuid[]), CAST(:channels AS uuid[]), "
    "CAST(:opened AS timestamptz[]), CAST(:closes AS timestamptz[]), CAST(:warns AS timestamptz[])) AS o "
    "ON CONFLICT (tenant_id, ticket_id) DO UPDATE SET channel_id = EXCLUDED.channel_id, "
    "opened_at = EXCLUDED.opened_at, closes_at = EXCLUDED.closes_at, warn_at = EXCLUDED.warn_at "
    "WHERE EXCLUDED.opened_at > w.opened_at"
)
# A merged ticket answers for what it took over; its person may have other addresses. Where nothing is open there is no saisine.
_DUE = text(
    """
    WITH due AS (
        SELECT ticket_id, closes_at, warn_at FROM reply_windows
        WHERE tenant_id = :tenant AND warn_at <= :now ORDER BY warn_at LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    SELECT due.ticket_id AS opened_by, s.id AS saisine_id, t.id AS ticket_id, due.closes_at, due.warn_at, s.alert_on,
        (SELECT min(d.due_on) FROM duties d WHERE d.tenant_id = s.tenant_id AND d.message_id = s.message_id
            AND d.kind = 'ARE' AND d.done_at IS NULL AND d.waived_at IS NULL) AS are_due_on,
        EXISTS (SELECT FROM contact_points p WHERE p.tenant_id = t.tenant_id AND p.contact_id = t.contact_id
            AND p.kind = 'email' AND p.opted_out_at IS NULL) AS has_mail
    FROM due
    JOIN tickets own ON own.tenant_id = :tenant AND own.id = due.ticket_id
    JOIN LATERAL (
        WITH RECURSIVE chain AS (
            SELECT own.id AS id, own.merged_into AS merged_into
            UNION SELECT x.id, x.merged_into FROM chain JOIN tickets x ON x.tenant_id = :tenant AND x.id = chain.merged_into
        ) SELECT id FROM chain WHERE merged_into IS NULL
    ) living ON true
    JOIN tickets t ON t.tenant_id = :tenant AND t.id = living.id
    LEFT JOIN saisines s ON s.tenant_id = :tenant AND s.ticket_id = t.id AND s.closed_at IS NULL
    ORDER BY due.ticket_id, s.alert_on NULLS LAST, s.id
    """
)
_LOOKED_AT = text(
    "UPDATE reply_windows w SET warn_at = n.at FROM unnest(CAST(:tickets AS uuid[]), CAST(:ats AS timestamptz[])) "
    "AS n(ticket_id, at) WHERE w.tenant_id = :tenant AND w.ticket_id = n.ticket_id"
)


def best(ticket: str, tenant: str) -> str:
    """An SQL value: until when a ticket can be answered by the channel that stays open longest.

    What was merged into it is answered from it, hence by their channels too. `ticket` and `tenant` are SQL names.
    """
    return (
        "(WITH RECURSIVE family AS ("  # noqa: S608 — names our own statements give
        f"SELECT CAST({ticket} AS uuid) AS id UNION SELECT x.id FROM family "
        f"JOIN tickets x ON x.tenant_id = {tenant} AND x.merged_into = family.id"
        f") SELECT max(w.closes_at) FROM family JOIN reply_windows w ON w.tenant_id = {tenant} AND w.ticket_id = family.id)"
    )


_OF_TICKETS = text(
    "SELECT * FROM (SELECT k.id AS ticket_id, "  # noqa: S608 — names above
    f"{best('k.id', 'CAST(:tenant AS uuid)')} AS closes_at "
    "FROM unnest(CAST(:tickets AS uuid[])) AS k(id)) found WHERE closes_at IS NOT NULL"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A window about to close, and one of the open saisines it closes on, if any is.

    `opened_by` is the ticket whose message opened it, `ticket_id` the one that is answered since a merge.
    """

    opened_by: UUID
    saisine_id: UUID | None
    ticket_id: UUID
    closes_at: datetime
    warn_at: datetime
    alert_on: date | None
    are_due_on: date | None
    has_mail: bool


async def opened(session: Session, tenant_id: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
    """Opens the windows of a batch, one a ticket; an older message never shortens a newer one's."""
    columns = {
        "tickets": "ticket_id",
        "channels": "channel_id",
        "opened": "opened_at",
        "closes": "closes_at",
        "warns": "warn_at",
    }
    lists = {name: [row[column] for row in rows] for name, column in columns.items()}
    await session.execute(_OPEN, {"tenant": tenant_id, **lists})


async def due(session: Session, tenant_id: UUID, *, now: datetime, limit: int) -> list[Closing]:
    """Locks and returns the windows whose warning is due, each with its open saisines, what decides first first."""
    rows = await session.execute(_DUE, {"tenant": tenant_id, "now": now, "limit": limit})
    return [Closing(**row) for row in rows.mappings()]


async def looked_at(session: Session, tenant_id: UUID, again: Mapping[UUID, datetime | None]) -> None:
    """Notes when each of some windows is to be looked at again; None for those that were told or end nothing."""
    asked = {"tenant": tenant_id, "tickets": list(again), "ats": list(again.values())}
    await session.execute(_LOOKED_AT, asked)


async def of_tickets(session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """Returns until when a provider lets us answer, for those tickets where one sets a limit.

    Of several channels, those of tickets merged into one, the one that stays open longest counts.
    """
    if not ticket_ids:
        return {}
    asked = {"tenant": tenant_id, "tickets": list(ticket_ids)}
    rows = await session.execute(_OF_TICKETS, asked)
    return {row.ticket_id: row.closes_at for row in rows}
