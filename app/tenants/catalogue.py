"""Every SQL statement about which tables hold what administrations own: asked of PostgreSQL, so that none is forgotten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

import psycopg
from psycopg import sql

_COLUMNS = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum),
       (SELECT array_agg(k.attname::text ORDER BY array_position(i.indkey::int2[], k.attnum))
          FROM pg_index i JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = ANY (i.indkey)
         WHERE i.indrelid = c.oid AND i.indisprimary)
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND EXISTS (SELECT FROM pg_attribute t WHERE t.attrelid = c.oid AND t.attname = 'tenant_id')
 GROUP BY c.oid, c.relname ORDER BY c.relname
"""
_LINKS = """
SELECT k.conrelid::regclass::text, k.confrelid::regclass::text FROM pg_constraint k
 WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace AND k.conparentid = 0 AND k.conrelid <> k.confrelid
"""
# Nothing of a person or of an act stands there: words that open doors, attempts counted, answers kept for an hour.
LEFT_OUT: Mapping[str, str] = {
    "data_keys": "keys that seal secrets",
    "idempotency_keys": "answers kept for repeated requests",
    "invitations": "links that open accounts",
    "kept_forms": "what was typed before a fresh proof, sealed",
    "message_words": "the index of words, made of the messages themselves",
    "reply_tokens": "words that recognise answers",
    "sessions": "words that open sessions",
    "set_aside_jobs": "background work that failed",
    "sign_in_failures": "refused attempts, by digest",
    "spent_proofs": "proofs of work used",
    "spent_sign_ins": "attempts used",
    "tenant_exports": "copies like this one",
    "webhook_secrets": "secrets that sign",
}
# By name, so that a table made later is covered too; `digest` where it is that of a word which opens something.
SECRET_COLUMNS = frozenset(
    {
        "sealed",
        "before_sealed",
        "wrapped",
        "password",
        "totp",
        "totp_step",
        "mac",
        "credential",
        "sign_out_hint",
        "secret",
    }
    | {"token", "link_digest", "grant_digest"}
)
SECRET_OF: Mapping[str, frozenset[str]] = {
    "api_keys": frozenset({"digest"}),
    "channels": frozenset({"key"}),  # the address of a door that only its provider knows
    "chat_entries": frozenset({"digest"}),
    "passkeys": frozenset({"digest", "public_key"}),
}


@dataclass(frozen=True, slots=True)
class Table:
    """One table of administrations: what of it is copied, in which order, and what never is."""

    name: str
    columns: Sequence[str]
    secrets: Sequence[str]
    key: Sequence[str]

    def copied(self, tenant_id: str) -> sql.Composed:
        """Returns the statement that writes its rows of one administration, a JSON document each."""
        return sql.SQL(
            "COPY (SELECT row_to_json(r)::text FROM (SELECT {columns} FROM {table} WHERE tenant_id = {tenant} "
            "ORDER BY {key}) r) TO STDOUT"
        ).format(
            columns=sql.SQL(", ").join(map(sql.Identifier, self.columns)),
            table=sql.Identifier(self.name),
            tenant=sql.Literal(tenant_id),
            key=sql.SQL(", ").join(map(sql.Identifier, self.key)),
        )


async def tables(connection: psycopg.AsyncConnection[Any]) -> list[Table]:
    """Returns every table whose rows belong to an administration."""
    rows = await (await connection.execute(_COLUMNS)).fetchall()
    return [_table(name, columns, key or ["tenant_id"]) for name, columns, key in rows]


async def order_of_erasure(connection: psycopg.AsyncConnection[Any]) -> list[str]:
    """Returns the names of those tables so that what names others comes before what it names."""
    names = {table.name for table in await tables(connection)}
    named: dict[str, set[str]] = {name: set() for name in names}
    for naming, target in await (await connection.execute(_LINKS)).fetchall():
        if naming in names and target in names:
            named[target].add(naming)
    return list(TopologicalSorter(named).static_order())


def _table(name: str, columns: Sequence[str], key: Sequence[str]) -> Table:
    hidden = [one for one in columns if one in SECRET_COLUMNS or one in SECRET_OF.get(name, frozenset())]
    return Table(name, [one for one in columns if one not in hidden], hidden, key)
