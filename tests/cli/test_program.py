"""What holds for every command: help with an example, one sentence for an error, no traceback, a quick start."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app.cli import lazy, reference
from app.cli.program import COMMANDS, program
from app.errors import Conflict
from tests.cli.conftest import Parvis

ROOT = Path(__file__).parents[2]


def every_command(command: click.Command = program, *names: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    real = command.real() if isinstance(command, lazy.Command) else command
    yield names, real
    if isinstance(real, click.Group):
        for name in real.list_commands(click.Context(real)):
            yield from every_command(real.commands[name], *names, name)


@pytest.mark.parametrize("names", [names for names, _ in every_command()], ids=" ".join)
def test_every_command_has_help_with_an_example(parvis: Parvis, names: tuple[str, ...]) -> None:
    result = parvis(*names, "--help")
    assert result.exit_code == 0
    assert "Example" in result.stdout
    assert " ".join(("parvis", *names)) in result.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_does(name: str) -> None:
    assert COMMANDS[name][1].endswith(".")


@pytest.mark.parametrize(
    ("page", "made"),
    [
        ("cli.md", reference.commands_page),
        ("settings.md", reference.settings_page),
        ("events.md", reference.events_page),
    ],
)
def test_the_reference_pages_are_what_the_code_says(page: str, made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert (ROOT / "docs" / page).read_text("utf-8") == made(), "run `make docs`"


def test_an_unknown_command_is_bad_usage(parvis: Parvis) -> None:
    result = parvis("dance")
    assert (result.exit_code, "No such command 'dance'" in result.stderr) == (2, True)


def _failing(error: BaseException) -> click.Command:
    def fail() -> None:
        raise error

    return click.command("fails")(fail)


def _run(parvis: Parvis, monkeypatch: pytest.MonkeyPatch, error: BaseException):
    monkeypatch.setitem(program.commands, "fails", _failing(error))
    return parvis("fails")


def test_a_refusal_is_one_sentence_and_status_1(parvis: Parvis, monkeypatch: pytest.MonkeyPatch) -> None:
    result = _run(parvis, monkeypatch, Conflict("somebody else\nchanged it: look again"))
    assert (result.exit_code, result.stderr) == (1, "Error: somebody else changed it: look again\n")


def test_what_nobody_foresaw_is_one_line_and_a_log_entry_with_the_same_number(
    parvis: Parvis, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = _run(parvis, monkeypatch, ValueError("les mots d'un usager"))
    *logged, told = result.stderr.splitlines()
    found = re.search(r"log entry ([0-9a-f]{32})", told)
    assert result.exit_code == 1
    assert found
    assert found[1] in "".join(logged)
    assert "Traceback" not in result.stderr
    assert "usager" not in result.stderr


def test_ctrl_c_is_no_error(parvis: Parvis, monkeypatch: pytest.MonkeyPatch) -> None:
    result = _run(parvis, monkeypatch, KeyboardInterrupt())
    assert (result.exit_code, "Traceback" in result.output) == (130, False)


@pytest.mark.parametrize("arguments", [("--help",), ("channels", "parse", "--help"), ("sve", "simulate", "--help")])
def test_the_real_script_starts_and_says_nothing_else(arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "app", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_light_commands_import_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from app.cli.program import program\n"
        "program(['sve', 'simulate'], standalone_mode=False)\n"
        "program(['channels', 'parse', 'sms.ovh', '--raw', 'x'], standalone_mode=False)\n"
        "heavy = {'sqlalchemy', 'fastapi', 'procrastinate', 'alembic', 'httpx', 'uvicorn', 'psycopg'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    (tmp_path / "x").write_bytes(b"{}")
    case = '{"territory": "METRO", "procedure": {}, "events": []}'
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path, input=case, capture_output=True, text=True, timeout=20, check=False, env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
