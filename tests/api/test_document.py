"""The published OpenAPI: complete, and the one in the repository is that of the code."""

import json
from pathlib import Path

from app.main import openapi_document
from app.rest.openapi_lint import lint_openapi

COMMITTED = Path(__file__).parents[2] / "openapi.json"


def test_an_integrator_would_miss_nothing() -> None:
    assert lint_openapi(openapi_document()) == []


def test_the_committed_document_is_that_of_the_code() -> None:
    committed = json.loads(COMMITTED.read_text())
    assert committed == openapi_document(), "run `make api`"


def test_the_page_of_the_api_names_every_address() -> None:
    page = (COMMITTED.parent / "docs" / "api.md").read_text()
    known = {path.removeprefix("/api/v1") for path in openapi_document()["paths"] if path.startswith("/api/v1")}
    assert [path for path in sorted(known) if f"`{path}`" not in page] == []


async def test_it_is_served_with_its_page(town) -> None:
    assert (await town.http.get("/openapi.json")).json()["openapi"].startswith("3.1")
    assert (await town.http.get("/docs")).status_code == 200


async def test_health_and_errors_are_part_of_the_house(town) -> None:
    assert (await town.http.get("/health/ready")).json()["checks"] == {"database": True, "files": True}
    assert (await town.http.get("/erreurs/newer-message")).status_code == 200
    assert (await town.http.get("/metrics")).status_code == 200
