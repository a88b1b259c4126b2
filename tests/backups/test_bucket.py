"""Backups in a bucket: made there in parts, read again from there, put back from there; and buckets that fail."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.backups import bucket as buckets
from app.backups import keys
from app.backups.bucket import BucketFile
from app.backups.pruning import FolderShelf
from app.backups.rotation import Keeping, name_at
from app.backups.verifying import verify
from app.bootstrap import backups
from app.db.embedded import Dsns
from app.errors import Conflict, Misconfigured, NotFound, Unavailable
from app.files.bucket import opened
from app.files.places import place_of
from app.settings import Settings
from tests.backups.conftest import Saved, settings_of, silent
from tests.harness.houses import MovableClock
from tests.simulators.s3 import S3, s3

FOLDER = "s3://backups/parvis"


@pytest.fixture
def provider() -> Iterator[S3]:
    with s3() as opened:
        yield opened


def reached(provider: S3, saved: Saved, dsns: Dsns, folder: Path, **others: Any) -> Settings:
    given = {f"backup_s3_{key.removeprefix('files_')}": value for key, value in provider.settings().items()}
    del given["backup_s3_url"]
    return settings_of(dsns, folder, saved.key, egress_allow=["127.0.0.0/8"], **{**given, **others})


def pieces_of(saved: Saved) -> dict[str, bytes]:
    """The pieces of the folder, as the bucket holds them under `pieces/`."""
    root = saved.folder / "data" / "pieces"
    return {f"pieces/{one.relative_to(root)}": one.read_bytes() for one in root.rglob("*") if len(one.name) == 64}


async def test_a_house_is_saved_to_a_bucket_and_put_back_from_there(
    saved: Saved, empty: Dsns, provider: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "PART", 65_536)  # several parts of a small house
    from_here = reached(provider, saved, saved.dsns, saved.folder / "data")
    taken = await backups.backup(from_here, FOLDER, told=silent, clock=saved.town.clock)
    (key,) = provider.buckets["backups"]
    assert str(taken.path) == f"s3://backups/{key}"
    assert taken.opened
    assert taken.size == len(provider.buckets["backups"][key])
    assert sum("partNumber=" in line for line in provider.asked) > 1
    assert b"Commune de Villebourg" not in provider.buckets["backups"][key]
    with pytest.raises(Conflict, match="exists already"):
        await backups.backup(from_here, str(taken.path), told=silent, clock=saved.town.clock)
    sound, size = backups.verified(from_here, str(taken.path), told=silent)
    assert (sound.header.rows, size) == (taken.header.rows, taken.size)
    there = reached(provider, saved, empty, tmp_path / "again")
    said: list[str] = []
    assert await backups.put_back(
        there, str(taken.path), told=silent, said=lambda check: said.append(check.name), clock=MovableClock()
    )
    assert {"rows", "pieces", "villebourg: clocks"} <= set(said)


async def test_the_bucket_of_pieces_serves_where_backups_have_none_of_their_own(saved: Saved, provider: S3) -> None:
    """Without the secret key: what arrived is compared with what was sent, byte by byte."""
    shared = provider.settings(folder="pieces")
    public = str(keys.keys_of(saved.key, []).recipients[0])
    given = {**shared, "backup_key_file": None, "backup_recipients": [public], "egress_allow": ["127.0.0.0/8"]}
    provider.buckets["pieces"].update(pieces_of(saved))
    alone = settings_of(saved.dsns, saved.folder / "nothing", saved.key, **given)
    taken = await backups.backup(alone, FOLDER, told=silent, clock=saved.town.clock)
    assert (taken.opened, taken.manifest.missing) == (False, [])
    with pytest.raises(Misconfigured, match="PARVIS_BACKUP_S3_ENDPOINT"):
        backups.verified(saved.settings, f"{FOLDER}/parvis-x.parvis-backup.age", told=silent)
    here = settings_of(saved.dsns, saved.folder / "data", saved.key, egress_allow=["127.0.0.0/8"], **shared)
    provider.buckets["backups"]["parvis/one.parvis-backup.age"] = saved.taken.path.read_bytes()  # type: ignore[union-attr]
    assert backups.verified(here, f"{FOLDER}/one.parvis-backup.age", told=silent)[0].header == saved.taken.header
    with pytest.raises(NotFound, match="does not exist"):
        backups.verified(here, f"{FOLDER}/two.parvis-backup.age", told=silent)
    with pytest.raises(Misconfigured, match="whole address"):
        backups.verified(here, FOLDER, told=silent)


def test_a_backup_that_is_given_up_leaves_no_object(provider: S3, a_file: BucketFile) -> None:
    def given_up() -> None:
        with a_file.written() as stream:
            stream.write(b"x" * 200_000)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        given_up()
    assert provider.buckets["backups"] == {}


def test_a_bucket_that_goes_away_is_told_and_is_no_damage(
    saved: Saved, provider: S3, a_file: BucketFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.buckets["backups"]["parvis/one.parvis-backup.age"] = saved.taken.path.read_bytes()  # type: ignore[union-attr]
    size, asked = a_file.size(), list[BucketFile]()

    def then_away(file: BucketFile) -> int:
        asked.append(file)
        provider.away = len(asked) > 1  # what kind of file it is was read; the rest is not
        return size

    def sent() -> None:
        with a_file.written() as stream:
            for _ in range(8):
                stream.write(b"x" * 65_536)

    monkeypatch.setattr(BucketFile, "size", then_away)
    with pytest.raises(Unavailable, match="look at the bucket"):
        verify(a_file, backups.backup_keys(saved.settings).opened_by())
    with pytest.raises(Unavailable, match="look at the bucket"):
        sent()


@pytest.mark.parametrize("where", ["a folder", "a bucket"])
async def test_room_is_made_and_the_last_sound_one_stays(
    saved: Saved, provider: S3, tmp_path: Path, where: str
) -> None:
    whole = saved.taken.path.read_bytes()  # type: ignore[union-attr]
    clock = MovableClock()
    names: list[str] = []
    for _ in range(5):
        names.insert(0, name_at(clock.at))
        clock.move(days=1)
    kept = dict.fromkeys(names, whole) | {names[0]: whole[:-9], "before-upgrade.parvis-backup.age": whole}
    for name, content in kept.items():
        (tmp_path / name).write_bytes(content)
        provider.buckets["backups"][f"parvis/{name}"] = content
    provider.buckets["backups"]["parvis/other/" + names[4]] = whole
    settings = reached(provider, saved, saved.dsns, saved.folder)
    place: Path | str = tmp_path if where == "a folder" else FOLDER

    def there() -> set[str]:
        if where == "a folder":
            return {one.name for one in tmp_path.iterdir()}
        return {key.removeprefix("parvis/") for key in provider.buckets["backups"]} - {"other/" + names[4]}

    keeping = Keeping(daily=2, weekly=0, monthly=0)
    dry = backups.pruned(settings, place, keeping, unopened=False, dry=True, told=silent)
    assert there() == set(kept)
    done = backups.pruned(settings, place, keeping, unopened=False, dry=False, told=silent)
    assert done == dry
    assert done.verified == names[1]
    assert [one.reasons for one in done.verdicts] == [("damaged",), ("newest", "daily"), ("daily",), (), ()]
    assert there() == set(kept) - {names[3], names[4]}
    assert f"parvis/other/{names[4]}" in provider.buckets["backups"]


async def test_where_none_is_sound_none_is_removed(saved: Saved, tmp_path: Path) -> None:
    clock = MovableClock()
    for _ in range(3):
        (tmp_path / name_at(clock.at)).write_bytes(b"age-encryption.org/v1\nno more")
        clock.move(days=1)
    keeping = Keeping(daily=1, weekly=0, monthly=0)
    with pytest.raises(Conflict, match="nothing was removed"):
        backups.pruned(saved.settings, tmp_path, keeping, unopened=False, dry=False, told=silent)
    assert FolderShelf(tmp_path).names()
    done = backups.pruned(saved.settings, tmp_path, keeping, unopened=True, dry=False, told=silent)
    assert ([one.stays for one in done.verdicts], done.verified) == ([True, False, False], None)


@pytest.fixture
def a_file(provider: S3, saved: Saved, monkeypatch: pytest.MonkeyPatch) -> BucketFile:
    monkeypatch.setattr(buckets, "PART", 65_536)
    given = provider.settings("backup", "backups", "parvis")
    place = place_of(
        given["backup_url"],
        endpoint=given["backup_endpoint"],
        region=given["backup_region"],
        path_style=True,
        access_key_id=given["backup_access_key_id"],
        secret_access_key=given["backup_secret_access_key"],
        named="PARVIS_BACKUP_S3",
    )
    store = opened(place, patience=timedelta(seconds=2), tries=0)
    return BucketFile(store, FOLDER, "one.parvis-backup.age")
