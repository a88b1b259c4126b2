"""Every SQL statement about who can still be told.

An account that was closed, somebody away without anybody in their place, an address that refuses our mail hear nothing.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session

# A refusal is believed for so long; then the address is tried like any other.
REFUSED_FOR = timedelta(days=14)
_REACHABLE = text("""
SELECT a.address FROM unnest(CAST(:addresses AS text[])) WITH ORDINALITY a(address, place)
WHERE NOT EXISTS (
    SELECT FROM users u WHERE u.tenant_id = :tenant AND u.email_key = lower(a.address) AND (
        u.suspended_at IS NOT NULL OR EXISTS (
            SELECT FROM absences o WHERE o.tenant_id = :tenant AND o.user_id = u.id AND o.cancelled_at IS NULL
            AND o.stand_in_id IS NULL AND :today BETWEEN o.from_on AND o.until_on)))
AND 'failed' IS DISTINCT FROM (
    SELECT n.state FROM notices n WHERE n.tenant_id = :tenant AND lower(n.recipient) = lower(a.address)
    AND n.state <> 'due' AND n.frozen_at > :since ORDER BY n.frozen_at DESC, n.id DESC LIMIT 1)
ORDER BY a.place
""")


async def reachable(
    session: Session, tenant_id: UUID, addresses: Sequence[str], *, on: date, now: datetime
) -> list[str]:
    """Returns those of some addresses that can still be told, in their order."""
    asked = {"tenant": tenant_id, "addresses": list(addresses), "today": on, "since": now - REFUSED_FOR}
    return list((await session.execute(_REACHABLE, asked)).scalars()) if addresses else []
