"""Databases that stand on nothing yet, and servers a test may kill."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from app.db.embedded import EmbeddedPostgres
from tests.harness import postgres, run


@pytest.fixture
def a_data_folder() -> Iterator[Path]:
    """A folder inside the run's, so that no server of it outlives the run whatever happens."""
    made = Path(tempfile.mkdtemp(prefix="house-", dir=run.folder()))
    yield made / "postgres"
    shutil.rmtree(made)


@pytest.fixture(scope="session")
def an_initialised_cluster() -> Path:
    """The files of a server that has been started and stopped once; a copy of them starts in a tenth of the time."""
    server = EmbeddedPostgres(Path(tempfile.mkdtemp(prefix="house-", dir=run.folder())) / "postgres")
    server.start()
    server.stop()
    return server.home / "cluster"


@pytest.fixture
def an_embedded_server(a_data_folder: Path, an_initialised_cluster: Path) -> Iterator[EmbeddedPostgres]:
    a_data_folder.mkdir(mode=0o700)
    shutil.copytree(an_initialised_cluster, a_data_folder / "cluster")
    server = EmbeddedPostgres(a_data_folder)
    yield server
    server.stop()


@pytest.fixture
def an_empty_database() -> Iterator[Callable[[], postgres.Dsns]]:
    """Databases of the two roles that no migration has touched."""
    made: list[postgres.Dsns] = []

    def make() -> postgres.Dsns:
        made.append(postgres.unmigrated())
        return made[-1]

    yield make
    for dsns in made:
        postgres.drop(dsns)


@pytest.fixture
def a_role() -> Iterator[Callable[[str], str]]:
    """Makes login roles with the attributes given, and returns their names."""
    admin = postgres.prepared().admin
    made: list[str] = []

    def make(attributes: str) -> str:
        made.append(f"a_role_{os.getpid()}_{len(made)}")
        with psycopg.connect(admin, autocommit=True) as connection:
            statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} ").format(sql.Identifier(made[-1]), postgres.PASSWORD)
            connection.execute(statement + sql.SQL(attributes))
        return made[-1]

    yield make
    with psycopg.connect(admin, autocommit=True) as connection:
        for role in made:
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
