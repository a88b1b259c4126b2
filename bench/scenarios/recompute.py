"""Every open clock of a town read again, end to end, through the processes of `parvis sve recompute`.

Three times over the same clocks: under newer rules that change nothing, after a holiday that moves some acknowledgements
was added (the town turns out to lie in Alsace-Moselle), and when nothing has changed. One core's engine is told beside.
"""

import asyncio
import os
import time
from uuid import UUID

import psycopg

from app.bootstrap import House, opened
from app.facts import SYSTEM
from app.settings import Settings
from app.sve.recomputing.hands import cores
from app.sve.recomputing.values import Recomputation
from bench import figures, machine
from bench.ground import SECRET_KEY, Ground, Town
from bench.open_clocks import fill, ticking
from bench.scenarios import clocks

PROMISED = 1_000_000 / 60


async def run(ground: Ground, *, quick: bool) -> dict[str, object]:
    """Returns seconds and clocks a second of each pass, and what share of the engine's own rate that is."""
    count = 300 if quick else ground.rows or 50_000
    town = await ground.town()
    settings = Settings(
        _env_file=None, data_dir=town.folder, database_url=town.dsns.app, secret_key=SECRET_KEY, outgoing="capture"
    )
    async with opened(settings, clock=ticking()) as house:
        async with house.database.transaction(tenant=town.tenant_id) as session:
            tenant = await house.tenants.get(session, town.tenant_id)
        await asyncio.to_thread(fill, town.dsns.admin, tenant, town.mailbox.id, count=count, due=0, rules="older")
        passes = {"newer_rules": await _pass(ground, house, town.tenant_id)}
        await _moved_to_alsace(town)
        passes["a_holiday_added"] = await _pass(ground, house, town.tenant_id)
        passes["nothing_new"] = await _pass(ground, house, town.tenant_id)
    engine = await clocks.run(ground, quick=quick)
    rates = {name: one["clocks_per_s"] for name, one in passes.items()}
    return {
        "what": f"{count} open clocks read again, end to end, by {cores()} processes",
        "of": count,
        "passes": passes,
        "engine_judged_per_s_a_core": engine["judged_per_s"],
        "budgets": {name: figures.at_least(round(PROMISED), rate) for name, rate in rates.items()},
    }


async def _pass(ground: Ground, house: House, tenant_id: UUID) -> dict[str, float]:
    recomputing = house.recomputing.with_hands(cores())
    async with house.database.transaction(tenant=tenant_id) as session:
        asked: Recomputation = await recomputing.begin(
            session, tenant_id, reason="mesure", dry_run=False, actor=SYSTEM, later=False
        )
    begun, spent = time.perf_counter(), _spent(ground)
    done = await recomputing.carry_out(asked)
    seconds = time.perf_counter() - begun
    ours, theirs = (after - before for after, before in zip(_spent(ground), spent, strict=True))
    return {
        "seconds": round(seconds, 2),
        "clocks_per_s": round(done.seen / seconds),
        "processor_s_parvis": round(ours, 2),
        "processor_s_postgres": round(theirs, 2),
        "seen": done.seen,
        "changed": done.changed,
        "earlier": done.earlier,
        "unread": done.unread,
    }


def _spent(ground: Ground) -> tuple[float, float]:
    """The processor time of Parvis, its processes that have ended included, and of PostgreSQL."""
    return machine.spent_seconds(os.getpid()), machine.spent_seconds(ground.postmaster)


async def _moved_to_alsace(town: Town) -> None:
    async with await psycopg.AsyncConnection.connect(town.dsns.admin, autocommit=True) as connection:
        await connection.execute("UPDATE tenants SET territory = 'ALSACE_MOSELLE' WHERE id = %s", (town.tenant_id,))
    await asyncio.sleep(6)  # processes that serve read an administration again after five seconds
