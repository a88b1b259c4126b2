"""What an operator copies from deploy/ names commands, options, settings and files that exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app.cli import lazy
from app.cli.program import program
from app.settings import Settings

ROOT = Path(__file__).parents[2]
SYSTEMD = ROOT / "deploy/systemd"
UNITS = sorted(SYSTEMD.glob("*.service"))
GUIDES = "".join((ROOT / "docs" / name).read_text() for name in ("install.md", "operate.md"))
_KNOWN = {f"PARVIS_{name.upper()}" for name in Settings.model_fields}
_OF_COMPOSE = {"PARVIS_ADMIN_PASSWORD", "PARVIS_OWNER_PASSWORD", "PARVIS_APP_PASSWORD", "PARVIS_BACKUP_PASSWORD"}


def commands(unit: Path) -> Iterator[list[str]]:
    """The words after `parvis` of each line a unit starts."""
    for line in unit.read_text().splitlines():
        if line.startswith("Exec") and "/opt/parvis/bin/parvis " in line:
            words = line.replace("%i", "8000").split("/opt/parvis/bin/parvis ", 1)[1].rstrip("'")
            yield shlex.split(words)


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words name, and what is handed to it."""
    command: click.Command = program
    while isinstance(command, click.Group) and words[0] in command.commands:
        found = command.commands[words[0]]
        command, words = found.real() if isinstance(found, lazy.Command) else found, words[1:]
    return command, words


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_each_unit_starts_a_command_that_takes_its_options(unit: Path) -> None:
    for words in commands(unit):
        command, handed = command_of(words)
        ways = [command, *(command.commands.values() if isinstance(command, click.Group) else ())]
        known = {option for way in ways for one in way.params for option in one.opts}
        assert {word for word in handed if word.startswith("--")} <= known


def test_every_file_of_systemd_is_in_the_guides_and_every_unit_named_there_exists() -> None:
    files = {path.name for path in SYSTEMD.iterdir()}
    guides = re.sub(r"@\d+", "@", GUIDES)
    assert {name for name in files if name not in guides} == set()
    assert set(re.findall(r"parvis[\w-]*@?\.(?:service|timer|target)", guides)) <= files


def test_settings_of_the_examples_exist() -> None:
    for example in (ROOT / "deploy/example.env", *SYSTEMD.glob("*.env")):
        names = set(re.findall(r"^#?(PARVIS_\w+)=", example.read_text(), re.MULTILINE))
        assert names, example
        assert names <= _KNOWN | _OF_COMPOSE, example


def test_the_proxy_lets_through_what_the_house_accepts() -> None:
    written = (ROOT / "deploy/nginx/parvis.conf").read_text()
    (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", written)
    sizes = [field.default for name, field in Settings.model_fields.items() if re.fullmatch(r"max_\w+_bytes", name)]
    assert int(megabytes) << 20 > max(sizes)
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in written
    assert "location = /metrics { deny all; }" in written
