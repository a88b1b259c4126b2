"""Every store keeps pieces alike: by digest, whole, apart for each administration."""

import asyncio
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from app.errors import NotFound
from app.files.bucket import BucketStore
from app.files.local import LocalStore
from app.files.moving import Moving
from app.files.store import DamagedPiece, Store, digest_of, key_of
from app.ids import new_id


@pytest.fixture(params=["local", "memory", "s3", "moving"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    match request.param:
        case "local":
            return LocalStore(tmp_path / "pieces")
        case "s3":
            return BucketStore(request.getfixturevalue("a_bucket"))
        case "moving":
            return Moving(BucketStore(MemoryStore()), LocalStore(tmp_path / "pieces"))
        case _:
            return BucketStore(MemoryStore())


@pytest.mark.parametrize("content", [b"", b"x", bytes(range(256)) * 40_000], ids=["empty", "one byte", "ten megabytes"])
async def test_what_was_put_is_got_back(store: Store, content: bytes):
    tenant = new_id()
    sha256 = await store.put(tenant, content)
    assert sha256 == digest_of(content)
    assert await store.get(tenant, sha256) == content


async def test_putting_twice_keeps_one(store: Store):
    tenant = new_id()
    first, second = await store.put(tenant, b"a letter"), await store.put(tenant, b"a letter")
    assert first == second
    assert await store.exists(tenant, first)


async def test_many_hands_may_put_the_same_piece_at_once(store: Store):
    tenant, content = new_id(), b"a letter" * 10_000
    digests = await asyncio.gather(*(store.put(tenant, content) for _ in range(20)))
    assert set(digests) == {digest_of(content)}
    assert await store.get(tenant, digests[0]) == content


async def test_another_administration_does_not_hold_it(store: Store):
    sha256 = await store.put(new_id(), b"a letter")
    assert not await store.exists(new_id(), sha256)
    with pytest.raises(NotFound):
        await store.get(new_id(), sha256)


async def test_an_unknown_digest_is_not_found(store: Store):
    assert not await store.exists(new_id(), digest_of(b"never put"))
    with pytest.raises(NotFound):
        await store.get(new_id(), digest_of(b"never put"))


@pytest.mark.parametrize(
    "digest",
    [
        "",
        "../../etc/passwd",
        "..%2f",
        "/etc/passwd",
        "a" * 63,
        "A" * 64,
        "a" * 64 + "\n",
        "a" * 63 + "\0",
        "é" * 64,
        "a" * 32 + "/" + "a" * 31,
    ],
)
async def test_what_is_no_digest_is_not_found(store: Store, digest: str):  # T75
    with pytest.raises(NotFound):
        await store.get(new_id(), digest)
    with pytest.raises(NotFound):
        await store.exists(new_id(), digest)


async def test_a_damaged_piece_is_refused_and_can_be_put_again(tmp_path: Path):
    store, tenant = LocalStore(tmp_path), new_id()
    sha256 = await store.put(tenant, b"a letter")
    (tmp_path / key_of(tenant, sha256)).write_bytes(b"a lettes")
    with pytest.raises(DamagedPiece):
        await store.get(tenant, sha256)
    await store.put(tenant, b"a letter")
    assert await store.get(tenant, sha256) == b"a letter"


async def test_what_was_removed_is_gone_for_its_administration_alone(store: Store):
    tenant, neighbour = new_id(), new_id()
    sha256 = await store.put(tenant, b"a letter")
    await store.put(neighbour, b"a letter")
    await store.remove(tenant, sha256)
    await store.remove(tenant, sha256)  # removed already
    assert not await store.exists(tenant, sha256)
    assert await store.get(neighbour, sha256) == b"a letter"
