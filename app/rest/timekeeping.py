"""Comparing this machine's time with the database's for as long as the process lives; more than five seconds is alarmed."""

import asyncio
import math

import structlog

from app.clock import MOST_SKEW, SteadyClock
from app.db.checks import ask_time
from app.db.transaction import Database
from app.errors import Unavailable
from app.rest.metrics import CLOCK_SKEW

log = structlog.get_logger()
EVERY_S = 15.0


async def keep_time(database: Database, clock: SteadyClock) -> None:
    """Lets the clock hear the database's time again and again, until cancelled; tells when they part and when they agree."""
    agreed = True
    while True:
        try:
            theirs = await ask_time(database)
        except Unavailable:
            CLOCK_SKEW.set(math.nan)  # nobody knows, and the clock goes on by itself
        else:
            compared = clock.compare(theirs)
            CLOCK_SKEW.set(compared.skew.total_seconds())
            told = {
                "database_ahead_s": round(compared.skew.total_seconds(), 1),
                "jumped_s": round(compared.jumped.total_seconds(), 1),
            }
            if agreed and not compared.agree:
                log.error("clock.skewed", **told)
            elif compared.agree and (not agreed or abs(compared.jumped) > MOST_SKEW):
                log.warning("clock.agrees", **told)
            agreed = compared.agree
        await asyncio.sleep(EVERY_S)
