"""Every SQL statement of how an administration served what it received in a period: two, whatever there is.

The tables are other packages'; they are only read, and a person's sight narrows them as it narrows lists.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import RowMapping, text

from app.db.transaction import Session, bound_statements
from app.reporting.opening.hours import OpenTime

# Longer than a quarter is the register's affair: a screen reads all that was received then.
MOST_DAYS = 92
MOST_MS = 5_000
_MOST_PROCEDURES = 50

# The open time between two instants is the difference of what had been open at each (`OpenTime`), found by bisection
# among the openings of the request's team, else of the administration: nothing leaves the database row by row.
# What was received in a period moved since it began: the index of the last activity leads, no other is needed.
_CHANNELS = text(
    """
    WITH days AS (
        SELECT timezone(time_zone, CAST(:first AS timestamp)) AS begins,
               timezone(time_zone, CAST(:after AS timestamp)) AS ends
          FROM tenants WHERE id = :tenant),
    hours AS MATERIALIZED (
        SELECT team_id, starts, ends, before
          FROM jsonb_to_recordset(CAST(:hours AS jsonb))
            AS h(team_id uuid, starts float8[], ends float8[], before float8[]))
    SELECT t.channel_type AS channel, count(*) AS received, count(a.seconds) AS answered,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY a.seconds) AS median_seconds,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY
               CASE WHEN b.answered = 0 THEN 0
                    ELSE h.before[b.answered] + least(a.epoch, h.ends[b.answered]) - h.starts[b.answered] END
             - CASE WHEN b.received = 0 THEN 0
                    ELSE h.before[b.received] + least(t.epoch, h.ends[b.received]) - h.starts[b.received] END
           ) AS median_open_seconds
      FROM (SELECT t.id, t.channel_type, t.received_at, t.team_id, extract(epoch FROM t.received_at)::float8 AS epoch
              FROM tickets t, days d
              WHERE t.tenant_id = :tenant AND t.last_activity_at >= d.begins
              AND t.received_at >= d.begins AND t.received_at < d.ends
              AND (CAST(:team AS uuid) IS NULL OR t.team_id = :team)) t
      LEFT JOIN LATERAL (
           SELECT extract(epoch FROM min(m.received_at) - t.received_at) AS seconds,
                  extract(epoch FROM min(m.received_at))::float8 AS epoch
             FROM messages m
            WHERE m.tenant_id = :tenant AND m.ticket_id = t.id AND m.direction = 'out'
              AND m.author_kind = 'agent' AND NOT m.automatic AND m.received_at >= t.received_at) a ON true
      LEFT JOIN hours own ON own.team_id = t.team_id
      LEFT JOIN hours house ON house.team_id IS NULL
     CROSS JOIN LATERAL (
           SELECT coalesce(own.starts, house.starts) AS starts, coalesce(own.ends, house.ends) AS ends,
                  coalesce(own.before, house.before) AS before) h
     CROSS JOIN LATERAL (
           SELECT width_bucket(t.epoch, h.starts) AS received, width_bucket(a.epoch, h.starts) AS answered) b
     GROUP BY GROUPING SETS ((), (t.channel_type))
     ORDER BY count(*) DESC, t.channel_type
    """
)
# A saisine joined to another is the same request: its clock is the other's.
_PROCEDURES = text(
    """
    WITH days AS (
        SELECT timezone(time_zone, CAST(:first AS timestamp)) AS begins,
               timezone(time_zone, CAST(:after AS timestamp)) AS ends
          FROM tenants WHERE id = :tenant)
    SELECT grouping(s.procedure) = 1 AS total, s.procedure, count(DISTINCT s.ticket_id) AS requests,
           count(*) FILTER (WHERE s.accepted OR s.rejected OR s.decided) AS ended,
           count(*) FILTER (WHERE s.decided AND NOT s.accepted AND NOT s.rejected) AS in_time,
           count(*) FILTER (WHERE s.accepted) AS accepted_by_silence,
           count(*) FILTER (WHERE s.rejected) AS rejected_by_silence
      FROM (SELECT s.procedure, s.ticket_id,
                   coalesce(s.reading #>> '{values,tacit_acceptance}' = 'true', false) AS accepted,
                   coalesce(s.reading #>> '{values,tacit_rejection}' = 'true', false) AS rejected,
                   coalesce(s.reading ->> 'state' = 'decided', false) AS decided
              FROM (SELECT t.id
                      FROM tickets t, days d
                      WHERE t.tenant_id = :tenant AND t.last_activity_at >= d.begins
                      AND t.received_at >= d.begins AND t.received_at < d.ends
                      AND (CAST(:team AS uuid) IS NULL OR t.team_id = :team)) t
              JOIN saisines s ON s.tenant_id = :tenant AND s.ticket_id = t.id AND s.joined_to IS NULL) s
     GROUP BY GROUPING SETS ((), (s.procedure))
     ORDER BY total DESC, requests DESC, s.procedure
     LIMIT :most
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days of reception that are counted, both included; one team's requests, or all."""

    first: date
    last: date
    team_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Requests received, those a person answered, and half of these within so long; `channel` is None for all.

    `open_median` counts the open hours only; None where no hours are chosen.
    """

    channel: str | None
    received: int
    answered: int
    median: timedelta | None
    open_median: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """Clocks that came to an end, and how; `procedure` is None for what the catalogue's procedures leave."""

    procedure: str | None
    requests: int
    ended: int
    in_time: int
    accepted_by_silence: int
    rejected_by_silence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFigures:
    """A period's service: in all, then by channel and by procedure, the most first."""

    received: Answering
    channels: Sequence[Answering]
    decided: Deciding
    procedures: Sequence[Deciding]


async def served(
    session: Session, tenant_id: UUID, period: Period, *, hours: Mapping[UUID | None, OpenTime]
) -> ServiceFigures:
    """Counts a period; `hours` are when teams are open, None the administration. Raises `Unavailable` when it holds more than five seconds count."""
    await bound_statements(session, milliseconds=MOST_MS)
    given = {
        "tenant": tenant_id,
        "first": period.first,
        "after": period.last + timedelta(days=1),
        "team": period.team_id,
    }
    open_times = [
        {"team_id": team and str(team), "starts": time.starts, "ends": time.ends, "before": time.before}
        for team, time in hours.items()
    ]
    asked = {**given, "hours": json.dumps(open_times)}
    channels = (await session.execute(_CHANNELS, asked)).mappings().all()
    procedures = (await session.execute(_PROCEDURES, {**given, "most": _MOST_PROCEDURES + 2})).mappings().all()
    return ServiceFigures(
        received=next(_answering(row) for row in channels if row["channel"] is None),
        channels=[_answering(row) for row in channels if row["channel"] is not None],
        decided=next(_deciding(row) for row in procedures if row["total"]),
        procedures=[_deciding(row) for row in procedures if row["procedure"] is not None][:_MOST_PROCEDURES],
    )


def _answering(row: RowMapping) -> Answering:
    return Answering(
        channel=row["channel"],
        received=row["received"],
        answered=row["answered"],
        median=_lasting(row["median_seconds"]),
        open_median=_lasting(row["median_open_seconds"]),
    )


def _lasting(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=round(seconds))


def _deciding(row: RowMapping) -> Deciding:
    return Deciding(
        procedure=row["procedure"],
        requests=row["requests"],
        ended=row["ended"],
        in_time=row["in_time"],
        accepted_by_silence=row["accepted_by_silence"],
        rejected_by_silence=row["rejected_by_silence"],
    )
