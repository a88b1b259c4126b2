"""A town saved while citizens go on writing, then drilled: put back into an empty cluster of its own, and proved there."""

import asyncio
import resource
import time

from app.bootstrap import House, backups
from app.channels.contract import Delivery
from app.db.checks import Check
from app.exchanges.receptions import Door
from bench import figures
from bench.full_house import MAIL, WORDS, lived_in, silent
from bench.ground import Ground, Town
from bench.open_clocks import ticking

# Of 100,000 requests.
SAVED_WITHIN_S, DRILLED_WITHIN_S = 600.0, 1800.0
_EVERY_S = 0.2


async def run(ground: Ground, *, quick: bool) -> dict[str, object]:
    """Returns seconds of the backup under load and of the drill, and both for 100,000 requests."""
    count = 200 if quick else ground.rows or 10_000
    said: list[Check] = []
    async with lived_in(ground, count) as (house, town, settings, rows):
        stop = asyncio.Event()
        writing = asyncio.create_task(_citizens(house, town, stop))
        begun = time.perf_counter()
        try:
            taken = await backups.backup(settings, ground.folder, told=silent, clock=ticking())
        finally:
            stop.set()
        saved_s = time.perf_counter() - begun
        received, slowest_s = await writing
    begun = time.perf_counter()
    holds = await backups.drill(
        settings, taken.path, folder=ground.folder, told=silent, said=said.append, clock=ticking()
    )
    drilled_s = time.perf_counter() - begun
    per = 100_000 / count
    return {
        "what": f"{count} requests saved to one encrypted file while mails came in, then put back in an empty cluster and proved",
        "of": count,
        "rows": rows,
        "pieces": taken.manifest.pieces,
        "pieces_bytes": taken.manifest.pieces_bytes,
        "file_bytes": taken.size,
        "received_meanwhile": received,
        "slowest_reception_s": round(slowest_s, 2),
        "backup_s": round(saved_s, 1),
        "drill_s": round(drilled_s, 1),
        "backup_s_per_100000": round(saved_s * per, 1),
        "drill_s_per_100000": round(drilled_s * per, 1),
        "proof_holds": holds,
        "failed": [str(check.detail) for check in said if not check.ok],
        "budgets": {
            "backup_s_per_100000": figures.at_most(SAVED_WITHIN_S, round(saved_s * per, 1)),
            "drill_s_per_100000": figures.at_most(DRILLED_WITHIN_S, round(drilled_s * per, 1)),
        },
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


async def _citizens(house: House, town: Town, stop: asyncio.Event) -> tuple[int, float]:
    """Goes on receiving and reading mails; returns how many, and how long the slowest was kept waiting."""
    received, slowest_s = 0, 0.0
    while not stop.is_set():
        received += 1
        mail = MAIL.replace(b"<un@", b"<pendant-%d@" % received) + WORDS
        begun = time.perf_counter()
        await house.inbound.accept(town.mailbox, Delivery(body=mail), door=Door.API)
        slowest_s = max(slowest_s, time.perf_counter() - begun)
        await house.inbound.drain(str(town.tenant_id))
        await asyncio.sleep(_EVERY_S)
    return received, slowest_s
