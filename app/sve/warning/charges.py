"""Every SQL statement of alerts as a screen shows them, and of who takes them in charge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session
from app.sve.warning.gathering import COLUMNS, OF_ITS_TICKET, STILL_TRUE, Untaken

_TAKE_ALL = text(
    "UPDATE alerts SET acknowledged_at = :at, acknowledged_by = :by WHERE tenant_id = :tenant "
    "AND saisine_id = :saisine AND acknowledged_at IS NULL RETURNING id, ticket_id"
)
_CHARGES = text(
    f"SELECT a.saisine_id, count(*) FILTER (WHERE a.acknowledged_at IS NULL AND {STILL_TRUE}) AS open, "  # noqa: S608 — constants above
    f"(array_agg(a.because ORDER BY a.id DESC) FILTER (WHERE a.acknowledged_at IS NULL AND {STILL_TRUE}))[1] AS because, "
    "max(a.acknowledged_at) AS taken_at, (array_agg(a.acknowledged_by ORDER BY a.acknowledged_at DESC) "
    "FILTER (WHERE a.acknowledged_at IS NOT NULL))[1] AS taken_by "
    f"FROM alerts a {OF_ITS_TICKET} WHERE a.tenant_id = :tenant AND a.saisine_id = ANY(:saisines) GROUP BY a.saisine_id"
)
_LISTED = text(
    f"SELECT {COLUMNS}, t.subject, a.raised_at, a.closes_at, a.acknowledged_at, a.acknowledged_by, a.escalated_at, "  # noqa: S608 — constants above
    f"({STILL_TRUE}) AS holds FROM alerts a {OF_ITS_TICKET} WHERE a.tenant_id = :tenant "
    "AND (CAST(:after AS uuid) IS NULL OR a.id < :after) "
    f"AND (:whole OR (a.acknowledged_at IS NULL AND {STILL_TRUE})) ORDER BY a.id DESC LIMIT :limit"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Untaken):
    """An alert as the screen lists it; `holds` is false once something else made it pointless."""

    subject: str
    raised_at: datetime
    closes_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    escalated_at: datetime | None
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Who took a saisine's alerts in charge last, and how many still wait for somebody, with the latest one's reason."""

    open: int
    because: str | None
    taken_at: datetime | None
    taken_by: str | None


async def listed(session: Session, tenant_id: UUID, *, whole: bool, after: UUID | None, limit: int) -> list[Listed]:
    """Returns a page of alerts, the latest first: those that wait for somebody, or the whole of them."""
    asked = {"tenant": tenant_id, "whole": whole, "after": after, "limit": limit}
    return [Listed(**row) for row in (await session.execute(_LISTED, asked)).mappings()]


async def charges(session: Session, tenant_id: UUID, saisine_ids: Sequence[UUID]) -> dict[UUID, Charge]:
    """Returns who has the alerts of a page of saisines in charge, for those that have any."""
    if not saisine_ids:
        return {}
    rows = await session.execute(_CHARGES, {"tenant": tenant_id, "saisines": list(saisine_ids)})
    return {
        row.saisine_id: Charge(open=row.open, because=row.because, taken_at=row.taken_at, taken_by=row.taken_by)
        for row in rows
    }


async def take_all(
    session: Session, tenant_id: UUID, saisine_id: UUID, *, by: str, at: datetime
) -> list[tuple[UUID, UUID]]:
    """Notes who takes a saisine's open alerts; returns each with its ticket."""
    asked = {"tenant": tenant_id, "saisine": saisine_id, "by": by, "at": at}
    return [(row.id, row.ticket_id) for row in await session.execute(_TAKE_ALL, asked)]
