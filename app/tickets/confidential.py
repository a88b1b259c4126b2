"""Every SQL statement that says which teams hold confidential requests, and who is in them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session

# Open or ended: what was confided stays confidential.
_HOLDING = text(
    "SELECT t.id, t.name, ARRAY(SELECT u.email FROM memberships m JOIN users u ON u.tenant_id = m.tenant_id "
    "AND u.id = m.user_id AND u.suspended_at IS NULL WHERE m.tenant_id = t.tenant_id AND m.team_id = t.id "
    "AND u.id IS DISTINCT FROM CAST(:but AS uuid) ORDER BY u.email) AS members "
    "FROM teams t WHERE t.tenant_id = :tenant AND (CAST(:teams AS uuid[]) IS NULL OR t.id = ANY(:teams)) "
    "AND EXISTS (SELECT FROM tickets k WHERE k.tenant_id = t.tenant_id AND k.team_id = t.id "
    "AND k.confidential_at IS NOT NULL) ORDER BY t.name, t.id"
)


@dataclass(frozen=True, slots=True)
class Holder:
    """A team that holds confidential requests, and the addresses of those who are in it."""

    id: UUID
    name: str
    members: Sequence[str]


async def holders(
    session: Session, tenant_id: UUID, *, teams: Collection[UUID] | None = None, but: UUID | None = None
) -> list[Holder]:
    """Returns the teams that hold some, among those or all; `but` leaves one person out of their members."""
    asked = {"tenant": tenant_id, "teams": None if teams is None else list(teams), "but": but}
    return [Holder(row.id, row.name, row.members) for row in await session.execute(_HOLDING, asked)]
