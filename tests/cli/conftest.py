"""The command line in this process, on the run's own database; a few tests start the real script instead."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app import logs
from app.cli.program import program
from tests.harness.houses import MovableClock, a_town, house

Parvis = Callable[..., Result]


@pytest.fixture(autouse=True)
def _logs_as_they_were():
    """Commands configure the logs of their process, which is the tests' own here."""
    import logging

    import structlog

    root, level = list(logging.getLogger().handlers), logging.getLogger().level
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = root
    logging.getLogger().setLevel(level)
    logging.captureWarnings(False)
    logs._state.update(done=False, debugging=False)


@pytest.fixture
def parvis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Parvis:
    """Runs a command without any setting of the machine's."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(program, list(arguments), input=stdin, prog_name="parvis")

    return run


@pytest.fixture
def in_the_house(parvis: Parvis, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Parvis:
    """Runs a command on the module's database."""
    monkeypatch.setenv("PARVIS_DATABASE_URL", database_url)
    monkeypatch.setenv("PARVIS_SECRET_KEY", "a secret key of tests, long enough to be one")
    monkeypatch.setenv("PARVIS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PARVIS_OUTGOING", "capture")
    monkeypatch.setenv("PARVIS_LOG_LEVEL", "error")
    return parvis


@pytest.fixture
def a_town_with_a_mailbox(database_url: str, tmp_path: Path) -> tuple[str, str]:
    """Founds a town of its own for this test; returns its slug and the address of its mailbox."""
    slug = tmp_path.name.replace("_", "-").lower()
    address = f"contact.{slug}@villebourg.example.fr"

    async def found() -> None:
        async with house(database_url, tmp_path, clock=MovableClock()) as opened:
            tenant_id = await a_town(opened, slug=slug)
            async with opened.database.transaction(tenant=tenant_id) as session:
                await opened.channels.connect(
                    session, tenant_id, type="email", name="Courriel", address=address, config={"address": address}
                )

    asyncio.run(found())
    return slug, address


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]
