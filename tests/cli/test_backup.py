"""Saving and restoring from the command line: one story, on real databases and in a house of its own."""

from pathlib import Path

import psycopg
import pytest

from app.db.embedded import Dsns
from app.ids import Prefix, parse_id
from tests.backups.conftest import reader
from tests.cli.conftest import Parvis, lines
from tests.cli.test_house import MAIL
from tests.harness import postgres


def not_left_yet(in_the_house: Parvis, dsns: Dsns, slug: str) -> None:
    """Puts the acknowledgement back in its lane: what ingests also works, and may have let it leave already."""
    known = {line["slug"]: line["id"] for line in lines(in_the_house("tenants", "list", "--json"))}
    tenant_id = str(parse_id(Prefix.TENANT, known[slug]))
    with psycopg.connect(dsns.app) as connection:
        connection.execute("SELECT set_config('app.tenant', %s, true)", [tenant_id])
        changed = connection.execute(
            "UPDATE outbound SET state = 'frozen', settled_at = NULL, next_attempt_at = now() + interval '1 day' "
            "WHERE tenant_id = %s",
            [tenant_id],
        )
        assert changed.rowcount == 1


def test_a_house_is_saved_lost_restored_and_sends_again(
    in_the_house: Parvis,
    a_town_with_a_mailbox: tuple[str, str],
    dsns: Dsns,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slug, address = a_town_with_a_mailbox
    (tmp_path / "one.eml").write_bytes(MAIL % 1)
    in_the_house("ingest", "--channel", address, "one.eml")
    not_left_yet(in_the_house, dsns, slug)
    refused = in_the_house("backup", ".")
    assert (refused.exit_code, "parvis backup key" in refused.stderr) == (1, True)
    made = in_the_house("backup", "key", "backup.key")
    assert (made.exit_code, made.stdout.startswith("age1")) == (0, True)
    monkeypatch.setenv("PARVIS_BACKUP_KEY_FILE", "backup.key")
    refused = in_the_house("backup", ".")
    assert (refused.exit_code, "PARVIS_BACKUP_URL" in refused.stderr) == (1, True)
    monkeypatch.setenv("PARVIS_BACKUP_URL", reader(dsns))
    *_, saved = lines(in_the_house("backup", ".", "--json"))
    assert saved["opened_again"]
    assert slug in {one["slug"] for one in saved["administrations"]}
    told = in_the_house("backup", "verify", saved["file"])
    assert (told.exit_code, "decrypted again and sound" in told.stdout) == (0, True)
    drilled = in_the_house("restore", "drill", saved["file"], "--folder", str(tmp_path))
    assert drilled.exit_code == 0, drilled.output
    assert "FAILED" not in drilled.stdout
    assert f"{slug}: clocks" in drilled.stdout
    assert not list(tmp_path.glob("parvis-drill-*"))
    assert in_the_house("restore", saved["file"]).exit_code == 1  # this house is not empty, nor is its owner known
    empty = postgres.unmigrated()
    try:
        monkeypatch.setenv("PARVIS_DATABASE_URL", empty.app)
        monkeypatch.setenv("PARVIS_MIGRATION_URL", empty.owner)
        monkeypatch.setenv("PARVIS_DATA_DIR", str(tmp_path / "again"))
        restored = in_the_house("restore", saved["file"])
        assert restored.exit_code == 0, restored.output
        assert "parvis outbox resume" in restored.stderr
        checked = in_the_house("check")
        assert f"FAILED {slug}: outbox" in checked.stdout
        resumed = lines(in_the_house("outbox", "resume", "--json"))
        assert {"tenant": slug, "channels": 1, "in_doubt": 1} in resumed
        assert f"{slug}: nothing was stopped" in in_the_house("outbox", "resume", "--tenant", slug).stdout
        assert "FAILED" not in in_the_house("check").stdout
    finally:
        postgres.drop(empty)
