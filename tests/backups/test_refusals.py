"""What a backup and a restore refuse, each with its own sentence; and that a refusal changes nothing."""

import errno
import hashlib
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from pydantic import SecretStr

from app import bootstrap  # noqa: F401 — every table of the house is then mapped
from app.backups import archive, keys
from app.backups.archive import HEADER, MANIFEST
from app.backups.envelope import opened, sealed
from app.backups.manifest import Header, Manifest, header_of, manifest_of, written
from app.backups.refusals import (
    BackupRefused,
    DamagedBackup,
    HouseNotEmpty,
    NewerBackup,
    NotABackup,
    WrongBackupKey,
)
from app.backups.repository import PIECE_COLUMNS
from app.bootstrap import backups
from app.db.base import Base
from app.db.embedded import Dsns
from app.errors import Conflict, Misconfigured, ParvisError, Unavailable
from tests.backups.conftest import Saved, rows, rows_changed, settings_of, silent
from tests.harness import postgres
from tests.harness.houses import MovableClock

# Named like digests, and no piece of the store: raw deliveries, readings of a piece, files that are made again, traces.
NO_PIECES = {
    ("receptions", "sha256"),
    ("machine_texts", "sha256"),
    ("scans", "sha256"),
    ("tenant_exports", "sha256"),
    ("departures", "export_sha256"),
    ("access_exports", "sha256"),
    ("erased_pieces", "sha256"),
}


async def refused(saved: Saved, file: Path, target: Dsns, folder: Path, **settings: Any) -> ParvisError:
    """Tries a restore; returns why it was refused, having seen that the house is still empty."""
    chosen = settings_of(target, folder / "target", saved.key, **settings)
    with pytest.raises(ParvisError) as told:
        await backups.put_back(chosen, file, told=silent, said=lambda _: None, clock=MovableClock())
    assert rows(target, "SELECT to_regclass('public.tenants') IS NULL") == [(True,)]
    return told.value


def rewritten(saved: Saved, into: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Writes the backup again with other parts, as somebody who holds the key could."""
    known = keys.keys_of(saved.key, [])
    with (
        opened(saved.taken.path, known.opened_by()) as source,
        sealed(into, known.sealing()) as target,
        archive.writing(target) as out,
    ):
        for name, content in archive.reading(source):
            if (changed := change(name, content)) is not None:
                out.add(name, changed)
    return into


async def test_another_key_opens_nothing(saved: Saved, empty: Dsns, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    keys.make(other)
    why = await refused(saved, saved.taken.path, empty, tmp_path, backup_key_file=other)
    assert isinstance(why, WrongBackupKey)


async def test_without_the_secret_key_a_public_one_opens_nothing(saved: Saved, empty: Dsns, tmp_path: Path) -> None:
    public = keys.keys_of(saved.key, []).recipients[0]
    given = {"backup_key_file": None, "backup_recipients": [str(public)]}
    assert isinstance(await refused(saved, saved.taken.path, empty, tmp_path, **given), Misconfigured)


@pytest.mark.parametrize("kept", [0.2, 0.999])
async def test_a_file_cut_short_is_told_before_anything_is_touched(
    saved: Saved, empty: Dsns, tmp_path: Path, kept: float
) -> None:
    whole = saved.taken.path.read_bytes()
    (tmp_path / "cut").write_bytes(whole[: int(len(whole) * kept)])
    assert isinstance(await refused(saved, tmp_path / "cut", empty, tmp_path), DamagedBackup)


@pytest.mark.parametrize("place", [0.1, 0.5, 0.99])
async def test_one_altered_bit_is_told(saved: Saved, empty: Dsns, tmp_path: Path, place: float) -> None:
    content = bytearray(saved.taken.path.read_bytes())
    content[int(len(content) * place)] ^= 1
    (tmp_path / "altered").write_bytes(content)
    assert isinstance(await refused(saved, tmp_path / "altered", empty, tmp_path), DamagedBackup)


async def test_an_export_of_one_administration_is_not_restored_into_another(
    saved: Saved, empty: Dsns, tmp_path: Path
) -> None:
    """T130: what is no backup of a whole house is refused, whatever it holds."""
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as export:
        export.writestr("manifest.json", '{"administration": "villebourg"}')
    why = await refused(saved, tmp_path / "export.zip", empty, tmp_path)
    assert isinstance(why, NotABackup)
    assert "an export of one administration" in str(why)


async def test_rows_of_one_administration_are_never_restored_under_another(
    saved: Saved, empty: Dsns, tmp_path: Path
) -> None:
    """T130: even who holds the key cannot name another administration for the same rows, nor for their pieces."""
    former, other = saved.town.tenant_id, uuid4()

    def header_renamed(name: str, content: bytes) -> bytes:
        return content.replace(str(former).encode(), str(other).encode()) if name == HEADER else content

    why = await refused(saved, rewritten(saved, tmp_path / "header", header_renamed), empty, tmp_path)
    assert isinstance(why, DamagedBackup)
    heads: list[bytes] = []

    def renamed(name: str, content: bytes) -> bytes | None:
        if name == HEADER:
            heads.append(content.replace(str(former).encode(), str(other).encode()))
            return heads[0]
        if name == MANIFEST:
            return written(_without_pieces(manifest_of(content), heads[0]))
        return None if name.startswith("pieces/") else content

    why = await refused(saved, rewritten(saved, tmp_path / "renamed", renamed), empty, tmp_path)
    assert isinstance(why, Unavailable)
    assert "the administrations of the database are not those this backup names" in str(why)


async def test_a_backup_of_a_newer_schema_names_the_version_to_install(
    saved: Saved, empty: Dsns, tmp_path: Path
) -> None:
    file = rewritten(saved, tmp_path / "newer", _header_with(revision="9999"))
    why = await refused(saved, file, empty, tmp_path)
    assert isinstance(why, NewerBackup)
    assert "revision 9999" in str(why)


async def test_a_backup_of_a_newer_postgresql_is_refused(saved: Saved, empty: Dsns, tmp_path: Path) -> None:
    file = rewritten(saved, tmp_path / "newer", _header_with(postgresql=99))
    assert isinstance(await refused(saved, file, empty, tmp_path), NewerBackup)


async def test_a_count_that_differs_commits_nothing(saved: Saved, empty: Dsns, tmp_path: Path) -> None:
    counted = {**saved.taken.header.rows, "messages": 99}
    why = await refused(saved, rewritten(saved, tmp_path / "counted", _header_with(rows=counted)), empty, tmp_path)
    assert "the table messages holds 6 rows and the backup counted 99" in str(why)


async def test_another_secret_key_of_the_house_is_refused(saved: Saved, empty: Dsns, tmp_path: Path) -> None:
    other = {"secret_key": SecretStr("another secret key of tests, as long as one")}
    why = await refused(saved, saved.taken.path, empty, tmp_path, **other)
    assert isinstance(why, BackupRefused)
    assert "PARVIS_PREVIOUS_SECRET_KEYS" in str(why)


async def test_a_house_somebody_works_on_is_left_alone(saved: Saved, empty: Dsns, tmp_path: Path) -> None:
    with psycopg.connect(empty.app):
        why = await refused(saved, saved.taken.path, empty, tmp_path)
    assert "stop `parvis serve`" in str(why)


async def test_a_house_that_is_not_empty_is_left_as_it_is(saved: Saved) -> None:
    before = rows(saved.dsns, "SELECT count(*) FROM messages")
    with pytest.raises(HouseNotEmpty):
        await backups.put_back(saved.settings, saved.taken.path, told=silent, said=lambda _: None)
    assert rows(saved.dsns, "SELECT count(*) FROM messages") == before


async def test_a_role_that_row_level_security_binds_saves_nothing(saved: Saved, tmp_path: Path) -> None:
    bound = settings_of(saved.dsns, saved.folder / "data", saved.key, backup_url=SecretStr(saved.dsns.owner))
    with pytest.raises(Misconfigured, match="BYPASSRLS"):
        await backups.backup(bound, tmp_path, told=silent)
    assert not any(tmp_path.iterdir())  # noqa: ASYNC240 — nothing else runs


async def test_a_backup_overwrites_nothing_and_needs_its_folder(saved: Saved, tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="exists already"):
        await backups.backup(saved.settings, saved.taken.path, told=silent)
    with pytest.raises(Misconfigured, match="does not exist"):
        await backups.backup(saved.settings, tmp_path / "none" / "one", told=silent)
    without = settings_of(saved.dsns, saved.folder / "data", saved.key, backup_key_file=None)
    with pytest.raises(Misconfigured, match="always encrypted"):
        await backups.backup(without, tmp_path, told=silent)
    with pytest.raises(Misconfigured, match="never overwritten"):
        keys.make(saved.key)


async def test_a_piece_the_store_lost_is_named_and_the_rest_is_kept(saved: Saved, tmp_path: Path) -> None:
    shutil.copytree(saved.folder / "data" / "pieces", tmp_path / "data" / "pieces")
    whole = sorted(one for one in (tmp_path / "data" / "pieces").rglob("*") if len(one.name) == 64)
    ((named,),) = rows(saved.dsns, "SELECT sha256 FROM attachments ORDER BY sha256 LIMIT 1")
    next(one for one in whole if one.name == named).write_bytes(b"something else")
    taken = await backups.backup(
        settings_of(saved.dsns, tmp_path / "data", saved.key), tmp_path, told=silent, clock=saved.town.clock
    )
    assert list(taken.manifest.missing) == [f"{saved.town.tenant_id}/{named}"]
    assert taken.manifest.pieces == saved.taken.manifest.pieces + 1  # two messages read since, one piece less


async def test_a_machine_that_holds_the_public_key_alone_writes_what_it_cannot_read(
    saved: Saved, tmp_path: Path
) -> None:
    public = str(keys.keys_of(saved.key, []).recipients[0])
    alone = settings_of(saved.dsns, saved.folder / "data", saved.key, backup_key_file=None, backup_recipients=[public])
    taken = await backups.backup(alone, tmp_path / "sealed", told=silent, clock=saved.town.clock)
    assert not taken.opened
    assert taken.path.stat().st_mode & 0o077 == 0
    assert b"Commune de Villebourg" not in taken.path.read_bytes()
    with pytest.raises(Misconfigured, match="PARVIS_BACKUP_KEY_FILE"):
        backups.verified(alone, taken.path, told=silent)
    assert backups.verified(saved.settings, taken.path, told=silent)[0].header.rows["tenants"] == 2


async def test_a_share_without_links_takes_backups_too(
    saved: Saved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused_link(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused_link)
    taken = await backups.backup(saved.settings, tmp_path, told=silent, clock=saved.town.clock)
    assert [one.name for one in tmp_path.iterdir()] == [taken.path.name]  # noqa: ASYNC240 — nothing else runs


def test_every_column_that_could_name_a_piece_is_known() -> None:
    found = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("sha256")
    }
    assert found == {*PIECE_COLUMNS, *NO_PIECES}, "say whether backups take it: PIECE_COLUMNS, or NO_PIECES here"


def _header_with(**values: Any) -> Callable[[str, bytes], bytes]:
    """Changes the header, and the manifest that vouches for it."""
    heads: list[bytes] = []

    def change(name: str, content: bytes) -> bytes:
        if name == HEADER:
            heads.append(written(Header.model_validate({**header_of(content).model_dump(), **values})))
            return heads[0]
        return written(_vouched(manifest_of(content), heads[0])) if name == MANIFEST else content

    return change


def _vouched(manifest: Manifest, head: bytes) -> Manifest:
    return manifest.model_copy(update={"header_sha256": hashlib.sha256(head).hexdigest()})


def _without_pieces(manifest: Manifest, head: bytes) -> Manifest:
    none = {"pieces": 0, "pieces_bytes": 0, "pieces_sha256": hashlib.sha256().hexdigest()}
    return _vouched(manifest, head).model_copy(update=none)


async def test_a_house_at_rest_that_holds_an_administration_is_left_as_it_is(saved: Saved, tmp_path: Path) -> None:
    """Nobody is connected, and the role that owns the schema sees no row: the house is found not empty all the same."""
    stood = postgres.clone()
    try:
        rows_changed(
            stood,
            "INSERT INTO tenants (id, slug, name, kind, territory, time_zone, service_name, postal_address, email, phone, "
            "settings, created_at, dpo_contact, version) VALUES (gen_random_uuid(), 'debout', 'Debout', 'commune', 'METRO', "
            "'Europe/Paris', 'Accueil', '', '', '', '{}', now(), '', 1)",
        )
        with pytest.raises(HouseNotEmpty, match="holds an administration"):
            await backups.put_back(
                settings_of(stood, tmp_path / "data", saved.key), saved.taken.path, told=silent, said=lambda _: None
            )
        assert rows(stood, "SELECT slug FROM tenants") == [("debout",)]
    finally:
        postgres.drop(stood)
