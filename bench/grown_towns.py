"""Towns of growing size in one database, written as fast as PostgreSQL writes: what lists and searches stand on.

A town of `count` requests of ninety days has that many rows of `tickets` and as many of `message_words`: vectors of some
thousand texts of the corpus, each with a marked word whose frequency is known. Texts themselves, pieces and contacts one
by one are left out (a thousand people share the requests): no list and no search reads them. One request has a thread of
three hundred whole messages. Indexes that are not keys are taken off while a great town is written, and made again.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID

import psycopg
from psycopg import sql

from bench.corpus import texts

# A word of the figures, and in how many requests it stands: one of so many.
MARKED: Mapping[str, int] = {"voirie": 4, "trottoir": 20, "cimetière": 100, "girouette": 1_000, "hapax": 10_000}
NOBODYS = "introuvable"
THREAD = 300
PEOPLE, TEAMS, CONTACTS, TEXTS = 37, 11, 1_000, 997
# Beyond, indexes are made anew rather than grown.
_GREAT = 300_000
_ID = "(lpad(to_hex((extract(epoch FROM {at}) * 1000)::bigint), 12, '0') || '7' || substr(md5('{salt}' || %(slug)s || n), 1, 3) || '8' || substr(md5('{salt}' || %(slug)s || n), 4, 15))::uuid"
_DRAWN = """(SELECT n, timestamptz '2026-01-05T08:00:00Z' + make_interval(secs => n::float8 * 7776000 / %(count)s) AS at
FROM generate_series(0::bigint, %(count)s::bigint - 1) AS n) AS drawn"""
_STATUSES = "(ARRAY['new','open','waiting','open','resolved','closed','new','closed'])[1 + (n * 31) %% 8]"
_RISKS = "(ARRAY['none','unqualified','suspended','near','critical','born','silence_rejects','unqualified'])[1 + (n / 8) %% 8]"
_TERM = "CASE WHEN n %% 5 > 0 THEN (at + make_interval(days => (30 + n %% 60)::int))::date END"
_PEOPLE = (
    """INSERT INTO teams (tenant_id, id, name, name_key, created_at, version)
SELECT %(tenant)s, id, 'Service ' || id, 'service ' || id, timestamptz '2026-01-01', 1 FROM unnest(%(teams)s::uuid[]) AS id""",
    """INSERT INTO users (tenant_id, id, email, email_key, name, role, created_at, version)
SELECT %(tenant)s, id, id || '@villebourg.example.fr', id || '@villebourg.example.fr', 'Agent ' || id, 'agent',
       timestamptz '2026-01-01', 1 FROM unnest(%(people)s::uuid[]) AS id""",
    """INSERT INTO contacts (tenant_id, id, display_name, created_at, version)
SELECT %(tenant)s, id, 'Usager ' || substr(md5(id::text), 1, 8), timestamptz '2026-01-01', 1 FROM unnest(%(contacts)s::uuid[]) AS id""",
)
_TICKETS = f"""INSERT INTO tickets (tenant_id, id, reference, subject, status, channel_id, channel_type, contact_id, received_at,
    last_activity_at, risk, term_on, alert_on, created_at, version, team_id, assignee_id, confidential_at)
SELECT %(tenant)s, {_ID.format(at="at", salt="t")}, '26-' || lpad(n::text, 8, '0'), 'Demande', {_STATUSES}, %(channel)s,
    (ARRAY['email','http','chat','email'])[1 + n %% 4], (%(contacts)s::uuid[])[1 + (n * 31) %% {CONTACTS}], at, at, {_RISKS},
    {_TERM}, {_TERM}, at, 1, CASE WHEN n %% 10 < 8 THEN (%(teams)s::uuid[])[1 + (n * 7919) %% {TEAMS}] END,
    CASE WHEN n %% 3 = 0 THEN (%(people)s::uuid[])[1 + (n * 104729) %% {PEOPLE}] END, CASE WHEN n %% 50 = 0 THEN at END
FROM {_DRAWN}"""
_VECTORS = "CREATE TEMP TABLE vectors AS SELECT k - 1 AS k, to_tsvector('french', folded(said)) AS search FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS t(said, k)"
_MARKS = " || ".join(
    f"CASE WHEN n %% {each} = {each // 2} THEN to_tsvector('french', folded('{word}')) ELSE '' END"
    for word, each in MARKED.items()
)
_WORDS = f"""INSERT INTO message_words (tenant_id, message_id, content, ticket_id, search)
SELECT %(tenant)s, {_ID.format(at="at", salt="m")}, '', {_ID.format(at="at", salt="t")}, v.search || {_MARKS}
FROM {_DRAWN} JOIN vectors v ON v.k = (n * 7919) %% {TEXTS}"""
_LONG = f"""INSERT INTO messages (tenant_id, id, ticket_id, channel_id, direction, author_kind, author_name, external_id,
    subject, text, recipients, fields, warnings, automatic, public, received_at, processed_at, history)
SELECT %(tenant)s, {_ID.format(at="at", salt="l")}, %(long)s, %(channel)s, CASE n %% 2 WHEN 0 THEN 'in' ELSE 'out' END,
    CASE n %% 2 WHEN 0 THEN 'citizen' ELSE 'agent' END, 'Usager', '<' || n || '@example.org>', 'Demande',
    (%(texts)s::text[])[1 + n %% {TEXTS}], '[]', '{{}}', ARRAY[]::text[], false, true, at, at, '[]'
FROM (SELECT n, timestamptz '2026-04-06' + make_interval(mins => n::int) AS at FROM generate_series(1, {THREAD}) AS n) AS drawn"""
_MIDDLE = "SELECT id FROM tickets WHERE tenant_id = %(tenant)s ORDER BY id OFFSET %(half)s LIMIT 1"
_GROWN = ("tickets", "message_words", "messages", "contacts", "users", "teams")


@dataclass(frozen=True, slots=True)
class Grown:
    """What was written: a person, a team, a request with a long thread."""

    tenant_id: UUID
    person: UUID
    team: UUID
    long: UUID


def grow(superuser: str, tenant_id: UUID, channel_id: UUID, *, slug: str, count: int) -> Grown:
    """Writes a town."""
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET maintenance_work_mem = '512MB'")
        teams, people, contacts = (_ids(connection, most) for most in (TEAMS, PEOPLE, CONTACTS))
        asked = {
            "tenant": tenant_id, "channel": channel_id, "slug": slug, "count": count, "texts": [one[:700] for one in texts(TEXTS, seed=11)],
            "teams": teams, "people": people, "contacts": contacts, "half": count // 2,
        }  # fmt: skip
        for statement in _PEOPLE:
            connection.execute(statement, asked)
        _write(connection, "tickets", _TICKETS, asked, great=count > _GREAT)
        connection.execute(_VECTORS, asked)
        _write(connection, "message_words", _WORDS, asked, great=count > _GREAT)
        (long,) = connection.execute(_MIDDLE, asked).fetchone() or (None,)
        connection.execute(_LONG, {"long": long, **asked})
        for table in _GROWN:
            connection.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(table)))
    assert long
    return Grown(tenant_id, people[0], teams[0], long)


def _write(
    connection: psycopg.Connection, table: str, statement: LiteralString, asked: Mapping[str, object], *, great: bool
) -> None:
    if not great:
        connection.execute(statement, asked)
        return
    with _without_indexes(connection, table):
        connection.execute(statement, asked)


@contextmanager
def _without_indexes(connection: psycopg.Connection, table: str) -> Iterator[None]:
    """Takes a table's plain indexes off, and makes them again."""
    query = """SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
               WHERE i.indrelid = %s::regclass AND NOT i.indisunique"""
    taken = connection.execute(query, [table]).fetchall()
    for name, _made in taken:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    for _name, made in taken:
        connection.execute(made)


def _ids(connection: psycopg.Connection, most: int) -> list[UUID]:
    rows = connection.execute("SELECT gen_random_uuid() FROM generate_series(1, %s::int)", [most]).fetchall()
    return [row[0] for row in rows]
