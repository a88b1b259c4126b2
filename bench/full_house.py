"""A house that was lived in: requests with their messages as received, clocks, log, journal and pieces, saved or put back.

Rows are copies of one real mail's, under identifiers of their own, so that every key and every proof holds.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg import sql

from app.backups import keys
from app.bootstrap import House, opened
from app.channels.contract import Delivery
from app.db.embedded import Dsns
from app.exchanges.receptions import Door
from app.settings import Settings
from bench.ground import SECRET_KEY, Ground, Town
from bench.open_clocks import fill, ticking

MAIL = b"From: Usager <usager@example.org>\r\nTo: contact@villebourg.example.fr\r\nSubject: Voirie\r\nMessage-ID: <un@example.org>\r\n\r\n"
WORDS = b"Le lampadaire de la place est eteint depuis une semaine, et la rue est sombre le soir.\r\n" * 24
_PIECE_BYTES = 50_000
_ID = "(md5({salt} || s.id::text))::uuid"
# (table, what differs from the one real row, whose copies)
_COPIES = (
    ("receptions", {"id": _ID.format(salt="'r'"), "ticket_id": "s.ticket_id", "message_id": "s.message_id"}),
    (
        "messages",
        {
            "id": "s.message_id",
            "external_id": "'<' || s.id || '@example.org>'",
            "ticket_id": "s.ticket_id",
            "reception_id": _ID.format(salt="'r'"),
        },
    ),
    ("event_keys", {"event_key": "s.id::text", "reception_id": _ID.format(salt="'r'"), "message_id": "s.message_id"}),
    ("events", {"id": _ID.format(salt="'e' || k"), "ticket_id": "s.ticket_id"}),
    ("audit_entries", {"id": _ID.format(salt="'a' || k"), "object_id": "s.ticket_id"}),
)


@asynccontextmanager
async def lived_in(ground: Ground, count: int) -> AsyncIterator[tuple[House, Town, Settings, int]]:
    """Opens a town of `count` requests; gives its house, the settings that save it, and how many rows there are."""
    town = await ground.town()
    key = ground.folder / f"{town.tenant_id}.key"
    keys.make(key)
    settings = settings_of(town.dsns, town.folder, key)
    async with opened(settings, clock=ticking()) as house:
        await house.inbound.accept(town.mailbox, Delivery(body=MAIL + WORDS), door=Door.API)
        await house.inbound.drain(str(town.tenant_id))
        async with house.database.transaction(tenant=town.tenant_id) as session:
            tenant = await house.tenants.get(session, town.tenant_id)
        await asyncio.to_thread(fill, town.dsns.admin, tenant, town.mailbox.id, count=count, due=0)
        await _pieces(house, town.tenant_id, town.dsns.admin, count // 10)
        rows = await asyncio.to_thread(_multiply, town.dsns.admin)
        await house.rounds.seal()
        yield house, town, settings, rows


def settings_of(dsns: Dsns, folder: Path, key: Path) -> Settings:
    return Settings(
        _env_file=None,
        data_dir=folder,
        database_url=dsns.app,
        migration_url=dsns.owner,
        backup_url=dsns.admin,
        secret_key=SECRET_KEY,
        backup_key_file=key,
        outgoing="capture",
    )


async def _pieces(house: House, tenant_id: UUID, admin: str, count: int) -> None:
    """Gives one message in ten a piece that no compression shortens."""
    digests = [await house.store.put(tenant_id, os.urandom(_PIECE_BYTES)) for _ in range(count)]
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            "INSERT INTO attachments (tenant_id, id, message_id, position, name, content_type, size, sha256, inline) "
            "SELECT s.tenant_id, gen_random_uuid(), s.message_id, 0, 'plan.bin', 'application/octet-stream', %s, p.sha256, false "
            "FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM saisines) s "
            "JOIN unnest(%s::text[]) WITH ORDINALITY AS p(sha256, n) USING (n)",
            [_PIECE_BYTES, digests],
        )


def _multiply(admin: str) -> int:
    """Copies the one real row of each table once for each clock; the journal and the log, thrice. Returns all rows."""
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        filled = "saisines s WHERE NOT EXISTS (SELECT FROM messages m WHERE (m.tenant_id, m.id) = (s.tenant_id, s.message_id))"
        connection.execute(f"CREATE TEMP TABLE clocks AS SELECT s.* FROM {filled}")  # type: ignore[arg-type]
        for table, differing in _COPIES:
            times = 3 if table in {"events", "audit_entries"} else 1
            names = [row[0] for row in connection.execute(_COLUMNS, [table]).fetchall()]
            pairs = ", ".join(f"'{name}', {value}" for name, value in differing.items())
            columns = sql.SQL(", ").join(map(sql.Identifier, names))
            picked = sql.SQL(", ").join(sql.Identifier("new", name) for name in names)
            query = sql.SQL(
                "INSERT INTO {table} ({columns}) SELECT {picked} FROM (SELECT * FROM {table} LIMIT 1) AS one "
                "CROSS JOIN clocks s CROSS JOIN generate_series(1, {times}) AS k "
                "CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, to_jsonb(one) || jsonb_build_object({pairs})) AS new"
            ).format(
                table=sql.Identifier(table),
                columns=columns,
                picked=picked,
                times=sql.Literal(times),
                pairs=sql.SQL(pairs),  # type: ignore[arg-type]
            )
            connection.execute(query)
        connection.execute("ANALYZE")
        counted = connection.execute(
            "SELECT sum(reltuples)::bigint FROM pg_class WHERE relkind = 'r' AND reltuples > 0"
        )
        return int(counted.fetchone()[0])  # type: ignore[index]


def silent(_what: str, _count: int) -> None:
    """Nobody looks at how far it is."""


_COLUMNS = """
    SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
     ORDER BY attnum
"""
