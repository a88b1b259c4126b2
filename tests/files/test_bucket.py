"""Buckets on S3's wire: signed, listed over pages, unavailable said soon; and what settings may not say."""

from datetime import timedelta

import pytest
from obstore.store import S3Store

from app.errors import Misconfigured, NotFound, Unavailable
from app.files.bucket import BucketStore, opened
from app.files.places import BucketPlace, place_of
from app.files.store import DamagedPiece, digest_of, key_of
from app.ids import new_id
from tests.simulators.s3 import KEY, REGION, S3, SECRET

NAMES = ("endpoint", "region", "access_key_id", "secret_access_key")


def _place(url: str, **given: str) -> BucketPlace:
    return place_of(url, path_style=True, named="PARVIS_FILES", **{name: given.get(name) for name in NAMES})


async def test_pieces_of_one_administration_are_listed_over_pages_and_removed(a_bucket: S3Store, provider: S3) -> None:
    store, tenant, other = BucketStore(a_bucket), new_id(), new_id()
    kept = {await store.put(tenant, b"piece %d" % number) for number in range(8)}
    await store.put(other, b"of somebody else")
    assert {name async for name in store.all_of(tenant)} == kept
    assert all(key.startswith("parvis/villebourg/") for key in provider.buckets["pieces"])
    async for name in store.all_of(tenant):
        await store.remove(tenant, name)
    assert [key.split("/")[2] for key in provider.buckets["pieces"]] == [str(other)]


async def test_a_piece_the_provider_damaged_is_refused(a_bucket: S3Store, provider: S3) -> None:
    store, tenant = BucketStore(a_bucket), new_id()
    sha256 = await store.put(tenant, b"a letter")
    provider.buckets["pieces"][f"parvis/villebourg/{key_of(tenant, sha256)}"] = b"a lettes"
    with pytest.raises(DamagedPiece):
        await store.get(tenant, sha256)


async def test_a_bucket_that_keeps_versions_is_told(a_bucket: S3Store, provider: S3) -> None:
    store = BucketStore(a_bucket)
    assert not await store.keeps_versions(new_id())
    provider.versions = True
    assert await store.keeps_versions(new_id())
    assert provider.buckets["pieces"] == {}


@pytest.mark.parametrize("trouble", ["nobody answers", "it is away", "another secret", "no such bucket"])
async def test_a_bucket_that_cannot_serve_is_unavailable_and_soon(provider: S3, trouble: str) -> None:
    provider.away = trouble == "it is away"
    place = _place(
        "s3://nowhere" if trouble == "no such bucket" else "s3://pieces",
        endpoint="http://127.0.0.1:9" if trouble == "nobody answers" else provider.url,
        region=REGION,
        access_key_id=KEY,
        secret_access_key="another one" if trouble == "another secret" else SECRET,
    )
    store, tenant = BucketStore(opened(place, patience=timedelta(seconds=2), tries=1)), new_id()
    with pytest.raises(Unavailable):
        await store.put(tenant, b"a letter")
    with pytest.raises(NotFound if trouble == "no such bucket" else Unavailable):
        await store.get(tenant, digest_of(b"a letter"))


@pytest.mark.parametrize(
    ("url", "given", "told"),
    [
        ("http://pieces", {"region": "x"}, "PARVIS_FILES_URL"),
        ("s3://", {"region": "x"}, "PARVIS_FILES_URL"),
        ("s3://Pieces", {"region": "x"}, "PARVIS_FILES_URL"),
        ("s3://a..b", {"region": "x"}, "PARVIS_FILES_URL"),
        ("s3://pieces/../other", {"region": "x"}, "PARVIS_FILES_URL"),
        ("s3://pieces?x=1", {"region": "x"}, "PARVIS_FILES_URL"),
        ("s3://pieces", {}, "PARVIS_FILES_REGION"),
        ("s3://pieces", {"region": "x", "access_key_id": "one"}, "go together"),
        ("s3://pieces", {"region": "x", "secret_access_key": "one"}, "go together"),
        ("s3://pieces", {"endpoint": "s3.example.fr"}, "PARVIS_FILES_ENDPOINT"),
        ("s3://pieces", {"endpoint": "https://user:word@s3.example.fr"}, "PARVIS_FILES_ENDPOINT"),
    ],
)
def test_nonsense_is_refused_with_the_setting_to_change(url: str, given: dict[str, str], told: str) -> None:
    with pytest.raises(Misconfigured, match=told):
        _place(url, **given)


def test_the_secret_of_a_bucket_is_shown_nowhere() -> None:
    place = _place(
        "s3://pieces/parvis", endpoint="https://s3.example.fr", access_key_id="one", secret_access_key="hush"
    )
    assert "hush" not in repr(place)
    assert str(place) == "s3://pieces/parvis"
