"""Requests of a town, written by PostgreSQL itself: teams, people, confidential ones, two messages each, clocks, sendings.

The words come from a small vocabulary: `voirie` is in one message of four, `hapax` in one of ten thousand.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import psycopg

from app.ids import human_reference

_ID = "(lpad(to_hex((extract(epoch FROM {at}) * 1000)::bigint), 12, '0') || '7' || substr(md5('{salt}' || %(slug)s || n), 1, 3) || '8' || substr(md5('{salt}' || %(slug)s || n), 4, 15))::uuid"
_RISKS = "(ARRAY['none','unqualified','suspended','near','critical','born','silence_rejects','unqualified'])[1 + (n / 8) %% 8]"
_OPEN = ("'new'", "'open'", "'waiting'", "'open'", "'resolved'", "'closed'", "'new'", "'closed'")
_FILLED = f"""
CREATE TEMP TABLE filled AS
SELECT n, at, {_ID.format(at="at", salt="t")} AS id, {_ID.format(at="at", salt="c")} AS contact_id,
       {_ID.format(at="at", salt="m")} AS message_id, {_ID.format(at="at", salt="a")} AS answer_id,
       {_ID.format(at="at", salt="s")} AS saisine_id, {_ID.format(at="at", salt="r")} AS reception_id,
       (ARRAY[{", ".join(_OPEN)}])[1 + (n * 31) %% 8] AS status, {_RISKS} AS risk,
       CASE WHEN n %% 10 < 8 THEN (%(teams)s::uuid[])[1 + (n * 7919) %% %(team_count)s] END AS team_id,
       CASE WHEN n %% 3 = 0 THEN (%(people)s::uuid[])[1 + (n * 104729) %% %(person_count)s] END AS assignee_id,
       CASE WHEN n %% 50 = 0 THEN at END AS confidential_at,
       CASE WHEN n %% 5 = 0 THEN NULL ELSE (at + make_interval(days => (30 + n %% 60)::int))::date END AS alert_on
  FROM (SELECT n, timestamptz '2026-01-05T08:00:00Z' + make_interval(secs => n::float8 * 7776000 / %(count)s) AS at
          FROM generate_series(0::bigint, %(count)s::bigint - 1) AS n) AS drawn
"""
_WORDS = """(SELECT string_agg((ARRAY['rue','place','dossier','lampadaire','demande','service','mairie','clôture','terrasse',
 'école','crèche','eau','facture','arbre','trottoir','bruit','voisin','permis','travaux','stationnement','poubelle','gymnase',
 'rendez-vous','courrier','copie','acte','naissance','cimetière','concession','restauration'])[1 + ((f.n * 7 + k * k * 13) %% 30)], ' ')
 FROM generate_series(1, 40) k) || CASE WHEN f.n %% 4 = 0 THEN ' voirie' ELSE '' END || CASE WHEN f.n %% 10000 = 17 THEN ' hapax' ELSE '' END"""
_STATEMENTS = (
    "CREATE TEMP TABLE teams_of AS SELECT unnest(%(teams)s::uuid[]) AS id",
    """INSERT INTO teams (tenant_id, id, name, name_key, created_at, version)
SELECT %(tenant)s, id, 'Service ' || id, 'service ' || id, timestamptz '2026-01-01', 1 FROM teams_of""",
    """INSERT INTO users (tenant_id, id, email, email_key, name, role, created_at, version)
SELECT %(tenant)s, id, id || '@villebourg.example.fr', id || '@villebourg.example.fr', 'Agent ' || id, 'agent',
       timestamptz '2026-01-01', 1 FROM unnest(%(people)s::uuid[]) AS id""",
    """INSERT INTO contacts (tenant_id, id, display_name, created_at, version)
SELECT %(tenant)s, contact_id, 'Usager ' || substr(md5(n::text), 1, 8), at, 1 FROM filled""",
    f"""INSERT INTO contact_points (tenant_id, id, contact_id, kind, scope, address, address_key, display_name, created_at)
SELECT %(tenant)s, {_ID.format(at="at", salt="p")}, contact_id, 'email', '', a, a, '', at
  FROM (SELECT filled.*, 'usager' || n || '@example.org' AS a FROM filled) AS filled""",
    """INSERT INTO tickets (tenant_id, id, reference, subject, status, channel_id, channel_type, contact_id, received_at,
                     last_activity_at, risk, term_on, alert_on, created_at, version, team_id, assignee_id, confidential_at)
SELECT %(tenant)s, id, '26-' || lpad(n::text, 8, '0'), 'Demande', status, %(channel)s,
       (ARRAY['email','http','chat','email'])[1 + n %% 4], contact_id, at, at, risk, alert_on, alert_on, at, 1, team_id,
       assignee_id, confidential_at FROM filled""",
    f"""INSERT INTO messages (tenant_id, id, ticket_id, channel_id, direction, author_kind, author_name, author_address, external_id,
    subject, text, recipients, fields, warnings, automatic, public, received_at, processed_at, history, reception_id)
SELECT %(tenant)s, CASE k WHEN 0 THEN f.message_id ELSE f.answer_id END, f.id, %(channel)s, CASE k WHEN 0 THEN 'in' ELSE 'out' END,
       CASE k WHEN 0 THEN 'citizen' ELSE 'agent' END, 'Usager', CASE k WHEN 0 THEN 'usager' || n || '@example.org' END,
       CASE k WHEN 0 THEN '<' || n || '@example.org>' END, 'Demande', {_WORDS}, '[]', '{{}}', ARRAY[]::text[], false, true,
       f.at + k * interval '1 hour', f.at + k * interval '1 hour', '[]', CASE k WHEN 0 THEN f.reception_id END
  FROM filled f CROSS JOIN generate_series(0, 1) k""",
    """INSERT INTO message_words (tenant_id, message_id, content, ticket_id, search)
SELECT tenant_id, id, '', ticket_id, search FROM messages WHERE tenant_id = %(tenant)s""",
    """INSERT INTO saisines (tenant_id, id, ticket_id, message_id, ordinal, regime, received_at, received_on, term_on, alert_on,
                      wake_on, risk, reading, rules_version, version, closed_at)
SELECT %(tenant)s, saisine_id, id, message_id, 0, 'UNKNOWN', at, at::date, alert_on, alert_on, alert_on, risk, '{}', 'bench', 1,
       CASE WHEN status IN ('resolved', 'closed') THEN at END FROM filled""",
    """INSERT INTO saisine_tallies (tenant_id, id, risk, more)
SELECT %(tenant)s, gen_random_uuid(), risk, count(*) FROM filled WHERE status NOT IN ('resolved', 'closed') GROUP BY risk""",
    """INSERT INTO receptions (tenant_id, id, channel_id, door, method, url, headers, envelope, raw, sha256, size, received_at,
                        state, reason, attempts, next_attempt_at, ticket_id, message_id)
SELECT %(tenant)s, reception_id, %(channel)s, 'smtp', 'SMTP', '', '[]', '{}', 'x', md5(n::text), 1, at,
       CASE WHEN n %% 500 = 0 THEN 'held' ELSE 'done' END, CASE WHEN n %% 500 = 0 THEN 'unverified' END, 1, at,
       CASE WHEN n %% 500 <> 0 THEN id END, CASE WHEN n %% 500 <> 0 THEN message_id END FROM filled""",
    """INSERT INTO event_keys (tenant_id, channel_id, event_key, digest, reception_id, message_id, at)
SELECT %(tenant)s, %(channel)s, 'k' || n, md5(n::text), reception_id, message_id, at FROM filled""",
    f"""INSERT INTO outbound (tenant_id, id, channel_id, ticket_id, message_id, purpose, priority, recipient_address, recipient,
                      request, digest, state, status_rank, external_id, parts_sent, attempts, asked, next_attempt_at, frozen_at,
                      give_up_at, settled_at, version)
SELECT %(tenant)s, {_ID.format(at="at", salt="o")}, %(channel)s, id, answer_id, 'reply', 1, 'usager' || n || '@example.org', '{{}}',
       '{{"text": ""}}', '', CASE WHEN n %% 1000 = 1 THEN 'failed' WHEN n %% 5000 = 2 THEN 'frozen' ELSE 'delivered' END, 0,
       'o' || n, 0, 1, 0, CASE WHEN n %% 5000 = 2 THEN at END, at, at + interval '2 days', at, 1 FROM filled""",
    f"""INSERT INTO events (tenant_id, id, type, subject_id, ticket_id, payload, at)
SELECT %(tenant)s, {_ID.format(at="at", salt="e")}, 'ticket.created', id, id, '{{}}', at FROM filled ORDER BY n""",
)
# One request that everybody who is in its team sees, with a reference a person could type.
_MIDDLE = """UPDATE tickets t SET reference = %(reference)s, assignee_id = (%(people)s::uuid[])[1] FROM events e WHERE e.tenant_id = t.tenant_id AND e.ticket_id = t.id
AND t.tenant_id = %(tenant)s AND t.id = (SELECT id FROM filled WHERE n >= %(half)s AND confidential_at IS NULL AND alert_on IS NOT NULL
AND team_id = (%(teams)s::uuid[])[1] ORDER BY n LIMIT 1) RETURNING t.id, t.received_at, t.alert_on, e.xid, e.id"""
_LOOKED_AT = (
    "tickets",
    "messages",
    "message_words",
    "saisines",
    "events",
    "contacts",
    "contact_points",
    "receptions",
    "event_keys",
    "outbound",
)


@dataclass(frozen=True, slots=True)
class Filled:
    """What was written: the tenant, its teams and people, and a request of the middle."""

    tenant_id: UUID
    teams: tuple[UUID, ...]
    people: tuple[UUID, ...]
    ticket_id: UUID
    at: datetime
    alert_on: date
    reference: str
    event: tuple[int, UUID]


def fill(superuser: str, tenant_id: UUID, channel_id: UUID, *, slug: str, count: int) -> Filled:
    """Writes `count` requests of ninety days; triggers and keys are left out: it is reading that is looked at."""
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        teams, people = (_ids(connection, most) for most in (11, 37))
        asked = {
            "tenant": tenant_id, "channel": channel_id, "slug": slug, "count": count,
            "teams": list(teams), "team_count": len(teams), "people": list(people), "person_count": len(people),
        }  # fmt: skip
        for statement in (_FILLED, *_STATEMENTS):
            connection.execute(statement, asked)
        for table in _LOOKED_AT:
            connection.execute(f"VACUUM ANALYZE {table}")  # type: ignore[arg-type]
        reference = human_reference(2026, 4)
        middle = connection.execute(_MIDDLE, {"half": count // 2, "reference": reference, **asked}).fetchone()
        assert middle
    ticket_id, at, alert_on, xid, event_id = middle
    return Filled(tenant_id, teams, people, ticket_id, at, alert_on, reference, (xid, event_id))


def _ids(connection: psycopg.Connection, most: int) -> tuple[UUID, ...]:
    rows = connection.execute("SELECT gen_random_uuid() FROM generate_series(1, %s::int)", [most]).fetchall()
    return tuple(row[0] for row in rows)
