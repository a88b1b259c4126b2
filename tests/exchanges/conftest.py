"""A town with a mailbox, on a clock the test moves."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
import pytest_asyncio

from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse, opened_town


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest_asyncio.fixture
async def town(database_url: str, tmp_path: Path, clock: MovableClock) -> AsyncIterator[TownHouse]:
    async with opened_town(database_url, tmp_path, clock=clock) as opened:
        yield opened


@pytest_asyncio.fixture
async def other_town(
    database_url: str, tmp_path_factory: pytest.TempPathFactory, clock: MovableClock
) -> AsyncIterator[TownHouse]:
    async with opened_town(database_url, tmp_path_factory.mktemp("other"), clock=clock) as opened:
        yield opened


@pytest.fixture
def owner_sql(owner_url: str) -> Callable[..., Awaitable[None]]:
    """Writes what no use case of ours would, as the schema's owner."""

    async def run(statement: str, *values: Any, tenant: UUID) -> None:
        async with await psycopg.AsyncConnection.connect(owner_url, autocommit=True) as connection:
            await connection.execute("SELECT set_config('app.tenant', %s, false)", (str(tenant),))
            await connection.execute(statement, values)  # type: ignore[call-overload]  # a test's own words

    return run
