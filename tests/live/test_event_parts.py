"""The event log divided by month: made ahead, nothing refused, what is over dropped and said to be."""

import asyncio
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from app.clock import utc_now
from app.db import migrate
from app.db.bulk import insert_rows
from app.db.embedded import Dsns
from app.db.transaction import Database
from app.ids import first_id_at, new_id
from app.live.bell import InProcessBell
from app.live.events import EventLog, EventsForgotten
from app.live.parts import EventParts
from app.live.tables import EventRecord
from bench.explained import explained
from tests.harness.houses import MovableClock, a_town, house

KEPT = timedelta(days=32)


def parts_of(database: Database, *, at: datetime | None = None) -> EventParts:
    return EventParts(database, lambda: at or utc_now(), kept=KEPT)


async def write(database: Database, tenant_id: UUID, *instants: datetime) -> list[UUID]:
    """Writes an event at each instant, as a process would whose clock said so."""
    rows = [
        {
            "tenant_id": tenant_id,
            "id": UUID(int=first_id_at(at).int | (new_id().int & ((1 << 64) - 1))),
            "type": "ticket.created",
            "subject_id": new_id(),
            "ticket_id": None,
            "payload": {},
            "at": at,
        }
        for at in instants
    ]
    async with database.transaction(tenant=tenant_id) as session:
        await insert_rows(session, EventRecord, [{**row, "xid": number} for number, row in enumerate(rows, start=1)])
    return [row["id"] for row in rows]


async def lie_in(database: Database, tenant_id: UUID, ids: list[UUID]) -> list[str]:
    """Returns the part each event lies in, in the order asked."""
    query = text("SELECT id, tableoid::regclass::text AS part FROM events WHERE tenant_id = :tenant AND id = ANY(:ids)")
    async with database.transaction(tenant=tenant_id) as session:
        rows = await session.execute(query, {"tenant": tenant_id, "ids": ids})
        found = {row.id: str(row.part) for row in rows}
    return [found[one] for one in ids]


def months_ago(number: int) -> datetime:
    first = utc_now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _ in range(number):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def aged(owner_url: str, *, until: datetime) -> None:
    """Makes the house one whose past ends earlier, as it is when months have gone by since it was divided."""
    with psycopg.connect(owner_url) as owner:
        owner.execute("DO $$ DECLARE one regclass; BEGIN FOR one IN SELECT part FROM parts_of('events') WHERE starts_at "
                      "IS NOT NULL LOOP EXECUTE format('DROP TABLE %s', one); END LOOP; END $$")  # fmt: skip
        owner.execute("ALTER TABLE events DETACH PARTITION events_past")
        bound = sql.Literal(str(first_id_at(until)))
        owner.execute(
            sql.SQL("ALTER TABLE events ATTACH PARTITION events_past FOR VALUES FROM (MINVALUE) TO ({})").format(bound)
        )


async def test_months_are_made_ahead_and_what_came_before_its_month_moves_there(
    new_database: Callable[[], Dsns],
) -> None:
    database, tenant_id = Database(new_database().app, pool_size=2), new_id()
    now = utc_now()
    assert (await parts_of(database).check()).ok
    far = now + timedelta(days=200)
    (now_id, far_id) = await write(database, tenant_id, now, far)
    assert await lie_in(database, tenant_id, [now_id, far_id]) == ["events_past", "events_default"]
    strayed = await parts_of(database).check()
    assert not strayed.ok
    assert "default part" in strayed.detail
    late = await parts_of(database, at=now + timedelta(days=80)).check()
    assert not late.ok
    later = now + timedelta(days=150)
    await asyncio.gather(parts_of(database, at=later).keep_up(), parts_of(database, at=later).keep_up())
    assert await lie_in(database, tenant_id, [far_id]) == [f"events_{far:%Y_%m}"]
    assert (await parts_of(database).check()).ok
    before = await parts_of(database).state()
    await parts_of(database, at=later).keep_up()
    assert await parts_of(database).state() == before
    await database.close()


async def test_what_is_over_is_dropped_whole_and_an_older_place_is_refused(
    new_database: Callable[[], Dsns], tmp_path: Path
) -> None:
    dsns = new_database()
    aged(dsns.owner, until=months_ago(3))
    async with house(dsns.app, tmp_path, clock=MovableClock(), worker_inside=False) as opened:
        database, log = opened.database, EventLog(opened.bell)
        old_town, new_town = await a_town(opened, slug="ancienne"), await a_town(opened, slug="nouvelle")
        now = utc_now()
        with psycopg.connect(dsns.app, autocommit=True) as worker:
            worker.execute("SELECT cover_events(now())")
        old = await write(database, old_town, now - timedelta(days=300), now - timedelta(days=200), now)
        kept = await write(database, new_town, now - timedelta(days=20), now)
        await parts_of(database).keep_up()

        async def left(tenant_id: UUID) -> set[UUID]:
            async with database.transaction(tenant=tenant_id) as session:
                return {event.id for event in await log.after(session, tenant_id, None, limit=200)}

        assert not {old[0], old[1]} & await left(old_town)
        assert old[2] in await left(old_town)
        assert set(kept) <= await left(new_town)
        for tenant_id, place, refused in (
            (old_town, (1, old[0]), True),
            (old_town, (2, old[1]), False),  # stood at the last that is gone: misses nothing
            (new_town, (1, old[0]), False),
        ):
            async with database.transaction(tenant=tenant_id) as session:
                if refused:
                    with pytest.raises(EventsForgotten):
                        await log.stands(session, tenant_id, place)
                else:
                    assert await log.stands(session, tenant_id, place) == place


async def test_a_page_is_read_month_by_month_in_order_and_no_further(new_database: Callable[[], Dsns]) -> None:
    """Whoever is far behind must not have all that follows read and sorted, however few rows the statistics promise."""
    dsns, tenant_id = new_database(), new_id()
    aged(dsns.owner, until=months_ago(6))
    database, now = Database(dsns.app, pool_size=2), utc_now()
    await parts_of(database).keep_up()
    ids = await write(database, tenant_id, *(now - timedelta(hours=number) for number in range(600, 0, -1)))
    with psycopg.connect(dsns.owner, autocommit=True) as owner:
        owner.execute("ANALYZE events")
    bell = InProcessBell()
    page = await explained(
        database, tenant_id, None, lambda s: EventLog(bell).after(s, tenant_id, (1, ids[0]), limit=20), times=1
    )
    nodes = [word for plan in page.plans for word in re.findall(r"'Node Type': '([^']+)'", str(plan))]
    assert "Sort" not in nodes
    assert "Index Scan" in nodes
    await database.close()


async def test_the_application_can_neither_drop_what_is_younger_than_thirty_days_nor_make_parts_without_end(
    new_database: Callable[[], Dsns],
) -> None:
    dsns = new_database()
    aged(dsns.owner, until=months_ago(0))
    with psycopg.connect(dsns.app, autocommit=True) as application:
        assert application.execute("SELECT forget_events('infinity')").fetchone() == (0,)
        assert application.execute("SELECT cover_events('infinity')").fetchone() in {(14,), (15,)}


async def test_a_month_whose_lock_is_not_had_waits_for_the_next_round(new_database: Callable[[], Dsns]) -> None:
    dsns = new_database()
    aged(dsns.owner, until=months_ago(0))
    with psycopg.connect(dsns.app) as reader, psycopg.connect(dsns.app, autocommit=True) as worker:
        reader.execute("SELECT FROM events")
        assert worker.execute("SELECT cover_events(now())").fetchone() == (0,)
        reader.rollback()
        assert worker.execute("SELECT cover_events(now())").fetchone() == (1,)


async def test_a_house_in_use_is_divided_without_being_copied_and_goes_back(new_database: Callable[[], Dsns]) -> None:
    """The present table becomes the part of the past, also where a first attempt was cut off; back, nothing is lost."""
    dsns, tenant_id = new_database(), new_id()
    database = Database(dsns.app, pool_size=2)
    await asyncio.to_thread(migrate.downgrade, dsns.owner, "0039")
    now = utc_now()
    first = await write(database, tenant_id, now)
    with psycopg.connect(dsns.owner) as owner:
        (file,) = owner.execute("SELECT pg_relation_filenode('events')").fetchone() or ()
        # What a migration killed half-way leaves behind.
        owner.execute("ALTER TABLE events ADD CONSTRAINT events_are_past CHECK (id < gen_random_uuid()) NOT VALID")
    await asyncio.to_thread(migrate.upgrade, dsns.owner, "0040")
    second = await write(database, tenant_id, now, now + timedelta(days=120), now + timedelta(days=999))
    with psycopg.connect(dsns.owner) as owner:
        assert owner.execute("SELECT pg_relation_filenode('events_past')").fetchone() == (file,)
    assert set(await lie_in(database, tenant_id, first + second[:1])) == {"events_past"}
    await asyncio.to_thread(migrate.downgrade, dsns.owner, "0039")
    assert await lie_in(database, tenant_id, first + second) == ["events"] * 4
    await asyncio.to_thread(migrate.upgrade, dsns.owner)
    assert len(await lie_in(database, tenant_id, first + second)) == 4
    await database.close()
