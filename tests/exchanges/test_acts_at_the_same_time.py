"""Letters, events, joins, acknowledgements and the watch on requests tied to each other, all at once: no circle."""

import asyncio
from collections.abc import Awaitable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.errors import Conflict, Invalid, NotFound, Stale
from app.exchanges.corresponding import Wanted
from app.ids import new_id
from app.sve.law import Regime
from app.sve.letters.ground import Fields
from app.sve.letters.values import Kind, Way
from app.sve.proving import prove
from app.sve.redating import redate
from app.sve.values import Saisine
from tests.exchanges.test_corresponding import a_saisine
from tests.harness.moves import AGENT, a_request
from tests.harness.towns import TownHouse

# What whoever came second may be told; a deadlock would be `Unavailable`, which is none of these.
SECOND = (Conflict, Invalid, NotFound, Stale)


async def together(*acts: Awaitable[Any]) -> None:
    for one in await asyncio.wait_for(asyncio.gather(*acts, return_exceptions=True), timeout=60):
        if isinstance(one, BaseException) and not isinstance(one, SECOND):
            raise one


async def tied(town: TownHouse) -> tuple[Saisine, Saisine]:
    """Two saisines of two tickets, the first written joined to the second, which was received before it."""
    follower = await a_saisine(town)
    (kept,) = (await town.law(await a_request(town, "deux"))).saisines
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        tenant = await town.house.tenants.get(session, town.tenant_id)
        before = follower.received_at - timedelta(days=2)
        await redate(session, town.house.legal, tenant, kept, at=before, why="essai", actor=AGENT)
        kept = await town.house.legal.get(session, town.tenant_id, kept.id)
        kept = await town.house.legal.qualify(
            session,
            town.tenant_id,
            kept.id,
            regime=Regime.SVA,
            delay=None,
            procedure=None,
            reason="essai",
            version=kept.version,
            actor=AGENT,
        )
        done = await town.house.legal.join(
            session, town.tenant_id, follower.id, to=kept.id, reason="essai", version=follower.version, actor=AGENT
        )
    assert done.joined.id < done.kept.id
    return done.joined, done.kept


async def record(town: TownHouse, saisine: Saisine, **event: Any) -> None:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        present = await town.house.legal.get(session, town.tenant_id, saisine.id)
        told = {"type": "ack_sent", "kind": "ARE", "at": town.clock().isoformat(), **event}
        await town.house.legal.record(session, town.tenant_id, saisine.id, told, version=present.version, actor=AGENT)


async def send(town: TownHouse, saisine: Saisine, kind: Kind, way: Way = Way.CHANNEL, **given: Any) -> None:
    """Sends a letter that bears its own name, as a form does."""
    wanted = Wanted(kind=kind, fields=Fields(**given), way=way)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.corresponding.send(
            session, town.tenant_id, saisine.id, wanted, actor=AGENT, letter_id=new_id()
        )


async def separate(town: TownHouse, saisine: Saisine) -> None:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        present = await town.house.legal.get(session, town.tenant_id, saisine.id)
        await town.house.legal.separate(session, town.tenant_id, saisine.id, version=present.version, actor=AGENT)


async def recompute(town: TownHouse) -> None:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        begun = await town.house.recomputing.begin(
            session, town.tenant_id, reason="essai", dry_run=False, actor=AGENT, later=False
        )
    await town.house.recomputing.carry_out(begun)


async def somebody_waits(town: TownHouse) -> None:
    """Returns once a transaction of this database waits for a lock."""
    waiting = text(
        "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
        "WHERE NOT l.granted AND a.datname = current_database()"
    )
    async with asyncio.timeout(30):
        while True:
            async with town.house.database.transaction(tenant=town.tenant_id) as session:
                if (await session.execute(waiting)).scalar_one():
                    return
            await asyncio.sleep(0.02)


async def test_a_letter_holds_the_request_that_counts_before_it_is_written(
    town: TownHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The follower comes later in the order of locks: a letter that held it alone would wait in a circle with an event."""
    kept = await a_saisine(town)
    town.clock.move(minutes=1)
    (follower,) = (await town.law(await a_request(town, "deux"))).saisines
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        done = await town.house.legal.join(
            session, town.tenant_id, follower.id, to=kept.id, reason="essai", version=follower.version, actor=AGENT
        )
    assert done.kept.id < done.joined.id
    known, began = town.house.letters.known, asyncio.Event()

    async def slow(*given: Any) -> Any:
        began.set()
        await somebody_waits(town)
        return await known(*given)

    monkeypatch.setattr(town.house.letters, "known", slow)

    async def event() -> None:
        await began.wait()
        await record(town, follower)

    pieces = {"pieces": ("Plan",), "deadline_on": date(2026, 3, 31)}
    _, told = await asyncio.wait_for(
        asyncio.gather(send(town, follower, Kind.PIECES, Way.COUNTER, **pieces), event(), return_exceptions=True), 60
    )
    assert isinstance(told, Stale)  # it had seen the request before the letter: told so, and no deadlock
    assert "pieces_requested" in [one.type for one in (await town.law(follower.ticket_id)).events[follower.id]]


@pytest.mark.parametrize("turn", range(2))
async def test_acts_on_tied_requests_wait_for_each_other_in_one_order(town: TownHouse, turn: int) -> None:
    follower, kept = await tied(town)
    town.clock.move(days=3 + turn)
    await together(
        send(town, kept, Kind.ARE),
        send(town, follower, Kind.PIECES, Way.COUNTER, pieces=("Plan",), deadline_on=date(2026, 3, 31)),
        record(town, kept, key="k"),
        record(town, follower, key="f"),
        town.deliver(),
        town.house.watch.sweep(town.tenant_id),
        recompute(town),
        separate(town, follower),
        send(town, follower, Kind.ARE),
        record(town, kept, kind="AEE"),
    )
    assert (await prove(town.house.database, town.house.tenants, town.tenant_id, clock=town.clock)).holds
