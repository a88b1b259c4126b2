"""`parvis channels`: what is installed, what it understands, what a new package starts from."""

import json
from pathlib import Path

import pytest

from app.channels.adapters import BUILT_IN
from tests.cli.conftest import Parvis, lines

MAIL = b"From: a@example.org\r\nMessage-ID: <1@example.org>\r\n\r\nBonjour\r\n"
PART = {"method": "POST", "url": "", "headers": {}, "body": "{}", "body_encoding": "utf8", "secret": None, "now": None}


def test_every_type_is_listed(parvis: Parvis) -> None:
    told = lines(parvis("channels", "list", "--json"))
    assert {line["type"] for line in told} >= set(BUILT_IN)
    assert all(line["usable"] for line in told)
    assert "email " in parvis("channels", "list").stdout


def test_a_type_shows_the_schema_of_its_configuration(parvis: Parvis) -> None:
    schema = json.loads(parvis("channels", "schema", "email").stdout)
    assert "address" in schema["properties"]


def test_a_message_on_disk_is_parsed(parvis: Parvis, tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(MAIL)
    (tmp_path / "two.eml").write_bytes(MAIL.replace(b"<1@", b"<2@"))
    told = lines(parvis("channels", "parse", "email", "--raw", "one.eml", "two.eml", "--json"))
    assert [line["events"][0]["external_id"] for line in told] == ["<1@example.org>", "<2@example.org>"]
    assert told[0]["verified"] is None


def test_the_standard_input_is_parsed(parvis: Parvis) -> None:
    (told,) = lines(parvis("channels", "parse", "email", "--raw", "-", "--json", stdin=MAIL))
    assert told["events"][0]["text"].strip() == "Bonjour"


def test_a_delivery_file_is_parsed(parvis: Parvis, tmp_path: Path) -> None:
    (tmp_path / "delivery.json").write_text(json.dumps(PART))
    result = parvis("channels", "parse", "http", "--delivery", "delivery.json")
    assert set(json.loads(result.stdout)) == {"verified", "refused", "handshake", "events"}


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("email",), 2, "either --delivery"),
        (("email", "--raw", "a.eml", "--delivery", "a.eml"), 2, "either --delivery"),
        (("email", "--raw", "missing.eml"), 2, "does not exist"),
        (("carrier.pigeon", "--raw", "a.eml"), 1, "unknown channel type 'carrier.pigeon'"),
        (("http", "--delivery", "a.eml"), 1, "is not JSON"),
        (("http", "--delivery", "list.json"), 1, "a delivery file is a JSON object"),
        (("http", "--delivery", "wrong.json"), 1, "body is a string or null"),
        (("http", "--delivery", "empty.json"), 1, "is empty"),
    ],
)
def test_what_cannot_be_parsed_is_said_in_one_sentence(
    parvis: Parvis, tmp_path: Path, arguments: tuple[str, ...], status: int, told: str
) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL)
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "empty.json").write_text("")
    (tmp_path / "wrong.json").write_text(json.dumps(PART | {"body": 5}))
    result = parvis("channels", "parse", *arguments)
    assert (result.exit_code, result.stdout) == (status, "")
    assert told in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("name", ["minitel", "sms.pigeon-voyageur", "x2"])
def test_a_new_package_passes_its_checks(parvis: Parvis, tmp_path: Path, name: str) -> None:
    assert parvis("channels", "new", name, "--into", "made").exit_code == 0
    (folder,) = (tmp_path / "made").iterdir()
    told = lines(parvis("channels", "check", str(folder), "--json"))
    *checks, badge = told
    assert {line["check"] for line in checks if line["passed"] is not True} == {"registration"}  # exempt, and says why
    assert (badge["badge"], badge["claimed"], badge["missing"]) == ("gold", "gold", [])
    assert "reaches gold" in parvis("channels", "check", str(folder)).stdout


def test_what_is_missing_for_the_next_level_is_said(parvis: Parvis, tmp_path: Path) -> None:
    parvis("channels", "new", "teletel")
    quality = tmp_path / "parvis-channel-teletel/parvis_channel_teletel/quality.toml"
    quality.write_text(quality.read_text().replace('check = "registration"', 'check = "templates"'))
    result = parvis("channels", "check", "parvis-channel-teletel")
    assert result.exit_code == 1
    assert "reaches silver, and claims gold" in result.stdout
    assert "registration: the provider needs our address" in result.stdout.rpartition("for gold:")[2]


def test_a_new_package_overwrites_nothing(parvis: Parvis) -> None:
    parvis("channels", "new", "minitel")
    again = parvis("channels", "new", "minitel")
    assert (again.exit_code, "exists already" in again.stderr) == (1, True)


@pytest.mark.parametrize("name", ["Minitel", "a b", "../up", "", "1st", "é"])
def test_a_name_that_is_no_type_is_refused(parvis: Parvis, tmp_path: Path, name: str) -> None:
    assert parvis("channels", "new", name).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_package_that_fails_is_told_and_fails_the_command(parvis: Parvis, tmp_path: Path) -> None:
    parvis("channels", "new", "careless")
    adapter = tmp_path / "parvis-channel-careless/parvis_channel_careless/adapter.py"
    adapter.write_text(adapter.read_text().replace("return judged(", "raise RuntimeError\n        return judged("))
    result = parvis("channels", "check", "parvis-channel-careless")
    assert result.exit_code == 1
    assert "FAILED" in result.stdout


@pytest.mark.parametrize("content", [None, "", "[project", '[project]\nname = "x"\n'])
def test_a_folder_without_channel_is_refused(parvis: Parvis, tmp_path: Path, content: str | None) -> None:
    folder = tmp_path / "package"
    folder.mkdir()
    if content is not None:
        (folder / "pyproject.toml").write_text(content)
    result = parvis("channels", "check", "package")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ")
