"""What the watch asks of the database: through an index, whatever is open; and counts that are kept, not made."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import event

from app.db.embedded import Dsns
from app.db.transaction import Session, driver_connection
from app.sve import repository, tallies
from app.sve.law import Regime
from app.sve.recomputing import repository as recomputing
from bench.open_clocks import NOW, fill
from tests.harness.houses import a_town
from tests.harness.towns import TownHouse
from tests.sve.test_watch import a_request, qualify, record

SEVERAL = 3_000
Look = Callable[[Session, TownHouse], Awaitable[object]]
_MIDDLE = (date(2027, 5, 1), UUID(int=1))


def page(*risks: str, before: date | None = None, after: tuple[date, UUID] | None = None) -> Look:
    return lambda session, town: town.house.legal.watch_list(
        session, town.tenant_id, risks=risks, before=before, after=after, limit=51
    )


LOOKS: dict[str, Look] = {
    "first page": page(),
    "one risk": page("near"),
    "a risk nothing has": page("born"),
    "two risks, before a day": page("near", "silence_rejects", before=date(2027, 5, 20)),
    "deep page": page(after=_MIDDLE),
    "deep page of a risk": page("unqualified", after=_MIDDLE),
    "a day of a procedure": lambda session, town: town.house.legal.watch_list(
        session,
        town.tenant_id,
        risks=(),
        since=_MIDDLE[0],
        before=date(2027, 5, 2),
        procedure="URB-DP",
        after=None,
        limit=51,
    ),
    "to wake": lambda session, town: repository.to_wake(session, town.tenant_id, today=NOW.date(), limit=200),
    "a span": lambda session, town: recomputing.span(session, town.tenant_id, after=UUID(int=1), size=500),
    "by catalogue": lambda session, town: recomputing.by_catalogue(session, town.tenant_id, after=None, limit=200),
}


@contextmanager
def told(town: TownHouse) -> Iterator[list[tuple[str, Any]]]:
    """Gathers the statements sent meanwhile."""
    engine, found = town.house.database.engine.sync_engine, list[tuple[str, Any]]()

    def note(_c: object, _k: object, statement: str, values: Any, *_: object) -> None:
        found.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def superuser(dsns: Dsns) -> str:
    """The address of the test's own database for who writes past keys and triggers."""
    return urlunsplit(urlsplit(dsns.admin)._replace(path=urlsplit(dsns.app).path))


async def plans(session: Session, statements: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    """Asks how the statements are carried out; returns every node."""
    nodes: list[dict[str, Any]] = []
    async with (await driver_connection(session)).cursor() as cursor:
        for statement, values in statements:
            await cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}".encode(), values)
            row = await cursor.fetchone()
            assert row is not None
            waiting = [row[0][0]["Plan"]]
            while waiting:
                node = waiting.pop()
                nodes.append(node)
                waiting += node.get("Plans", [])
    return nodes


async def test_nothing_the_watch_asks_reads_a_whole_table(town: TownHouse, dsns: Dsns) -> None:
    house = town.house
    for tenant_id in (town.tenant_id, await a_town(house, slug="voisine")):
        async with house.database.transaction(tenant=tenant_id) as session:
            tenant = await house.tenants.get(session, tenant_id)
        fill(superuser(dsns), tenant, town.mailbox.id, count=SEVERAL, due=100)
    async with house.database.transaction(tenant=town.tenant_id) as session:
        for name, look in LOOKS.items():
            with told(town) as statements:
                await look(session, town)
            nodes = await plans(session, statements)
            whole = [
                node["Relation Name"]
                for node in nodes
                if node["Node Type"] == "Seq Scan" and node["Relation Name"] in {"saisines", "tickets", "legal_events"}
            ]
            assert whole == [], name
            assert any("Index" in node["Node Type"] or "Bitmap" in node["Node Type"] for node in nodes), name
        assert await tallies.counts(session, town.tenant_id) == await tallies.counted(session, town.tenant_id)


async def both(town: TownHouse) -> tuple[dict[str, int], dict[str, int]]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await tallies.counts(session, town.tenant_id), await tallies.counted(session, town.tenant_id)


async def test_what_is_counted_follows_every_change(town: TownHouse) -> None:
    first = await a_request(town, message_id="<a@example.org>")
    second = await a_request(town, message_id="<b@example.org>")
    kept, made = await both(town)
    assert kept == made == {"unqualified": 2}
    qualified = await qualify(town, first, Regime.SVA)
    await qualify(town, second, Regime.NONE, None)
    kept, made = await both(town)
    assert kept == made == {"controlled": 1}
    town.clock.move(days=50)
    await town.house.watch.sweep(town.tenant_id)
    kept, made = await both(town)
    assert kept == made == {"near": 1}
    await record(
        town, qualified, {"type": "express_decision", "sense": "refusal", "notified_at": "2026-04-20T09:00:00Z"}
    )
    kept, made = await both(town)
    assert kept == made == {}


async def test_many_small_changes_are_summed_up_and_change_no_count(town: TownHouse) -> None:
    saisine = await a_request(town)
    for number in range(110):
        regime = Regime.SVR if number % 2 else Regime.SVA
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await repository.change(session, town.tenant_id, saisine.id, {"risk": regime.value.lower()})
    assert await rows_of(town) > 200
    before = await both(town)
    for _ in range(2):
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await tallies.fold(session, town.tenant_id)
    assert await rows_of(town) == 1
    assert await both(town) == before


async def rows_of(town: TownHouse) -> int:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        connection = await driver_connection(session)
        cursor = await connection.execute("SELECT count(*) FROM saisine_tallies")
        row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


async def test_a_town_counts_its_own_only(town: TownHouse) -> None:
    await a_request(town)
    other = await a_town(town.house, slug="autre")
    async with town.house.database.transaction(tenant=other) as session:
        assert await tallies.counts(session, other) == {}


def test_a_house_from_before_counts_what_it_had(new_database: Callable[[], Dsns]) -> None:
    """The tallies begin with what is open when they come."""
    from app.db import migrate

    dsns = new_database()
    with psycopg.connect(superuser(dsns), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            "INSERT INTO saisines (tenant_id, id, ticket_id, message_id, ordinal, regime, received_at, received_on, risk, "
            "reading, rules_version, version, closed_at) SELECT %s, gen_random_uuid(), %s, gen_random_uuid(), 0, 'SVA', "
            "now(), current_date, 'near', '{}', '', 1, CASE WHEN n > 3 THEN now() END FROM generate_series(1, 5) n",
            (UUID(int=1), UUID(int=2)),
        )
    migrate.downgrade(dsns.owner, "0012")
    migrate.upgrade(dsns.owner)
    with psycopg.connect(superuser(dsns)) as connection:
        assert connection.execute("SELECT tenant_id, risk, more FROM saisine_tallies").fetchall() == [
            (UUID(int=1), "near", 3)
        ]


@pytest.mark.parametrize("risks", [(), ("near",), ("near", "unqualified")])
async def test_pages_follow_each_other_without_gap_or_double(
    town: TownHouse, dsns: Dsns, risks: tuple[str, ...]
) -> None:
    house = town.house
    async with house.database.transaction(tenant=town.tenant_id) as session:
        tenant = await house.tenants.get(session, town.tenant_id)
    fill(superuser(dsns), tenant, town.mailbox.id, count=400, due=0)
    found: list[tuple[date, UUID]] = []
    async with house.database.transaction(tenant=town.tenant_id) as session:
        after: tuple[date, UUID] | None = None
        while True:
            lines = await house.legal.watch_list(
                session, town.tenant_id, risks=risks, before=None, after=after, limit=30
            )
            if not lines:
                break
            keys = [(line.saisine.alert_on, line.saisine.id) for line in lines]
            found += [(day, key) for day, key in keys if day is not None]
            after = found[-1]
        every = await repository.open_page(session, town.tenant_id, after=None, limit=1_000)
    expected = [(one.alert_on, one.id) for one in every if one.alert_on and (not risks or one.risk in risks)]
    assert found == sorted(expected)
