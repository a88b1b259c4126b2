"""A town whose clock the test moves."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse, opened_town


@pytest_asyncio.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[TownHouse]:
    async with opened_town(database_url, tmp_path, clock=MovableClock()) as opened:
        yield opened
