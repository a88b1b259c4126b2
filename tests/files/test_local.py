"""A piece in a folder survives a power cut once its digest was returned, and is never seen half written."""

import asyncio
import errno
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from app.errors import Misconfigured, NotFound, Unavailable
from app.files.local import LocalStore
from app.files.store import digest_of, key_of
from app.ids import new_id

KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from uuid import UUID
from app.files.local import LocalStore
real = os.fsync
def cut(descriptor):
    os.kill(os.getpid(), signal.SIGKILL)
os.fsync = cut
asyncio.run(LocalStore(Path(sys.argv[1])).put(UUID(sys.argv[2]), b"a letter"))
"""


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_the_file_then_every_folder_above_it_is_flushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    store, tenant, flushed = LocalStore(tmp_path / "pieces"), new_id(), []
    real = os.fsync

    def note(descriptor: int) -> None:
        flushed.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        real(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    sha256 = await store.put(tenant, b"a letter")
    place = tmp_path / "pieces" / key_of(tenant, sha256)
    assert flushed[0].parent.name == ".arriving"
    assert flushed[1:] == [place.parent, *list(place.parents)[1:4]]


async def test_a_process_killed_while_writing_leaves_no_piece(tmp_path: Path):
    tenant = new_id()
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, tmp_path, str(tenant))
    assert await killed.wait() == -signal.SIGKILL
    store = LocalStore(tmp_path)
    assert not await store.exists(tenant, digest_of(b"a letter"))
    assert await store.get(tenant, await store.put(tenant, b"a letter")) == b"a letter"


@pytest.mark.parametrize("failure", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
async def test_a_full_or_failing_disk_is_said_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: int
):  # F6
    store, tenant = LocalStore(tmp_path), new_id()

    def fail(_descriptor: int) -> None:
        raise OSError(failure, os.strerror(failure))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(Unavailable):
            await store.put(tenant, b"a letter")
    assert files(tmp_path) == []
    assert await store.get(tenant, await store.put(tenant, b"a letter")) == b"a letter"


async def test_a_link_in_the_folder_is_not_followed(tmp_path: Path):  # T75
    store, tenant, secret = LocalStore(tmp_path / "pieces"), new_id(), tmp_path / "secret"
    secret.write_bytes(b"not yours")
    place = tmp_path / "pieces" / key_of(tenant, digest_of(b"not yours"))
    place.parent.mkdir(parents=True)
    place.symlink_to(secret)
    with pytest.raises(NotFound):
        await store.get(tenant, digest_of(b"not yours"))


async def test_pieces_are_closed_to_other_users_of_the_machine(tmp_path: Path):
    store = LocalStore(tmp_path / "pieces")
    await store.put(new_id(), b"a letter")
    for path in [tmp_path / "pieces", *files(tmp_path)]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_what_dead_processes_were_writing_is_cleared_after_a_day(tmp_path: Path):
    LocalStore(tmp_path)
    old, new = tmp_path / ".arriving" / "old", tmp_path / ".arriving" / "new"
    old.touch()
    new.touch()
    os.utime(old, (time.time() - 100_000,) * 2)
    LocalStore(tmp_path)
    assert not old.exists()
    assert new.exists()


def test_a_folder_that_cannot_be_written_names_the_setting():
    with pytest.raises(Misconfigured, match="PARVIS_DATA_DIR"):
        LocalStore(Path("/proc/pieces"))
