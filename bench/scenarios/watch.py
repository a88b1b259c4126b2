"""What the watch asks of the database, over more and more open clocks of one town among several: cost follows what is
shown and what is due, not what is open.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date
from statistics import median
from uuid import UUID

from app.bootstrap import House, opened
from app.db.transaction import Session
from app.settings import Settings
from app.sve import repository
from bench import figures
from bench.figures import Round
from bench.ground import SECRET_KEY, Ground, Town
from bench.open_clocks import NOW, fill, ticking

DUE, PAGE, _WARMING = 200, 51, 3
Look = Callable[[Session], Awaitable[object]]


async def run(ground: Ground, *, quick: bool) -> dict[str, object]:
    """Returns medians and 95th percentiles of each look in milliseconds, and their ratios to those of the smallest town.

    The towns stand in one database and are looked at in turn, so that a busy moment of the machine slows them alike.
    """
    sizes = [200, 400] if quick else [size for size in (10**4, 10**5, 10**6, 10**7) if size <= (ground.rows or 10**5)]
    town = await ground.town()
    settings = Settings(
        _env_file=None, data_dir=town.folder, database_url=town.dsns.app, secret_key=SECRET_KEY, outgoing="capture"
    )
    async with opened(settings, clock=ticking()) as house:
        towns = {size: await _founded(house, town, size) for size in sizes}
        looks = {size: await _looks(house, tenant_id) for size, tenant_id in towns.items()}
        found: dict[str, dict[int, Round]] = {}
        for name in looks[sizes[0]]:
            latencies: dict[int, list[float]] = {size: [] for size in sizes}
            for number in range((5 if quick else 300) + _WARMING):
                for size, tenant_id in towns.items():
                    took = await _timed(house, tenant_id, looks[size][name])
                    if number >= _WARMING:
                        latencies[size].append(took)
            found[name] = {size: Round(len(took), sum(took), took) for size, took in latencies.items()}
    ratios = {name: {size: _ratio(one, of[sizes[0]]) for size, one in of.items()} for name, of in found.items()}
    return {
        "what": f"looks of the watch at towns of {sizes[0]} to {sizes[-1]} open clocks, ratios to the smallest",
        "sizes": sizes,
        "times": len(found["counts"][sizes[0]].latencies),
        "ms": {name: {size: _shown(one) for size, one in of.items()} for name, of in found.items()},
        "ratios_of_p50_and_p95": ratios,
        "budgets": {name: figures.at_most(1.5, of[sizes[-1]][0]) for name, of in ratios.items()},
    }


async def _timed(house: House, tenant_id: UUID, look: Look) -> float:
    async with house.database.transaction(tenant=tenant_id) as session:
        begun = time.perf_counter()
        await look(session)
        took = time.perf_counter() - begun
        await session.rollback()
    return took


async def _looks(house: House, tenant_id: UUID) -> Mapping[str, Look]:
    legal = house.legal

    def page(*risks: str, after: tuple[date, UUID] | None = None) -> Look:
        return lambda session: legal.watch_list(session, tenant_id, risks=risks, before=None, after=after, limit=PAGE)

    async with house.database.transaction(tenant=tenant_id) as session:
        deep = await _somewhere_deep(session, tenant_id)
    return {
        "first_page": page(),
        "one_risk": page("near"),
        "rare_risk": page("suspended"),
        "two_risks": page("near", "silence_rejects"),
        "deep_page": page(after=deep),
        "counts": lambda session: legal.counts(session, tenant_id),
        "to_wake": lambda session: repository.to_wake(session, tenant_id, today=NOW.astimezone(UTC).date(), limit=DUE),
    }


async def _somewhere_deep(session: Session, tenant_id: UUID) -> tuple[date, UUID]:
    """A place in the middle of the list."""
    found = await repository.open_page(session, tenant_id, after=None, limit=100)
    return sorted((one.alert_on, one.id) for one in found if one.alert_on is not None)[50]


async def _founded(house: House, town: Town, size: int) -> UUID:
    async with house.database.transaction(tenant=town.tenant_id) as session:
        known = await house.tenants.get(session, town.tenant_id)
    values = {name: getattr(known, name) for name in ("territory", "time_zone", "service_name", "postal_address")}
    values |= {"email": known.email, "phone": known.phone, "kind": known.kind.value}
    tenant_id = await house.tenants.found({**values, "slug": f"ville-{size}", "name": f"Commune aux {size} délais"})
    async with house.database.transaction(tenant=tenant_id) as session:
        tenant = await house.tenants.get(session, tenant_id)
    await asyncio.to_thread(
        fill, town.dsns.admin, tenant, town.mailbox.id, count=size, due=min(DUE, size // 4), with_events=False
    )
    return tenant_id


def _ratio(one: Round, smallest: Round) -> tuple[float, float]:
    p50, p95 = (round(one.percentile_ms(share) / smallest.percentile_ms(share), 2) for share in (0.5, 0.95))
    return p50, p95


def _shown(one: Round) -> dict[str, float]:
    return {"p50": round(median(one.latencies) * 1e3, 2), "p95": round(one.percentile_ms(0.95), 2)}
