"""When the database is away: told as such, with a time to come back, and nothing of the house."""

import httpx
import pytest

from app.db.transaction import Database
from app.main import create_app
from tests.harness.houses import MovableClock, house

PATHS = ["/api/v1/tickets", "/api/v1/events", "/hooks/http/key"]


@pytest.mark.parametrize("path", PATHS)
async def test_a_failing_database_is_told_as_unavailable(database_url, tmp_path, path) -> None:
    nowhere = "postgresql://parvis_app@127.0.0.1:1/parvis"
    async with house(nowhere, tmp_path, clock=MovableClock(), worker_inside=False) as opened:
        transport = httpx.ASGITransport(app=create_app(opened))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
            answer = await http.get(path, headers={"Authorization": "Bearer key"})
            ready = await http.get("/health/ready")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    for word in ("127.0.0.1:1", "parvis_app", "psycopg", "OperationalError"):
        assert word not in answer.text
    assert (ready.status_code, ready.json()["checks"]["database"]) == (503, False)
    assert isinstance(opened.database, Database)


async def test_the_worker_lives_with_the_application_and_is_drained(database_url, tmp_path) -> None:
    async with house(database_url, tmp_path, clock=MovableClock(), worker_inside=True) as opened:
        app = create_app(opened)
        async with app.router.lifespan_context(app):
            assert not app.state.closing.said
        assert app.state.closing.said
