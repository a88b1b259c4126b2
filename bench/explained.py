"""What PostgreSQL does for a statement: the plan it took, the tables it walked whole, how long it was at it."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any
from uuid import UUID

from sqlalchemy import event

from app.db.sight import Sight, look
from app.db.transaction import Database, Session, driver_connection

Look = Callable[[Session], Awaitable[object]]
_BIG = frozenset({"tickets", "messages", "message_words", "saisines", "events", "contacts", "contact_points"})

_PARTS = "SELECT c.relname, p.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent"


@dataclass(frozen=True, slots=True)
class Said:
    """A statement as it went to the server, with its values."""

    statement: str
    values: Any


@dataclass(frozen=True, slots=True)
class Explained:
    """What one look cost: its statements' plans, and the p50 of several runs of all of them."""

    p50_ms: float
    buffers: int
    whole: frozenset[str]  # the great tables walked from end to end
    indexes: frozenset[str]
    plans: Sequence[Mapping[str, Any]]


async def explained(database: Database, tenant_id: UUID, eyes: Sight | None, asked: Look, *, times: int) -> Explained:
    """Runs a look with some eyes, then has each of its statements explained as often as asked, on the same role."""
    look(eyes)
    try:
        async with _listening(database) as said, database.transaction(tenant=tenant_id) as session:
            said.clear()  # what a transaction says before anything is asked
            await asked(session)
            await session.rollback()
            statements = [one for one in said if one.statement.lstrip().upper().startswith(("SELECT", "WITH"))]
        async with database.transaction(tenant=tenant_id) as session:
            connection = await driver_connection(session)
            rounds = [[await _explain(connection, one) for one in statements] for _ in range(times)]
            parts = dict(await (await connection.execute(_PARTS)).fetchall())
            await session.rollback()
    finally:
        look(None)
    plans = rounds[-1]
    nodes = [node for plan in plans for node in _nodes(plan["Plan"])]
    return Explained(
        p50_ms=round(median(sum(plan["Execution Time"] for plan in one) for one in rounds), 2),
        buffers=sum(plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"] for plan in plans),
        whole=frozenset(
            whole_of(n["Relation Name"], parts)
            for n in nodes
            if n["Node Type"] == "Seq Scan" and whole_of(n["Relation Name"], parts) in _BIG and n["Actual Loops"]
        ),
        indexes=frozenset(whole_of(n["Index Name"], parts) for n in nodes if "Index Name" in n and n["Actual Loops"]),
        plans=plans,
    )


def whole_of(name: str, parts: Mapping[str, str]) -> str:
    """Returns the table, or the index, of which another is the part of some time."""
    while name in parts:
        name = parts[name]
    return name


async def _explain(connection: Any, said: Said) -> Mapping[str, Any]:
    cursor = await connection.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + said.statement, said.values)
    found = (await cursor.fetchone())[0]
    plan: Mapping[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]
    return plan


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


@asynccontextmanager
async def _listening(database: Database) -> AsyncIterator[list[Said]]:
    """Notes what goes to the server meanwhile, but for the settings of a transaction."""
    said: list[Said] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if "set_config" not in statement:
            said.append(Said(statement, values))

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)
