"""Every SQL statement of finding somebody while they wait: by number, by mail address, by a word of their name."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session

# One statement: people, how to reach them, and how many requests of theirs are not over.
_FOUND = text(
    """
    SELECT c.id, c.display_name,
           (SELECT coalesce(array_agg(p.address ORDER BY p.kind, p.address), '{}') FROM contact_points p
            WHERE p.tenant_id = :tenant AND p.contact_id = c.id AND p.kind IN ('phone', 'email')) AS addresses,
           (SELECT count(*) FROM tickets t WHERE t.tenant_id = :tenant AND t.contact_id = c.id
            AND t.merged_into IS NULL AND t.status IN ('new', 'open', 'waiting')) AS live
    FROM contacts c
    WHERE c.tenant_id = :tenant AND c.merged_into IS NULL
      AND (c.id IN (SELECT p.contact_id FROM contact_points p WHERE p.tenant_id = :tenant
                    AND p.address_key = ANY(ARRAY(SELECT lower(a) FROM unnest(CAST(:whole AS text[])) a)))
           OR (:word <> '' AND position(' ' || folded(:word) IN ' ' || c.name_key) > 0))
    ORDER BY c.name_key, c.id LIMIT :limit
    """
)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody found, with the numbers and mail addresses they are known by, and their requests not over yet."""

    id: UUID
    display_name: str
    addresses: Sequence[str]
    live: int


async def find(session: Session, tenant_id: UUID, *, addresses: Sequence[str], name: str, limit: int) -> list[Known]:
    """Returns those who have one of the whole addresses in any case, or a name in which a word begins so; none for nothing."""
    if not addresses and not name:
        return []
    asked = {"tenant": tenant_id, "whole": list(addresses), "word": name, "limit": limit}
    return [
        Known(row.id, row.display_name, tuple(row.addresses), row.live) for row in await session.execute(_FOUND, asked)
    ]
