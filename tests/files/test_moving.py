"""Pieces move from a folder to a bucket: served all the while, resumed where a move was cut off, never without a digest."""

from pathlib import Path

import pytest
from obstore.store import MemoryStore

from app.errors import NotFound, Unavailable
from app.files.bucket import BucketStore
from app.files.local import LocalStore
from app.files.moving import Moving, move
from app.files.store import key_of
from app.ids import new_id


class CutOff(BucketStore):
    """A bucket that goes away after some pieces."""

    left = 3

    async def put(self, tenant_id, content):  # type: ignore[no-untyped-def]
        if self.left == 0:
            raise Unavailable("away")
        self.left -= 1
        return await super().put(tenant_id, content)


async def test_a_move_cut_off_goes_on_and_leaves_nothing_behind_but_what_is_damaged(tmp_path: Path) -> None:
    folder, bucket, tenant, other = LocalStore(tmp_path), CutOff(MemoryStore()), new_id(), new_id()
    kept = [await folder.put(tenant, b"piece %d" % number) for number in range(9)]
    await folder.put(other, b"piece 1")
    (tmp_path / key_of(tenant, kept[0])).write_bytes(b"damaged")
    with pytest.raises(Unavailable):
        await move(folder, bucket, told=lambda _what, _count: None)
    both, counts = Moving(bucket, folder), []
    for sha256 in kept[1:]:
        assert await both.get(tenant, sha256)  # in one place or the other
    assert sorted([name async for name in both.all_of(tenant)]) == sorted(kept)
    bucket.left = 100
    done = await move(folder, bucket, told=lambda _what, count: counts.append(count))
    assert done.damaged == [f"{tenant}/{kept[0]}"]
    assert counts[-1] == done.pieces
    for sha256 in kept[1:]:
        assert await bucket.get(tenant, sha256)
    assert [name async for name in folder.all_of(tenant)] == [kept[0]]
    assert await folder.shelves() == [tenant]
    assert folder.holds_any()


async def test_what_is_erased_during_a_move_is_erased_in_both_places(tmp_path: Path) -> None:
    folder, bucket, tenant = LocalStore(tmp_path), BucketStore(MemoryStore()), new_id()
    both = Moving(bucket, folder)
    old, new = await folder.put(tenant, b"from before"), await both.put(tenant, b"from now")
    assert not await folder.exists(tenant, new)
    for sha256 in (old, new):
        await both.remove(tenant, sha256)
        assert not await both.exists(tenant, sha256)
        with pytest.raises(NotFound):
            await both.get(tenant, sha256)
    assert (await move(folder, bucket, told=lambda _what, _count: None)).pieces == 0


class SecondMove(BucketStore):
    """A bucket in which each piece is read back while somebody else tries to move the same folder."""

    folder: LocalStore
    objects: MemoryStore
    refused = 0

    async def get(self, tenant_id, sha256):  # type: ignore[no-untyped-def]
        try:
            await move(self.folder, BucketStore(self.objects), told=lambda _what, _count: None)
        except Unavailable:
            self.refused += 1
        return await super().get(tenant_id, sha256)


async def test_two_moves_at_once_lose_no_piece(tmp_path: Path) -> None:
    folder, objects, tenant = LocalStore(tmp_path), MemoryStore(), new_id()
    kept = [await folder.put(tenant, b"piece %d" % number) for number in range(3)]
    bucket = SecondMove(objects)
    bucket.folder, bucket.objects = folder, objects
    await move(folder, bucket, told=lambda _what, _count: None)
    for sha256 in kept:
        assert await BucketStore(objects).get(tenant, sha256)
    assert bucket.refused == len(kept)
    assert (await move(folder, bucket, told=lambda _what, _count: None)).pieces == 0
