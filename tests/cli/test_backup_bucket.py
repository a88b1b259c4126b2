"""Backups in a bucket from the command line: made, listed, pruned, drilled; and what is told when the bucket fails."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.backups import bucket as buckets
from app.backups.rotation import name_at
from app.db.embedded import Dsns
from tests.backups.conftest import reader
from tests.cli.conftest import Parvis, lines
from tests.simulators.s3 import S3, s3

PLACE = "s3://backups/parvis"


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3]:
    """A bucket the settings of the environment lead to."""
    with s3() as opened:
        for name, value in opened.settings("s3").items():
            if not name.endswith("_url"):
                monkeypatch.setenv(f"PARVIS_BACKUP_{name.upper()}", value)
        monkeypatch.setenv("PARVIS_EGRESS_ALLOW", '["127.0.0.0/8"]')
        yield opened


@pytest.fixture
def saving(
    in_the_house: Parvis, a_town_with_a_mailbox: tuple[str, str], dsns: Dsns, monkeypatch: pytest.MonkeyPatch
) -> Parvis:
    """The command, in a house with a key of backups and the right to read every row."""
    assert a_town_with_a_mailbox
    assert in_the_house("backup", "key", "backup.key").exit_code == 0
    monkeypatch.setenv("PARVIS_BACKUP_KEY_FILE", "backup.key")
    monkeypatch.setenv("PARVIS_BACKUP_URL", reader(dsns))
    return in_the_house


def test_a_backup_is_made_in_a_bucket_room_is_made_there_and_it_is_drilled_from_there(
    saving: Parvis, provider: S3
) -> None:
    shelf = provider.buckets["backups"]
    *_, saved = lines(saving("backup", PLACE, "--json"))
    assert saved["opened_again"]
    assert saved["file"].startswith(f"{PLACE}/parvis-")
    (key,) = shelf
    assert len(shelf[key]) == saved["bytes"]
    made_at = datetime.fromisoformat(saved["made_at"]).astimezone(UTC)
    older = [f"parvis/{name_at(made_at - timedelta(days=days))}" for days in (1, 2, 3)]
    shelf |= dict.fromkeys(older, shelf[key]) | {"parvis/notes.txt": b"kept"}
    asked = ("backup", "prune", PLACE, "--keep-daily", "2")
    told = saving(*asked, "--dry-run")
    assert (told.exit_code, told.stderr.splitlines()[-1]) == (0, "2 stay, 2 would go")
    assert len(shelf) == 5
    verdicts = [json.loads(line) for line in saving(*asked, "--json").stdout.splitlines() if '"stays"' in line]
    assert [(one["stays"], one["verified"]) for one in verdicts] == [
        (True, True),
        (True, False),
        (False, False),
        (False, False),
    ]
    assert set(shelf) == {key, older[0], "parvis/notes.txt"}
    drilled = saving("restore", "drill", saved["file"])
    assert drilled.exit_code == 0, drilled.output
    assert "FAILED" not in drilled.stdout


def test_what_is_wrong_with_a_bucket_is_said_with_what_to_do(
    saving: Parvis, provider: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = provider.buckets["backups"]

    def refused(*asked: str, told: str) -> None:
        answer = saving(*asked)
        assert (answer.exit_code, told in answer.stderr) == (1, True), answer.stderr
        assert "Traceback" not in answer.output
        assert "a-secret-of-tests" not in answer.output

    refused("backup", "s3://nowhere/parvis", told="there is no bucket nowhere")
    refused("backup", "prune", "s3://nowhere/parvis", "--keep-daily", "1", told="there is no bucket nowhere")
    refused("restore", "drill", f"{PLACE}/parvis-x.parvis-backup.age", told="does not exist")
    monkeypatch.setattr(buckets, "PART", 65_536)
    provider.most_parts = 2
    refused("backup", PLACE, told="left no object: make it again")
    assert shelf == {}, "half an upload is no backup"
    provider.most_parts = None
    *_, saved = lines(saving("backup", PLACE, "--json"))
    assert list(shelf) == [saved["file"].removeprefix("s3://backups/")], "and the next one is made"
    monkeypatch.setenv("PARVIS_BACKUP_S3_SECRET_ACCESS_KEY", "another one")
    refused("backup", PLACE, told="PARVIS_BACKUP_S3_ACCESS_KEY_ID")
    refused("backup", "verify", saved["file"], told="PARVIS_BACKUP_S3_ACCESS_KEY_ID")
