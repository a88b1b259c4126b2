"""The journal: written with the act, chained afterwards, verified by anyone."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest

from app.audit import journal
from app.audit.journal import AuditTrail
from app.db.embedded import Dsns
from app.db.transaction import Database
from app.facts import Actor, Seen
from app.ids import new_id

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def acts(database: Database, tenant_id: UUID, *actions: str) -> None:
    async with database.transaction(tenant=tenant_id) as session:
        facts = [
            Seen(tenant_id=tenant_id, subject_id=new_id(), at=NOW, actor=Actor("agent"), action=a, detail={"n": i})
            for i, a in enumerate(actions)
        ]
        await AuditTrail().write(session, facts)


async def sealed(database: Database, tenant_id: UUID, *, entries: int) -> int:
    """Seals until so many links are made: a transaction open elsewhere on the server holds back the newest entries."""
    made, end = 0, asyncio.get_running_loop().time() + 60
    while True:
        async with database.transaction(tenant=tenant_id) as session:
            made += await journal.seal(session, tenant_id, now=NOW)
        if made >= entries or asyncio.get_running_loop().time() > end:
            return made
        await asyncio.sleep(0.01)


async def verdict(database: Database, tenant_id: UUID) -> str | None:
    async with database.transaction(tenant=tenant_id) as session:
        return await journal.verify(session, tenant_id)


async def parts(database: Database, tenant_id: UUID, *, links: int) -> list[str | None]:
    """What is said of each link read by itself, after the one before it."""
    async with database.transaction(tenant=tenant_id) as session:
        return [await journal.verify(session, tenant_id, after=n, limit=1) for n in range(links)]


async def test_entries_are_chained_once_in_commit_order(database: Database) -> None:
    tenant_id = new_id()
    await acts(database, tenant_id, "a", "b")
    await acts(database, tenant_id, "c")
    assert await sealed(database, tenant_id, entries=3) == 3
    assert await sealed(database, tenant_id, entries=0) == 0
    await acts(database, tenant_id, "d")
    assert await sealed(database, tenant_id, entries=1) == 1
    assert await verdict(database, tenant_id) is None
    assert await parts(database, tenant_id, links=4) == [None] * 4


async def test_a_rolled_back_act_leaves_no_entry(database: Database) -> None:
    tenant_id = new_id()

    async def failing() -> None:
        async with database.transaction(tenant=tenant_id) as session:
            await AuditTrail().write(session, [Seen(tenant_id=tenant_id, subject_id=new_id(), at=NOW, action="a")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await failing()
    assert await sealed(database, tenant_id, entries=0) == 0


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entries SET actor = 'nobody' WHERE tenant_id = %s AND action = 'b'",
        "DELETE FROM audit_entries WHERE tenant_id = %s AND action = 'b'",
        "DELETE FROM audit_seals WHERE tenant_id = %s AND number = 2",
    ],
    ids=["an entry altered", "an entry removed", "a link removed"],
)
async def test_tampering_is_found(database: Database, dsns: Dsns, tampering: str) -> None:
    tenant_id = new_id()
    await acts(database, tenant_id, "a", "b", "c")
    await sealed(database, tenant_id, entries=3)
    # Only somebody above the application's role can do this at all: an administrator of the server itself.
    administrator = dsns.admin.replace("/postgres?", f"/{dsns.app.split('/')[3].split('?')[0]}?")
    with psycopg.connect(administrator, autocommit=True) as connection:
        connection.execute(tampering, (tenant_id,))
    assert await verdict(database, tenant_id) is not None
    assert any(await parts(database, tenant_id, links=3))
