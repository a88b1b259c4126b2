"""Addresses in any case are looked up by an index, whatever row-level security adds; houses from before know theirs too."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import event

from app.contacts import finding, repository
from app.db import migrate
from app.db.embedded import Dsns
from app.db.transaction import Database, driver_connection
from app.ids import new_id
from tests.harness.houses import MovableClock
from tests.harness.towns import mail, opened_town

LED_BY = "ix_contact_points_address_key"


def superuser(dsns: Dsns) -> str:
    return urlunsplit(urlsplit(dsns.admin)._replace(path=urlsplit(dsns.app).path))


# People of nobody's making, enough that reading them all would be dearer than asking the index.
_PEOPLE = (
    "CREATE TEMP TABLE made AS SELECT n, gen_random_uuid() AS id FROM generate_series(1, 3000) n",
    """INSERT INTO contacts (tenant_id, id, display_name, created_at, version)
SELECT %(tenant)s, id, 'Usager', now(), 1 FROM made""",
    """INSERT INTO contact_points (tenant_id, id, contact_id, kind, scope, address, address_key, display_name, created_at)
SELECT %(tenant)s, gen_random_uuid(), id, 'email', '', a, lower(a), '', now()
  FROM (SELECT id, 'Usager' || n || '@example.fr' AS a FROM made) AS written""",
    "ANALYZE contacts, contact_points",
)


@pytest.fixture(scope="module")
def tenant_id(dsns: Dsns) -> UUID:
    made = new_id()
    with psycopg.connect(superuser(dsns), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in _PEOPLE:
            connection.execute(statement, {"tenant": made} if "%(" in statement else None)
    return made


@pytest.mark.parametrize("where", ["people", "desk"])
async def test_a_whole_address_is_a_condition_of_its_index(dsns: Dsns, tenant_id: UUID, where: str) -> None:
    database, told = Database(dsns.app), list[tuple[str, Any]]()
    event.listen(
        database.engine.sync_engine,
        "before_cursor_execute",
        lambda _c, _k, statement, values, *_: told.append((statement, values)),
    )
    try:
        async with database.transaction(tenant=tenant_id) as session:
            if where == "people":
                found = await repository.page(session, tenant_id, q="USAGER7@Example.fr", after=None, limit=10)
                assert len(found) == 1
            else:
                known = await finding.find(session, tenant_id, addresses=["USAGER7@Example.fr"], name="", limit=10)
                assert [one.addresses for one in known] == [("Usager7@example.fr",)]
            statement, values = next(one for one in told if "address_key" in one[0])
            cursor = await (await driver_connection(session)).execute(f"EXPLAIN {statement}".encode(), values)
            plan = "\n".join(str(line) for (line,) in await cursor.fetchall())
    finally:
        await database.close()
    assert LED_BY in plan, plan
    condition = plan[plan.index(LED_BY) :].splitlines()[1]
    assert "Index Cond" in condition, plan
    assert "address_key = " in condition, plan


async def test_a_house_from_before_knows_its_addresses_in_lower_case(
    new_database: Callable[[], Dsns], tmp_path: Path
) -> None:
    dsns = new_database()
    async with opened_town(dsns.app, tmp_path, clock=MovableClock()) as town:
        await town.receive(mail(sender="Usager.Exemple@example.org"))
        await asyncio.to_thread(migrate.downgrade, dsns.owner, "0048")
        await asyncio.to_thread(migrate.upgrade, dsns.owner)
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            assert (
                len(await repository.page(session, town.tenant_id, q="usager.exemple@Example.org", after=None, limit=9))
                == 1
            )
