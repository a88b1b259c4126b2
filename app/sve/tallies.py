"""The SQL of how many open saisines stand at each risk, kept by a trigger so that a screen never counts them.

Each statement that changes saisines adds what it changed, a row a risk: adding waits for nobody. The sum is the count;
`fold` replaces many rows by their sum, so that there are always few.
"""

from collections import Counter
from uuid import UUID

from sqlalchemy import func, select, text

from app.db.sight import Reach, Sight, sight
from app.db.transaction import Session, whole
from app.sve.tables import SaisineRecord, SaisineTallyRecord

_MANY = 200
# Rows that come meanwhile are not in this snapshot and stay; two that fold at once take turns, row by row.
_FOLD = text(
    "WITH gone AS (DELETE FROM saisine_tallies WHERE tenant_id = :tenant RETURNING risk, more) "
    "INSERT INTO saisine_tallies (tenant_id, id, risk, more) "
    "SELECT :tenant, gen_random_uuid(), risk, sum(more) FROM gone GROUP BY risk HAVING sum(more) <> 0"
)


_CONFIDENTIAL = text(
    "SELECT s.risk, count(*) AS number FROM tickets t JOIN saisines s ON s.tenant_id = t.tenant_id AND s.ticket_id = t.id "
    "WHERE t.tenant_id = :tenant AND t.confidential_at IS NOT NULL AND s.closed_at IS NULL GROUP BY s.risk"
)


# What the policies let somebody see who does not see all, said to the planner: it then goes from their requests to the
# saisines, not from each saisine to its request. tests/db/test_eyes.py holds it against the policies.
_OF_THEIRS = text("""
SELECT s.risk, count(*) AS number FROM tickets t JOIN saisines s ON s.tenant_id = t.tenant_id AND s.ticket_id = t.id
 WHERE t.tenant_id = :tenant AND s.closed_at IS NULL AND (:archives OR t.archived_at IS NULL)
   AND (t.assignee_id = ANY(CAST(:people AS uuid[])) OR t.team_id = ANY(CAST(:teams AS uuid[]))
        OR (t.confidential_at IS NULL AND (
            t.assignee_id = ANY(CAST(:lent_people AS uuid[])) OR t.team_id = ANY(CAST(:lent_teams AS uuid[]))
            OR (:nobodys AND t.team_id IS NULL AND t.assignee_id IS NULL))))
 GROUP BY s.risk
""")


async def counts(session: Session, tenant_id: UUID) -> dict[str, int]:
    """Returns how many open saisines stand at each risk where there are any, of those the person asking may see.

    Who sees all but the confidential gets the tallies less those: there are few of them. Of others, their requests are counted.
    """
    eyes = sight()
    if eyes is None:
        return await _tallied(session, tenant_id)
    if eyes.reach is not Reach.ALL:
        async with whole(session):
            return await _theirs(session, tenant_id, eyes)
    async with whole(session):
        total = Counter(await _tallied(session, tenant_id))
        total.subtract(await _confidential(session, tenant_id))
    total.update(await _confidential(session, tenant_id))
    return {risk: number for risk, number in total.items() if number}


async def _theirs(session: Session, tenant_id: UUID, eyes: Sight) -> dict[str, int]:
    closed = [loan for loan in eyes.loans if loan.confidential]
    asked = {
        "tenant": tenant_id,
        "archives": eyes.archives,
        "people": [eyes.person_id, *(loan.person_id for loan in closed)],
        "teams": [
            *(eyes.teams if eyes.reach is Reach.TEAMS else ()),
            *(team for loan in closed for team in loan.teams),
        ],
        "lent_people": [loan.person_id for loan in eyes.loans],
        "lent_teams": [team for loan in eyes.loans for team in loan.teams],
        "nobodys": eyes.reach is Reach.TEAMS,
    }
    return {row.risk: row.number for row in await session.execute(_OF_THEIRS, asked)}


async def _confidential(session: Session, tenant_id: UUID) -> dict[str, int]:
    rows = await session.execute(_CONFIDENTIAL, {"tenant": tenant_id})
    return {row.risk: row.number for row in rows}


async def _tallied(session: Session, tenant_id: UUID) -> dict[str, int]:
    record = SaisineTallyRecord
    query = select(record.risk, func.sum(record.more)).where(record.tenant_id == tenant_id).group_by(record.risk)
    return {row[0]: int(row[1]) for row in await session.execute(query) if row[1]}


async def counted(session: Session, tenant_id: UUID) -> dict[str, int]:
    """Counts them one by one: what the tallies must come to."""
    record = SaisineRecord
    query = (
        select(record.risk, func.count())
        .where(record.tenant_id == tenant_id, record.closed_at.is_(None))
        .group_by(record.risk)
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def fold(session: Session, tenant_id: UUID) -> None:
    """Sums rows up when there are many."""
    record = SaisineTallyRecord
    many = select(func.count()).select_from(
        select(record.id).where(record.tenant_id == tenant_id).limit(_MANY + 1).subquery()
    )
    if (await session.execute(many)).scalar_one() > _MANY:
        await session.execute(_FOLD, {"tenant": tenant_id})
