"""Deliveries verified and parsed, on one core, for every channel whose provider posts JSON: the cases that ship with each.

Timed by the processor time used, not by the clock on the wall: a busy machine does not make a core slower.
"""

import json
import time
from statistics import median

from app.channels.adapters import BUILT_IN
from app.channels.conformance.cases import Case, case_of, documents_of
from app.channels.contract import ChannelAdapter, Webhook
from app.channels.registry import Registry
from bench import figures
from bench.figures import Round
from bench.ground import Ground


async def run(ground: Ground, *, quick: bool) -> dict[str, object]:  # noqa: ARG001 — it stands on nothing
    """Returns, for each JSON channel, how many deliveries a second it verifies and parses; the slowest has the budget."""
    count, rounds = (200, 1) if quick else (2_000, 5)
    registry = Registry.installed(allowed=set(BUILT_IN))
    rates = {}
    for name in registry.types():
        adapter = registry.get(name)
        cases = _json_cases(adapter)
        if cases and isinstance(adapter, Webhook):
            rates[name] = round(median(_timed(adapter, cases, count).rate for _ in range(rounds)))
    slowest = min(rates, key=lambda name: rates[name])
    return {
        "what": "deliveries verified and parsed, one core, JSON channels",
        "rounds": rounds,
        "of": count,
        "parsed_per_s": rates,
        "slowest": slowest,
        "budgets": {"parsed_per_s": figures.at_least(1_000, rates[slowest])},
    }


def _timed(door: Webhook, cases: list[Case], count: int) -> Round:
    begun = time.process_time()
    for number in range(count):
        case = cases[number % len(cases)]
        door.verify(case.delivery, case.config, now=case.now)
        door.parse(case.delivery, case.config)
    return Round(count, time.process_time() - begun)


def _json_cases(adapter: ChannelAdapter) -> list[Case]:
    # A whole mail inside a JSON body is measured where mail is.
    if adapter.meta.type.startswith("email"):
        return []
    found = [case_of(adapter, name, document) for name, document in documents_of(adapter)]
    return [case for case in found if _is_json(case.delivery.body)]


def _is_json(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except ValueError:
        return False
