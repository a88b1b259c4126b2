from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import UUID

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from app.db.transaction import Database
from app.ids import new_id
from app.rest.problems import install_problems
from tests.rest.house import BASE_URL, TownHouse

Client = Callable[[FastAPI], AbstractAsyncContextManager[httpx.AsyncClient]]

# A table whose constraint is only looked at by COMMIT, to see what a route answers when the commit fails.
_NOTES = """
CREATE TABLE rest_notes (
  tenant_id uuid NOT NULL, id uuid NOT NULL, words text NOT NULL, rank integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, id),
  CONSTRAINT same_words UNIQUE (tenant_id, words) DEFERRABLE INITIALLY DEFERRED
);
ALTER TABLE rest_notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE rest_notes FORCE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON rest_notes USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON rest_notes TO parvis_app;
"""


@pytest.fixture
def tenant() -> UUID:
    return new_id()


@pytest.fixture(scope="module")
def notes_table(owner_url: str) -> None:
    with psycopg.connect(owner_url) as connection:
        connection.execute(_NOTES)


@pytest.fixture
def house(database: Database) -> TownHouse:
    return TownHouse(database)


@pytest.fixture
def app(house: TownHouse) -> FastAPI:
    """An application with our manners and no route yet."""
    made = FastAPI()
    made.state.house = house
    install_problems(made, base_url=BASE_URL)
    return made


@pytest.fixture
def client() -> Client:
    """Opens an HTTP client on an application, in process."""

    @asynccontextmanager
    async def opened(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as http:
            yield http

    return opened
