"""F28: ten times as many who ask of everybody for ten minutes, then a hundred times as many of one administration.

Too long for every run of the suite: `make long` has a minute of it, `make faults` all.
"""

import bisect
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.clock import civil_day, utc_now
from tests.faults.lengths import at_length, written
from tests.faults.soak import oracle
from tests.faults.soak.account import Account
from tests.faults.soak.checking import unsound
from tests.faults.soak.clients import NO_WORD
from tests.faults.soak.figures import spread
from tests.faults.soak.flood import CALM, HUNDRED_TIMES, Flood, Phase
from tests.faults.soak.oracle import Evidence, Finding
from tests.faults.soak.run import Ground, Wanted, at_rest, grounded

CALM_S, TEN_TIMES_S, HUNDRED_TIMES_S = at_length(short=(5.0, 15.0, 15.0), whole=(60.0, 600.0, 300.0))
# Deliveries to one channel and requests of one key in a minute: what ten times as many stay below, and a hundred do not.
LIMITS = {
    "PARVIS_LIMIT_CHANNEL": at_length(short="240", whole="660"),
    "PARVIS_LIMIT_CALLER": at_length(short="240", whole="900"),
    "PARVIS_LIMIT_TENANT": "12000",
}
ALERTED_WITHIN_S = 60.0
GROWN_BY_MB = 200
# How many of a flooded administration may be settled while one of another waits: some turns of every lane.
PASSED_BY = 1_000
SEED, TOWNS = 28, 4
_SETTLED = """
    SELECT tenant_id::text, extract(epoch FROM received_at)::float, extract(epoch FROM processed_at)::float FROM receptions
"""
_ALERTED = """
    SELECT t.tenant_id::text, extract(epoch FROM t.created_at)::float,
           extract(epoch FROM min(a.raised_at) - t.created_at)::float
      FROM tickets t JOIN alerts a ON a.tenant_id = t.tenant_id AND a.ticket_id = t.id
     WHERE t.channel_type = 'counter' GROUP BY t.tenant_id, t.id, t.created_at
"""


async def test_a_flood_waits_its_turn_and_nobody_else_waits_for_it() -> None:
    wanted = Wanted(seed=SEED, plan=(), seconds=0, messages=0, towns=TOWNS, settings=LIMITS)
    with tempfile.TemporaryDirectory(prefix="parvis-flood-", ignore_cleanup_errors=True) as folder:
        async with grounded(wanted, Path(folder)) as ground:
            account = Account(ground.cast.folder / "account.jsonl")
            flood = Flood(ground, account, seed=SEED)
            await flood.play(calm_s=CALM_S, ten_times_s=TEN_TIMES_S, hundred_times_s=HUNDRED_TIMES_S)
            findings = [*await at_rest(ground.look, patient=True), *await _judged(ground, account)]
            told = [await _told(ground, flood, phase) for phase in flood.phases]
            account.close()
    seen = {one["phase"]: one for one in told}
    answers = [crowd.reads.answers for crowd in flood.crowds]
    written(
        "floods",
        {
            "phases": told,
            "deliveries": len(account.sent),
            "refusals": account.refusals,
            "reads": answers,
            "findings": [str(one) for one in findings],
        },
    )
    assert findings == []
    # Who asks too much is told when to come back; nobody else is told anything but what they asked for.
    assert account.refusals["503"] > 0
    assert answers[0]["429"] > 0
    assert not [word for word in {*account.refusals, *answers[0]} if NO_WORD in word]
    assert {word for one in answers[1:] for word in one} == {"200"}
    _nobody_waited(seen)
    for name, at_first in seen[CALM]["memory_mb"].items():
        assert max(one["memory_mb"][name] for one in told) - at_first < GROWN_BY_MB, name


async def _judged(ground: Ground, account: Account) -> Sequence[Finding]:
    await ground.cast.revive()
    today = civil_day(utc_now(), "Europe/Paris")
    given = Evidence(ground.look, account, ground.towns, tuple(ground.sink.taken), today)
    return [
        *await oracle.judged(given),
        *(Finding(oracle.UNEXPLAINED, line) for line in (*await unsound(ground.cast), *ground.cast.by_themselves)),
    ]


async def _told(ground: Ground, flood: Flood, phase: Phase) -> dict[str, Any]:
    """What a phase was like for the administration that is flooded and for the others."""
    flooded = str(ground.towns[0].tenant_id)
    settled = [row for row in await ground.look.rows(_SETTLED) if phase.holds(row[1])]
    alerted = [row for row in await ground.look.rows(_ALERTED) if phase.holds(row[1])]
    done = sorted(until for tenant, _, until in settled if tenant == flooded)
    others = [(since, until) for tenant, since, until in settled if tenant != flooded]
    passed = [bisect.bisect(done, until) - bisect.bisect(done, since) for since, until in others]
    return {
        "phase": phase.name,
        "seconds": round(phase.ended - phase.begun),
        "deliveries": {"first": len(done), "others": len(others)},
        "waiting": {
            "first": phase.waiting.get(ground.towns[0].tenant_id, 0),
            "others": max((phase.waiting.get(town.tenant_id, 0) for town in ground.towns[1:]), default=0),
        },
        "settled_s": {
            "first": _spread(until - since for tenant, since, until in settled if tenant == flooded),
            "others": _spread(until - since for since, until in others),
        },
        "passed_by": _spread(passed),
        "alerted_s": _spread(after for tenant, _, after in alerted if tenant != flooded),
        "reads_s": {
            "first": _spread(took for at, took in flood.crowds[0].reads.took_s if phase.holds(at)),
            "others": _spread(took for crowd in flood.crowds[1:] for at, took in crowd.reads.took_s if phase.holds(at)),
        },
        "memory_mb": dict(phase.memory),
    }


def _spread(values: Iterable[float]) -> Mapping[str, float]:
    ordered = sorted(values)
    return {**spread(ordered), "p95": round(ordered[int(len(ordered) * 0.95)], 2)} if ordered else {}


def _nobody_waited(seen: Mapping[str, Mapping[str, Any]]) -> None:
    flood = seen[HUNDRED_TIMES]
    assert flood["passed_by"]["max"] <= PASSED_BY, flood
    for phase in seen.values():
        assert phase["alerted_s"].get("max", 0.0) <= ALERTED_WITHIN_S, phase
