"""Readings of the pure legal engine, on one core, nothing else: what recomputing every clock after a new rule costs.

Timed by the processor time used, not by the clock on the wall: a busy machine does not make a core slower.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from uuid import UUID

from app.sve.cases import first_case, judge, stored_case
from app.sve.law import Case, read
from app.tenants.values import Tenant, TenantKind
from bench import figures
from bench.figures import Round
from bench.ground import Ground

_NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


async def run(ground: Ground, *, quick: bool) -> dict[str, object]:  # noqa: ARG001 — it stands on nothing
    """Returns how many cases a second are read with their reasons, and how many are also judged as they are stored."""
    count, rounds = (200, 1) if quick else (5_000, 5)
    cases = _cases(count)
    readings = median(_timed(cases, lambda case: read(case, now=_NOW)).rate for _ in range(rounds))
    judged = median(_timed(cases, lambda case: judge(case, now=_NOW)).rate for _ in range(rounds))
    return {
        "what": "readings of the legal engine with its reasons, one core",
        "rounds": rounds,
        "of": count,
        "readings_per_s": round(readings),
        "judged_per_s": round(judged),
        "budgets": {"readings_per_s": figures.at_least(20_000, round(readings))},
    }


def _timed(cases: Sequence[Case], work: Callable[[Case], object]) -> Round:
    begun = time.process_time()
    for case in cases:
        work(case)
    return Round(len(cases), time.process_time() - begun)


def _cases(count: int) -> Sequence[Case]:
    """Nine messages nobody has looked at for one saisine that was qualified and suspended."""
    cases = []
    for number in range(count):
        at = datetime(2026, 3, 1, 8, 0, tzinfo=UTC) + timedelta(minutes=37 * number)
        if number % 10:
            cases.append(first_case(_TENANT, channel_type="email", received_at=at))
            continue
        asked = {"type": "pieces_requested", "at": (at + timedelta(days=6)).isoformat(), "deadline": "P15D"}
        received = {"type": "received", "at": at.isoformat(), "authority": "competent", "channel": "email"}
        cases.append(stored_case(_TENANT, regime="SVA", delay="P2M", family=None, events=[received, asked]))
    return cases


_TENANT = Tenant(
    id=UUID(int=1),
    slug="villebourg",
    name="Commune de Villebourg",
    kind=TenantKind.COMMUNE,
    territory="METRO",
    time_zone="Europe/Paris",
    service_name="Accueil de la mairie",
    postal_address="1 place de la Mairie, 00000 Villebourg",
    email="contact@villebourg.example.fr",
    phone="+33 1 99 00 00 00",
    terms=(),
)
