"""Many open clocks in a town, written by PostgreSQL itself: each a case the engine has read, with its own instants.

Nine messages in ten are e-mails nobody has looked at, acknowledged within seconds; the tenth was qualified, and half of
those wait for pieces. A template a day and kind holds the reading; rows differ by the hour they came and by their ticket.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from app.clock import Clock
from app.sve.cases import judge, received_event, stored_case
from app.sve.law.regime import Regime
from app.tenants.values import Tenant

NOW = datetime(2027, 4, 1, 9, 0, tzinfo=UTC)
DAYS = 60
_FIRST = NOW.date() - timedelta(days=DAYS)
_NOON = time(12, 0, 0)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of case: how many of a hundred, the effect of silence, and what happened to it."""

    share: int
    regime: Regime
    delay: str | None
    pieces: bool = False


KINDS = (
    Kind(90, Regime.UNKNOWN, None),
    Kind(3, Regime.SVA, "P2M"),
    Kind(2, Regime.SVR, "P2M"),
    Kind(3, Regime.SVA, "P4M", pieces=True),
    Kind(2, Regime.SVR, "P6M", pieces=True),
)


def ticking() -> Clock:
    """Returns a clock that starts at the day of the figures, so that what is kept for some seconds is kept no longer."""
    begun = perf_counter()
    return lambda: NOW + timedelta(seconds=perf_counter() - begun)


def fill(
    superuser: str,
    tenant: Tenant,
    channel_id: UUID,
    *,
    count: int,
    due: int,
    rules: str | None = None,
    with_events: bool = True,
) -> None:
    """Writes open clocks, of which `due` wake the watch today and no other does.

    `rules` is the version they say they were read under. What only looks at clocks needs no events. Keys and triggers are left out while rows are written, and the
    tallies summed up afterwards: it is the reading that is measured.
    """
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        connection.execute(_TEMPLATES)
        with connection.cursor().copy("COPY templates FROM STDIN") as copy:
            for row in _templates(tenant, rules):
                copy.write_row(row)
        asked = {
            "tenant": tenant.id,
            "channel": channel_id,
            "count": count,
            "due": due,
            "start": datetime.combine(_FIRST, _NOON, ZoneInfo(tenant.time_zone)),
            "today": NOW.date(),
            "days": DAYS,
        }
        for statement in (*_STATEMENTS, *([_EVENTS] if with_events else ())):
            connection.execute(statement, asked)
        for table in ("tickets", "saisines", "legal_events", "saisine_tallies"):
            connection.execute(f"VACUUM ANALYZE {table}")  # type: ignore[arg-type]


def _templates(tenant: Tenant, rules: str | None) -> Iterator[tuple[Any, ...]]:
    zone = ZoneInfo(tenant.time_zone)
    low = 0
    for number, kind in enumerate(KINDS):
        for day in range(DAYS):
            at = datetime.combine(_FIRST + timedelta(days=day), _NOON, zone).astimezone(UTC)
            events = list(_events(tenant, kind, at))
            case = stored_case(tenant, regime=kind.regime.value, delay=kind.delay, family=None, events=events)
            columns = judge(case, now=NOW, alerted=True).columns()
            wake_on: date | None = columns["wake_on"]
            yield (
                number,
                low,
                low + kind.share,
                day,
                kind.regime.value,
                kind.delay,
                columns["term_on"],
                columns["alert_on"],
                wake_on,
                columns["risk"],
                json.dumps(columns["reading"], ensure_ascii=False),
                rules or columns["rules_version"],
                columns["digest"],
                json.dumps([{**event, "after": (_instant(event) - at).total_seconds()} for event in events]),
            )
        low += kind.share


def _events(tenant: Tenant, kind: Kind, at: datetime) -> Iterator[dict[str, Any]]:
    yield received_event(tenant, channel_type="email", received_at=at)
    yield {"type": "ack_sent", "kind": "AEE", "at": _written(at + timedelta(seconds=12))}
    if kind.pieces:
        day = (at + timedelta(days=45)).date().isoformat()
        yield {"type": "pieces_requested", "at": _written(at + timedelta(hours=1)), "deadline_date": day}


def _instant(event: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(event["at"])


def _written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


# Identifiers are UUIDv7 in the order of reception, as the house gives them.
_TEMPLATES = """
CREATE TEMP TABLE templates (kind int, low int, high int, day int, regime text, delay text, term_on date, alert_on date,
  wake_on date, risk text, reading jsonb, rules_version text, digest bytea, events jsonb)
"""
_ID = "(lpad(to_hex((extract(epoch FROM {at}) * 1000)::bigint), 12, '0') || '7' || substr(md5({salt} || n), 1, 3) || '8' || substr(md5({salt} || n), 4, 15))::uuid"
_NUMBERED = f"""
CREATE TEMP TABLE numbered AS
SELECT n, {_ID.format(at="at", salt="'s'")} AS id, {_ID.format(at="at", salt="'t'")} AS ticket_id,
       {_ID.format(at="at", salt="'m'")} AS message_id, at, kind, day
  FROM (SELECT n, (n * 7919) %% %(days)s AS day, (n * 31) %% 100 AS hundred,
               %(start)s + make_interval(days => ((n * 7919) %% %(days)s)::int, secs => ((n * 104729) %% 36000 - 18000)::float8) AS at
          FROM generate_series(0::bigint, %(count)s::bigint - 1) AS n) AS drawn
  JOIN (SELECT DISTINCT kind, low, high FROM templates) k ON hundred >= k.low AND hundred < k.high
"""
_STATEMENTS = (
    _NUMBERED,
    "CREATE INDEX ON templates (kind, day)",
    "ANALYZE templates",
    """
INSERT INTO tickets (tenant_id, id, reference, subject, status, channel_id, channel_type, received_at, last_activity_at,
                     risk, term_on, alert_on, created_at, version)
SELECT %(tenant)s, n.ticket_id, '27-' || lpad(n.n::text, 8, '0'), 'Demande', 'new', %(channel)s, 'email', n.at, n.at,
       t.risk, t.term_on, t.alert_on, n.at, 1 FROM numbered n JOIN templates t USING (kind, day)
""",
    """
INSERT INTO saisines (tenant_id, id, ticket_id, message_id, ordinal, regime, delay, received_at, received_on, term_on,
                      alert_on, wake_on, risk, reading, rules_version, digest, version)
SELECT %(tenant)s, n.id, n.ticket_id, n.message_id, 0, t.regime, t.delay, n.at, (n.at AT TIME ZONE 'Europe/Paris')::date,
       t.term_on, t.alert_on, CASE WHEN n.n < %(due)s THEN %(today)s ELSE t.wake_on END, t.risk, t.reading,
       t.rules_version, t.digest, 1 FROM numbered n JOIN templates t USING (kind, day) ORDER BY n.id
""",
    """
INSERT INTO saisine_tallies (tenant_id, id, risk, more)
SELECT %(tenant)s, gen_random_uuid(), t.risk, count(*) FROM numbered n JOIN templates t USING (kind, day) GROUP BY t.risk
""",
)
_EVENTS = f"""
INSERT INTO legal_events (tenant_id, id, saisine_id, type, payload, actor, at, recorded_at, backdated)
SELECT %(tenant)s, {_ID.format(at="at", salt="('e' || rank)")}, id, event->>'type',
       (event - 'after') || jsonb_build_object('at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
       'system', at, at, false
  FROM (SELECT n.n, n.id, e.event, e.rank, n.at + make_interval(secs => (e.event->>'after')::float8) AS at
          FROM numbered n JOIN templates t USING (kind, day)
          CROSS JOIN LATERAL jsonb_array_elements(t.events) WITH ORDINALITY AS e(event, rank) ORDER BY n.id, e.rank) told
"""
