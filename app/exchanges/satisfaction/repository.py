"""Every SQL statement about questions once they are asked: what their person says, and who reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select, text, update

from app.db.transaction import Session
from app.exchanges.satisfaction.tables import SatisfactionQuestionRecord
from app.exchanges.satisfaction.values import Grade, Opinion, Question

# The bounds of a period are civil days of the administration.
_DAYS = """
    SELECT coalesce(timezone(time_zone, CAST(CAST(:first AS date) AS timestamp)), '-infinity') AS begins,
           coalesce(timezone(time_zone, CAST(CAST(:after_day AS date) AS timestamp)), 'infinity') AS ends
      FROM tenants WHERE id = :tenant"""
_IN_DAYS = "q.asked_at >= (SELECT begins FROM days) AND q.asked_at < (SELECT ends FROM days)"
_OPINION = (
    "SELECT q.id, q.ticket_id, t.reference, t.subject, q.grade, q.comment, q.asked_at, q.answered_at, q.changed_at "
    "FROM satisfaction_questions q JOIN tickets t ON t.tenant_id = q.tenant_id AND t.id = q.ticket_id "
)
_PAGE = text(
    f"""
    WITH days AS ({_DAYS})
    {_OPINION}
     WHERE q.tenant_id = :tenant AND q.grade IS NOT NULL AND {_IN_DAYS}
       AND (CAST(:grade AS text) IS NULL OR q.grade = CAST(:grade AS text))
       AND (CAST(:team AS uuid) IS NULL OR t.team_id = CAST(:team AS uuid))
       AND (CAST(:at AS timestamptz) IS NULL OR (q.asked_at, q.id) < (CAST(:at AS timestamptz), CAST(:id AS uuid)))
     ORDER BY q.asked_at DESC, q.id DESC
     LIMIT :most
    """
)
_OF_TICKET = text(f"{_OPINION} WHERE q.tenant_id = :tenant AND q.ticket_id = :ticket AND q.answered_at IS NOT NULL")
_FIGURES = text(
    f"""
    WITH days AS ({_DAYS})
    SELECT count(*) AS asked, count(q.grade) AS answered, count(*) FILTER (WHERE q.comment <> '') AS comments,
           count(*) FILTER (WHERE q.grade = 'very_satisfied') AS very_satisfied,
           count(*) FILTER (WHERE q.grade = 'satisfied') AS satisfied,
           count(*) FILTER (WHERE q.grade = 'mixed') AS mixed,
           count(*) FILTER (WHERE q.grade = 'dissatisfied') AS dissatisfied,
           count(*) FILTER (WHERE q.grade = 'very_dissatisfied') AS very_dissatisfied
      FROM satisfaction_questions q
     WHERE q.tenant_id = :tenant AND {_IN_DAYS} AND (CAST(:team AS uuid) IS NULL OR EXISTS (SELECT FROM tickets t
       WHERE t.tenant_id = q.tenant_id AND t.id = q.ticket_id AND t.team_id = CAST(:team AS uuid)))
    """  # noqa: S608 — constants
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list of answers is narrowed by; days are those on which people were asked, both included."""

    first: date | None = None
    last: date | None = None
    grade: Grade | None = None
    team_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SatisfactionFigures:
    """How many were asked in a period, how many answered, and what; `counts` has every grade, the best first."""

    asked: int
    answered: int
    comments: int
    counts: Sequence[tuple[Grade, int]]


async def find(session: Session, tenant_id: UUID, question_id: UUID, *, lock: bool = False) -> Question | None:
    record = SatisfactionQuestionRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id == question_id)
    row = (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
    return _question(row) if row else None


async def change(session: Session, question: Question, values: dict[str, Any]) -> None:
    record = SatisfactionQuestionRecord
    query = update(record).where(record.tenant_id == question.tenant_id, record.id == question.id)
    await session.execute(query.values(**values))


async def page(
    session: Session, tenant_id: UUID, wanted: Wanted, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[Opinion]:
    """Returns a page of answers, those last asked for first; row policies hide those of requests one does not see."""
    at, place = after or (None, None)
    given = {**_given(tenant_id, wanted), "grade": wanted.grade, "at": at, "id": place, "most": limit}
    return [_opinion(row) for row in (await session.execute(_PAGE, given)).mappings()]


async def history(
    session: Session,
    tenant_id: UUID,
    ticket_id: UUID,
    *,
    after: tuple[datetime, UUID] | None,
    backwards: bool = False,
) -> list[Opinion]:
    """Returns the answer about a request where its story places it, by when it was first given: one at most."""
    found = [_opinion(row) for row in (await session.execute(_OF_TICKET, _of(tenant_id, ticket_id))).mappings()]
    if after is None:
        return found
    return [
        one for one in found if ((one.answered_at, one.id) < after) is backwards and (one.answered_at, one.id) != after
    ]


async def figures(session: Session, tenant_id: UUID, wanted: Wanted) -> SatisfactionFigures:
    """Counts a period, both days given, in one statement."""
    row = (await session.execute(_FIGURES, _given(tenant_id, wanted))).mappings().one()
    return SatisfactionFigures(
        asked=row["asked"],
        answered=row["answered"],
        comments=row["comments"],
        counts=[(grade, row[grade.value]) for grade in Grade],
    )


def _of(tenant_id: UUID, ticket_id: UUID) -> dict[str, UUID]:
    return {"tenant": tenant_id, "ticket": ticket_id}


def _given(tenant_id: UUID, wanted: Wanted) -> dict[str, Any]:
    return {
        "tenant": tenant_id,
        "first": wanted.first,
        "after_day": wanted.last + timedelta(days=1) if wanted.last else None,
        "team": wanted.team_id,
    }


def _question(row: SatisfactionQuestionRecord) -> Question:
    return Question(
        tenant_id=row.tenant_id,
        id=row.id,
        ticket_id=row.ticket_id,
        point_id=row.point_id,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        grade=Grade(row.grade) if row.grade else None,
        comment=row.comment,
        answered_at=row.answered_at,
        changed_at=row.changed_at,
        refused_at=row.refused_at,
    )


def _opinion(row: RowMapping) -> Opinion:
    return Opinion(**{**row, "grade": Grade(row["grade"])})
