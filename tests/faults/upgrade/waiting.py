"""How long the application waits for locks: the database is looked at again and again, by itself."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import psycopg

# Whoever serves; a migration that waits is looked at where it keeps others waiting.
_WAITING = """
    SELECT extract(epoch FROM clock_timestamp() - l.waitstart)::float8, a.pid, l.waitstart, l.mode,
           coalesce(l.relation::regclass::text, l.locktype),
           (SELECT string_agg(left(b.query, 120), ' | ') FROM pg_stat_activity b
             WHERE b.pid = ANY (pg_blocking_pids(a.pid)) AND b.usename <> a.usename)
      FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE NOT l.granted AND l.waitstart IS NOT NULL AND a.usename = 'parvis_app'
"""
_EVERY_S = 0.05


@dataclass(slots=True)
class Waits:
    """The waits seen, each as long as it was when last seen."""

    seen: dict[tuple[Any, ...], tuple[float, str]] = field(default_factory=dict)
    looks: int = 0

    @property
    def longest_s(self) -> float:
        return max((seconds for seconds, _ in self.seen.values()), default=0.0)

    def told(self) -> list[str]:
        """Says of the ten longest who kept whom."""
        longest = sorted(self.seen.values(), reverse=True)[:10]
        return [f"{seconds:.2f} s {said}" for seconds, said in longest]


@contextlib.asynccontextmanager
async def kept_waiting(url: str, waits: Waits) -> AsyncIterator[None]:
    """Notes every wait there is meanwhile."""

    async def look() -> None:
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            while True:
                waits.looks += 1
                for seconds, pid, since, mode, what, by in await (await connection.execute(_WAITING)).fetchall():
                    former = waits.seen.get((pid, since), (0.0, ""))[1]
                    said = f"{mode} {what}, behind: {by}" if by else former or f"{mode} {what}"
                    waits.seen[pid, since] = (seconds, said)
                await asyncio.sleep(_EVERY_S)

    looking = asyncio.create_task(look())
    try:
        yield
    finally:
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking
