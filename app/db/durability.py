"""Whether PostgreSQL confirms what the disk has: what is acknowledged to a citizen's mail server must survive a power cut."""

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from app.db.checks import Check
from app.db.transaction import Database

_SETTINGS = text(
    "SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS synchronous_commit, "
    "current_setting('full_page_writes') AS full_page_writes, "
    "COALESCE(current_setting('parvis.throwaway', true), 'off') AS throwaway"
)
# A commit that has something to flush: the least there is, read by nobody.
_COMMIT = text("SELECT pg_logical_emit_message(true, 'parvis check', '')")
MOST_S = 2.0


async def check_durability(database: Database, *, seconds: Callable[[], float] = time.monotonic) -> Check:
    """Reads the settings that give durability up, and times one commit: a disk that is slow is slow for every door."""
    async with database.transaction() as session:
        found: dict[str, Any] = dict((await session.execute(_SETTINGS)).mappings().one())
    if found.pop("throwaway") == "on":
        return Check("durability", True, "a throw-away server of tests: nothing on it is meant to last")
    if off := sorted(name for name, value in found.items() if value == "off"):
        told = ", ".join(f"{name} = off" for name in off)
        return Check(
            "durability", False, f"{told}: what is acknowledged may be lost with the machine; set on in postgresql.conf"
        )
    async with database.transaction() as session:
        await session.execute(_COMMIT)
        before = seconds()
    took = seconds() - before
    if took > MOST_S:
        return Check("durability", False, f"the disk took {took:.1f} s to confirm one commit: every door waits as long")
    return Check("durability", True, f"confirmed by the disk, within {max(took, 0.001) * 1000:.0f} ms")
