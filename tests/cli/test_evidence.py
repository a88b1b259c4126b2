"""`parvis evidence`: taken once to a new file, checked by anybody without a database."""

import json
import zipfile
from pathlib import Path

from app.reporting.evidence.verifying import verify
from tests.cli.conftest import lines
from tests.harness.towns import mail


def a_ticket(parvis, folder: Path, address: str) -> str:
    """Brings a mail in; returns the identifier of the ticket it became."""
    (folder / "un.eml").write_bytes(mail())
    (line,) = lines(parvis("ingest", "--channel", address, "un.eml", "--json"))
    assert line["state"] == "done", line
    return line["ticket_id"]


def test_it_is_exported_then_checked_without_a_database(
    in_the_house, a_town_with_a_mailbox, tmp_path, monkeypatch
) -> None:
    slug, address = a_town_with_a_mailbox
    ticket = a_ticket(in_the_house, tmp_path, address)
    taken = in_the_house("evidence", "export", ticket, "-o", "preuve.zip", "--tenant", slug)
    assert taken.exit_code == 0, taken.output
    path = tmp_path / "preuve.zip"
    reference = verify(path).manifest["reference"]
    again = in_the_house("evidence", "export", reference, "-o", "encore.zip", "--tenant", slug)
    assert again.exit_code == 0, again.output
    assert path.stat().st_mode & 0o077 == 0
    monkeypatch.delenv("PARVIS_DATABASE_URL")
    monkeypatch.setenv("PARVIS_DATA_DIR", "/nowhere")
    told = in_the_house("evidence", "verify", "preuve.zip")
    assert (told.exit_code, told.stdout.startswith("sound")) == (0, True)
    (line,) = lines(in_the_house("evidence", "verify", "preuve.zip", "--json"))
    assert line["sound"]
    assert line["manifest_sha256"] in taken.stdout


def test_a_file_is_never_written_over(in_the_house, tmp_path) -> None:
    (tmp_path / "preuve.zip").write_text("à moi")
    refused = in_the_house("evidence", "export", "26-000001-X", "-o", "preuve.zip")
    assert (refused.exit_code, "exists already" in refused.output) == (1, True)
    assert (tmp_path / "preuve.zip").read_text() == "à moi"


def test_an_unknown_reference_leaves_no_file(in_the_house, a_town_with_a_mailbox, tmp_path) -> None:
    slug, _ = a_town_with_a_mailbox
    refused = in_the_house("evidence", "export", "26-999999-Z", "-o", "preuve.zip", "--tenant", slug)
    assert (refused.exit_code, "no ticket is called" in refused.output) == (1, True)
    assert not (tmp_path / "preuve.zip").exists()


def test_what_was_altered_is_told_in_words(parvis, tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "faux.zip", "w") as archive:
        archive.writestr("../x", b"x")
    refused = parvis("evidence", "verify", "faux.zip")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: ")
    told = parvis("evidence", "verify", "faux.zip", "--json")
    assert (told.exit_code, json.loads(told.stdout)["sound"]) == (1, False)
    assert [path.name for path in tmp_path.iterdir()] == ["faux.zip"]
