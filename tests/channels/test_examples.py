"""Somebody else's package, and what `parvis channels new` writes, stand on their own feet beside a Parvis nobody changed.

That both install, reach gold and pass their own tests is shown by the commands of the guide (test_examples_guide.py).
"""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli.program import program
from tests.channels.examples.environment import ROOT, Environment

PIGEON = ROOT / "examples" / "pigeon"
IN_TOWN = Path("tests/channels/examples/a_pigeon_in_town.py")


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment beside Parvis where Pigeon is installed, and nothing else."""
    made = Environment(tmp_path_factory.mktemp("beside") / "venv")
    made.install(PIGEON)
    return made


def test_an_installed_package_is_listed_with_what_it_does(beside: Environment):
    listed = [json.loads(line) for line in beside.python("-m", "app", "channels", "list", "--json").splitlines()]
    pigeon = next(line for line in listed if line["type"] == "sms.pigeon")
    assert (pigeon["usable"], pigeon["distribution"]) == (True, "parvis-channel-pigeon")
    assert set(pigeon["protocols"]) == {"webhook", "sender", "media", "probe", "lifecycle"}


def test_a_citizen_writes_by_pigeon_and_is_answered_by_pigeon(beside: Environment):
    told = beside.python("-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "pyproject.toml", str(IN_TOWN))
    assert "1 passed" in told or told.strip().startswith(".")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package as `parvis channels new` writes it, untouched."""
    folder = tmp_path_factory.mktemp("written")
    assert CliRunner().invoke(program, ["channels", "new", "minitel", "--into", str(folder)]).exit_code == 0
    return folder / "parvis-channel-minitel"


def test_a_new_package_has_everything_one_publishes(written: Path):
    found = {
        str(path.relative_to(written)) for path in written.rglob("*") if path.is_file() and "build" not in str(path)
    }
    assert found >= {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        ".gitignore",
        ".github/workflows/check.yml",
        "parvis_channel_minitel/adapter.py",
        "parvis_channel_minitel/quality.toml",
        "parvis_channel_minitel/cases/message.json",
        "parvis_channel_minitel/cases/receipt.json",
        "parvis_channel_minitel/cases/unknown.json",
        "tests/test_parvis_channel_minitel.py",
    }


def test_a_suite_fails_where_a_check_fails(beside: Environment, written: Path, tmp_path: Path):
    careless = tmp_path / "careless"
    careless.mkdir()
    (careless / "test_careless.py").write_text(
        "from app.channels.adapters.telegram import TelegramAdapter\n"
        "from app.channels.pytest_plugin import conformance_suite\n"
        f"CASES = {str(written / 'parvis_channel_minitel/cases')!r}\n"
        "TestTelegram = conformance_suite(TelegramAdapter, cases=[__import__('pathlib').Path(CASES, 'message.json')],"
        " level='gold')\n"
    )
    with pytest.raises(AssertionError, match=r"test_check\[cases\]"):
        beside.python("-m", "pytest", "-q", "-p", "no:cacheprovider", str(careless), cwd=careless)


def test_the_plugin_costs_other_test_runs_nothing(beside: Environment):
    code = "import sys, app.channels.pytest_plugin; print(sorted({'httpx', 'pydantic', 'asyncio'} & set(sys.modules)))"
    imported = beside.python("-c", f"import pytest, sys; known = set(sys.modules); {code}")
    before = beside.python(
        "-c", "import pytest, sys; print(sorted({'httpx', 'pydantic', 'asyncio'} & set(sys.modules)))"
    )
    assert imported == before
