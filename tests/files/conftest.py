"""A provider of buckets on the loopback, and one of its buckets as the house opens it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from obstore.store import S3Store

from app.files.bucket import opened
from app.files.places import place_of
from tests.simulators.s3 import KEY, REGION, S3, SECRET, s3


@pytest.fixture(scope="module")
def serving() -> Iterator[S3]:
    with s3() as opened_provider:
        yield opened_provider


@pytest.fixture
def provider(serving: S3) -> S3:
    serving.away = serving.versions = False
    for shelf in serving.buckets.values():
        shelf.clear()
    return serving


@pytest.fixture
def a_bucket(provider: S3) -> S3Store:
    place = place_of(
        "s3://pieces/parvis/villebourg",
        endpoint=provider.url,
        region=REGION,
        path_style=True,
        access_key_id=KEY,
        secret_access_key=SECRET,
        named="PARVIS_FILES",
    )
    return opened(place, patience=timedelta(seconds=2), tries=0)
