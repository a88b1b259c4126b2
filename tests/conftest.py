"""What every test may ask for. Real servers, started by whoever asks first and shared by the run."""

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import IO

import pytest
import pytest_asyncio

from app.db.embedded import Dsns
from app.db.transaction import Database
from tests.harness import browsers, pooler, postgres, run, valkey

_RUN = pytest.StashKey[run.Run]()
_LIVING = pytest.StashKey[IO[str]]()


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        config.stash[_LIVING] = run.live()
    else:  # the controller of xdist, or the only process
        config.stash[_RUN] = run.Run()


def pytest_unconfigure(config: pytest.Config) -> None:
    if _RUN in config.stash:
        postgres.forget_outside()
        config.stash[_RUN].close()
    if _LIVING in config.stash:
        config.stash[_LIVING].close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Says which tests a run left out for want of a browser: a test that did not run is never silent."""
    if any(Path(str(asked)).name in {"tests", "ui"} for asked in config.args) and (why := browsers.missing()):
        terminalreporter.write_line(f"NOT RUN: the browser tests of the agents' application: {why}")


@pytest_asyncio.fixture(scope="session", loop_scope="session", autouse=True)
async def children_end() -> AsyncIterator[None]:
    """Ends what houses share in this process."""
    yield
    if "tests.harness.houses" in sys.modules:  # most tests need no house, and do not pay for importing one
        await sys.modules["tests.harness.houses"].close_readers()


@pytest.fixture(scope="session")
def new_database() -> Iterator[Callable[[], Dsns]]:
    """Makes migrated, empty databases for the tests that need one of their own (about 20 ms each)."""
    made: list[Dsns] = []

    def make() -> Dsns:
        made.append(postgres.clone())
        return made[-1]

    yield make
    for dsns in made:
        postgres.drop(dsns)


@pytest.fixture(scope="module")
def dsns() -> Iterator[Dsns]:
    """A fresh, migrated, empty database for this module; its tests really commit, each with a tenant of its own."""
    fresh = postgres.clone()
    yield fresh
    postgres.drop(fresh)


@pytest.fixture(scope="module")
def database_url(dsns: Dsns) -> str:
    """The module's database as the application's role."""
    return dsns.app


@pytest.fixture(scope="module")
def owner_url(dsns: Dsns) -> str:
    """The module's database as the role that owns the schema."""
    return dsns.owner


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(database_url: str) -> AsyncIterator[Database]:
    """Transactions on the module's database, as the application's role."""
    opened = Database(pooler.pooled(database_url), pool_size=5)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A real Valkey, shared by the run; this worker has a numbered database of it, but channels are common to all."""
    return valkey.shared_url()
