"""Lists, searches and a long thread over HTTP, at towns of 10⁴, 10⁵ … requests of one house, against the thin page."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from app.bootstrap import House, opened
from app.ids import Prefix, public_id
from app.settings import Settings
from app.web.inbox import VIEWS, View
from bench import figures
from bench.figures import Round
from bench.ground import SECRET_KEY, Ground, Town, serving
from bench.grown_towns import MARKED, NOBODYS, Grown, grow
from bench.http_load import asked
from bench.processes import running

THIN = "thin page"
_SIZES = tuple(10**power for power in range(4, 8))
_ROUNDS, _EACH = 20, 5


@dataclass(frozen=True, slots=True)
class Stand:
    """One town of the house, as it is asked over HTTP."""

    grown: Grown
    headers: Mapping[str, str]


async def run(ground: Ground, *, quick: bool) -> dict[str, object]:
    """Returns p50 and p95 of each look at each size, their ratios to the smallest town and to the thin page.

    The towns stand in one database and are looked at in turn, a few requests at a time, so that a busy moment of the
    machine slows them alike.
    """
    sizes = [200, 400] if quick else [size for size in _SIZES if size <= (ground.rows or 10**5)]
    town = await ground.town()
    began = time.perf_counter()
    settings = Settings(
        _env_file=None, data_dir=town.folder, database_url=town.dsns.app, secret_key=SECRET_KEY, outgoing="capture"
    )
    async with opened(settings) as house:
        stands = {size: await _founded(house, town, size) for size in sizes}
    written_s = time.perf_counter() - began
    async with (
        running("bench.thin.listing", town.dsns.app, folder=town.folder) as thin,
        serving(town) as (_, port),
    ):
        thin_port = int(str((await thin.said("listening"))["port"]))
        found = await _looked(stands, thin_port, port, rounds=2 if quick else _ROUNDS)
    p95 = {look: {size: one.percentile_ms(0.95) for size, one in of.items()} for look, of in found.items()}
    return {
        "what": f"pages of fifty and searches over HTTP at towns of {sizes[0]} to {sizes[-1]} requests",
        "sizes": sizes,
        "written_s": round(written_s),
        "times": _ROUNDS * _EACH,
        "ms": {look: {size: _shown(one) for size, one in of.items()} for look, of in found.items()},
        "budgets": _budgets(p95, sizes),
    }


def _budgets(p95: Mapping[str, Mapping[int, float]], sizes: list[int]) -> dict[str, dict[str, object]]:
    """A list may grow by three tenths from a hundred thousand on, and cost six thin pages; a search has 150 ms."""
    first = next((size for size in sizes if size >= 10**5), sizes[0])
    lists = {look: of for look, of in p95.items() if look.startswith("inbox")}
    searches = {look: of for look, of in p95.items() if look.startswith("search")}
    worst = max(lists, key=lambda look: lists[look][sizes[-1]] / lists[look][first])
    dearest = max(lists, key=lambda look: lists[look][sizes[-1]])
    slowest = max(searches, key=lambda look: max(searches[look].values()))
    return {
        f"growth of {worst}": figures.at_most(1.3, round(lists[worst][sizes[-1]] / lists[worst][first], 2)),
        f"{dearest} in thin pages": figures.at_most(6, round(lists[dearest][sizes[-1]] / p95[THIN][sizes[-1]], 2)),
        f"{slowest}, ms": figures.at_most(150, round(max(searches[slowest].values()), 1)),
    }


async def _founded(house: House, town: Town, size: int) -> Stand:
    async with house.database.transaction(tenant=town.tenant_id) as session:
        known = await house.tenants.get(session, town.tenant_id)
    values = {name: getattr(known, name) for name in ("territory", "time_zone", "service_name", "postal_address")}
    values |= {"email": known.email, "phone": known.phone, "kind": known.kind.value}
    tenant_id = await house.tenants.found({**values, "slug": f"ville-{size}", "name": f"Commune aux {size} demandes"})
    slug = f"ville-{size}"
    grown = await asyncio.to_thread(grow, town.dsns.admin, tenant_id, town.mailbox.id, slug=slug, count=size)
    secret, _ = await house.access.create(tenant_id, name="Mesure", scopes=["tickets:read"])
    return Stand(grown, {"Authorization": f"Bearer {secret}"})


async def _looked(
    stands: Mapping[int, Stand], thin_port: int, port: int, *, rounds: int
) -> dict[str, dict[int, Round]]:
    latencies: dict[str, dict[int, list[float]]] = {}
    for number in range(rounds + 1):
        for size, stand in stands.items():
            for look, path in _paths(stand).items():
                where = thin_port if look == THIN else port
                took = await asked(where, path, stand.headers, times=_EACH)
                if number:  # the first round warms
                    latencies.setdefault(look, {}).setdefault(size, []).extend(took)
    return {
        look: {size: Round(len(took), sum(took), took) for size, took in of.items()} for look, of in latencies.items()
    }


def _paths(stand: Stand) -> dict[str, str]:
    """What is asked for: the thin page, every view of the inbox, other filters, a long thread, words."""
    lists = {f"inbox {view.name}": _asked(view, stand.grown) for view in VIEWS}
    lists["inbox one channel"] = "channel=chat&sort=term_on"
    lists["inbox before a day"] = "sort=term_on&term_before=2026-03-01"
    lists |= {f"search 1 in {each}": f"q={quote(word)}" for word, each in MARKED.items()}
    lists |= {"search of nobody's word": f"q={NOBODYS}", "search of two words": "q=trottoir+girouette"}
    return {
        THIN: "/page",
        **{look: f"/api/v1/tickets?limit=50&{words}" for look, words in lists.items()},
        "thread of 300": f"/api/v1/tickets/{public_id(Prefix.TICKET, stand.grown.long)}/messages?limit=200",
    }


def _asked(view: View, grown: Grown) -> str:
    words = [f"sort={'term_on' if view.by_term else '-last_activity_at'}"]
    words += [f"status={','.join(view.statuses)}"] if view.statuses else []
    words += [f"risk={','.join(view.risks)}"] if view.risks else []
    words += [f"assignee_id={_id(Prefix.USER, grown.person)}"] if view.mine else []
    words += [f"team_id={_id(Prefix.TEAM, grown.team)}"] if view.of_my_teams else []
    return "&".join(words)


def _id(prefix: Prefix, value: UUID) -> str:
    return public_id(prefix, value)


def _shown(one: Round) -> dict[str, float]:
    return {"p50": round(one.percentile_ms(0.5), 2), "p95": round(one.percentile_ms(0.95), 2)}
