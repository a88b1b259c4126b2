"""Every block of the integrator's page is a file that works, or a command that is run as it stands."""

import re
import shutil
from pathlib import Path

import pytest

from app.channels.parsing import parse_delivery_file
from app.channels.registry import Registry
from tests.channels.examples.environment import ROOT, Environment

GUIDE = (ROOT / "docs" / "integrate-a-channel.md").read_text()
PIGEON = ROOT / "examples" / "pigeon"
BLOCKS = re.findall(r"^```(\w*) ?([^\n]*)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
NAMED = sorted({name for language, name, _ in BLOCKS if language != "sh" and name != "http"})


def test_every_block_is_a_file_a_message_or_commands():
    assert {language for language, _, _ in BLOCKS} == {"sh", "python", "toml", "json"}
    assert all(name for language, name, _ in BLOCKS if language != "sh")
    assert {"pigeon/adapter.py", "pyproject.toml", "pigeon/quality.toml", "tests/test_pigeon.py"} <= set(NAMED)


@pytest.mark.parametrize("name", NAMED)
def test_the_blocks_of_a_file_are_that_file(name: str):
    assert "".join(text for _, given, text in BLOCKS if given == name) == (PIGEON / name).read_text()


def test_the_message_of_the_generic_channel_is_read(registry: Registry):
    (body,) = [text for _, name, text in BLOCKS if name == "http"]
    answer = parse_delivery_file("http", {"body": body, "secret": None}, registry)
    (event,) = answer["events"]  # type: ignore[misc]
    assert (event["type"], event["attachments"][0]["size"], event["warnings"]) == ("message_received", 13, [])


@pytest.mark.parametrize("number", range(2))
def test_the_commands_do_what_they_say(number: int, tmp_path: Path):
    commands = [text for language, _, text in BLOCKS if language == "sh"][number]
    # What is built on the way stays out of the checkout.
    shutil.copytree(PIGEON, tmp_path / "examples" / "pigeon")
    beside, folder, said = Environment(tmp_path / "venv"), tmp_path, ""
    for line in commands.splitlines():
        match line.split():
            case ["cd", where]:
                folder /= where
            case ["pip", "install", "."]:
                beside.install(folder)
            case ["parvis", *arguments]:
                said += beside.python("-m", "app", *arguments, cwd=folder)
            case ["python", *arguments]:
                said += beside.python(*arguments, "-p", "no:cacheprovider", cwd=folder)
            case _:
                pytest.fail(f"nobody knows how to run: {line}")
    assert said.count("reaches gold") == 2  # the command's own, and the plugin's
    assert "FAILED" not in said


def test_there_are_no_commands_nobody_runs():
    assert len([language for language, _, _ in BLOCKS if language == "sh"]) == 2
