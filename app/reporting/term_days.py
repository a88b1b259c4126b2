"""Every SQL statement of the calendar of terms: one, whatever is open, counted a day, a risk and a team.

The tables are other packages'; they are only read, and a person's sight narrows them as it narrows lists.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import RowMapping, text

from app.db.transaction import Session, bound_statements
from app.reporting.terms import Window

# Six weeks of a month's table, and some more: a longer span is the register's affair.
MOST_DAYS = 62
MOST_MS = 5_000
URGENT = ("born", "critical")

# What is joined to another saisine is closed: it is not counted twice. What is overdue counts whatever days are shown.
_DAYS = text(
    """
    WITH standing AS MATERIALIZED (
        SELECT s.alert_on AS on_day, s.risk, t.team_id
          FROM saisines s JOIN tickets t ON t.tenant_id = s.tenant_id AND t.id = s.ticket_id
         WHERE s.tenant_id = :tenant AND s.closed_at IS NULL AND s.alert_on IS NOT NULL
           AND s.alert_on <= greatest(CAST(:last AS date), CAST(:today AS date) - 1)
           AND (CAST(:procedure AS text) IS NULL OR s.procedure = :procedure)
           AND (NOT :narrowed OR s.risk = ANY(:risks))
           AND (CAST(:team AS uuid) IS NULL OR t.team_id = :team))
    SELECT 'day' AS what, on_day, risk, CAST(NULL AS uuid) AS team_id, count(*) AS number, 0 AS urgent
      FROM standing WHERE on_day BETWEEN :first AND :last GROUP BY on_day, risk
    UNION ALL
    SELECT 'overdue', NULL, risk, NULL, count(*), 0 FROM standing WHERE on_day < :today GROUP BY risk
    UNION ALL
    SELECT 'team', NULL, NULL, team_id, count(*), count(*) FILTER (WHERE risk = ANY(:urgent))
      FROM standing WHERE on_day <= :last GROUP BY team_id
    UNION ALL
    SELECT 'due', d.due_on, NULL, NULL, count(*), 0
      FROM duties d JOIN tickets t ON t.tenant_id = d.tenant_id AND t.id = d.ticket_id
     WHERE :owed AND d.tenant_id = :tenant AND d.kind = 'ARE' AND d.done_at IS NULL AND d.waived_at IS NULL
       AND d.due_on BETWEEN :first AND :last AND (CAST(:team AS uuid) IS NULL OR t.team_id = :team)
     GROUP BY d.due_on
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Which terms are counted: of some risks, of one procedure, of one team; nothing said counts all."""

    risks: Sequence[str] = ()
    procedure: str | None = None
    team_id: UUID | None = None

    @property
    def of_terms(self) -> bool:
        """Whether it is about terms alone: an acknowledgement due has neither risk nor procedure."""
        return bool(self.risks or self.procedure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """The open terms of a team up to the last day shown, overdue ones too; `team_id` is None for requests of no team."""

    team_id: UUID | None
    terms: int
    urgent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TermDays:
    """Open terms by day and risk, those whose day is past by risk, ARE due by day (None: not counted), load by team."""

    days: Mapping[date, Mapping[str, int]]
    overdue: Mapping[str, int]
    due: Mapping[date, int] | None
    teams: Sequence[Load]


async def counted(session: Session, tenant_id: UUID, window: Window, asked: Narrowing, *, today: date) -> TermDays:
    """Counts a calendar. Raises `Unavailable` when it holds more than five seconds count."""
    await bound_statements(session, milliseconds=MOST_MS)
    given = {
        "tenant": tenant_id,
        "first": window.first,
        "last": window.last,
        "today": today,
        "procedure": asked.procedure,
        "narrowed": bool(asked.risks),
        "risks": list(asked.risks),
        "team": asked.team_id,
        "urgent": list(URGENT),
        "owed": not asked.of_terms,
    }
    return _added((await session.execute(_DAYS, given)).mappings().all(), owed=not asked.of_terms)


def _added(rows: Sequence[RowMapping], *, owed: bool) -> TermDays:
    days: dict[date, dict[str, int]] = defaultdict(dict)
    for row in rows:
        if row["what"] == "day":
            days[row["on_day"]][row["risk"]] = row["number"]
    loads = [
        Load(team_id=row["team_id"], terms=row["number"], urgent=row["urgent"]) for row in rows if row["what"] == "team"
    ]
    return TermDays(
        days=days,
        overdue={row["risk"]: row["number"] for row in rows if row["what"] == "overdue"},
        due={row["on_day"]: row["number"] for row in rows if row["what"] == "due"} if owed else None,
        teams=sorted(loads, key=lambda load: (-load.terms, str(load.team_id))),
    )
