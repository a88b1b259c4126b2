"""A process that looks into a watched folder until it dies where it was told to: `python -m tests.faults.looking`."""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

from tests.harness.houses import MovableClock, close_readers, house


async def main(database_url: str, data: str, tenant: str) -> None:
    clock = MovableClock()
    async with house(database_url, Path(data), clock=clock) as opened:
        for _ in range(3):
            await opened.folders.look(UUID(tenant))
            clock.move(seconds=61)
    await close_readers()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
