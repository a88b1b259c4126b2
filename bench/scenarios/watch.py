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

DUE, PAGE, OTHERS = 200, 51, 10_000
Look = Callable[[Session], Awaitable[object]]


async def run(ground: Ground, *, quick: bool) -> dict[str, object]:
    """Returns medians and 95th percentiles of each look in milliseconds, and their ratios to those of the first size."""
    sizes = [200, 400] if quick else [size for size in (10**4, 10**5, 10**6, 10**7) if size <= (ground.rows or 10**5)]
    town = await ground.town()
    settings = Settings(
        _env_file=None, data_dir=town.folder, database_url=town.dsns.app, secret_key=SECRET_KEY, outgoing="capture"
    )
    rounds: dict[int, dict[str, Round]] = {}
    async with opened(settings, clock=ticking()) as house:
        await _neighbours(house, town, count=100 if quick else OTHERS)
        written = 0
        for size in sizes:
            await _filled(house, town, town.tenant_id, first=written, count=size - written, due=0 if written else DUE)
            written = size
            rounds[size] = await _measured(house, town.tenant_id, times=5 if quick else 200)
    shown = {size: {name: _shown(one) for name, one in looks.items()} for size, looks in rounds.items()}
    ratios = {
        size: {
            name: round(one.percentile_ms(0.5) / rounds[sizes[0]][name].percentile_ms(0.5), 2)
            for name, one in looks.items()
        }
        for size, looks in rounds.items()
    }
    last = ratios[sizes[-1]]
    return {
        "what": f"looks of the watch over {sizes[0]} to {sizes[-1]} open clocks of one town, ratios of medians",
        "sizes": sizes,
        "times": len(next(iter(rounds[sizes[0]].values())).latencies),
        "ms": shown,
        "ratios": ratios,
        "budgets": {name: figures.at_most(1.5, ratio) for name, ratio in last.items()},
    }


async def _measured(house: House, tenant_id: UUID, *, times: int) -> dict[str, Round]:
    found: dict[str, Round] = {}
    for name, look in (await _looks(house, tenant_id)).items():
        latencies = []
        for number in range(times + 3):
            async with house.database.transaction(tenant=tenant_id) as session:
                begun = time.perf_counter()
                await look(session)
                if number >= 3:
                    latencies.append(time.perf_counter() - begun)
                await session.rollback()
        found[name] = Round(times, sum(latencies), latencies)
    return found


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


async def _neighbours(house: House, town: Town, *, count: int) -> None:
    for number in range(3):
        async with house.database.transaction(tenant=town.tenant_id) as session:
            known = await house.tenants.get(session, town.tenant_id)
        values = {name: getattr(known, name) for name in ("territory", "time_zone", "service_name", "postal_address")}
        values |= {"email": known.email, "phone": known.phone, "kind": known.kind.value}
        tenant_id = await house.tenants.found({**values, "slug": f"voisine-{number}", "name": "Commune voisine"})
        await _filled(house, town, tenant_id, first=0, count=count, due=DUE)


async def _filled(house: House, town: Town, tenant_id: UUID, *, first: int, count: int, due: int) -> None:
    async with house.database.transaction(tenant=tenant_id) as session:
        tenant = await house.tenants.get(session, tenant_id)
    await asyncio.to_thread(fill, town.dsns.admin, tenant, town.mailbox.id, first=first, count=count, due=due)


def _shown(one: Round) -> dict[str, float]:
    return {"p50": round(median(one.latencies) * 1e3, 2), "p95": round(one.percentile_ms(0.95), 2)}
