"""A bucket that cannot be reached is said to be unavailable, and soon."""

import pytest

from app.errors import Unavailable
from app.files import bucket
from app.files.store import digest_of
from app.ids import new_id


@pytest.fixture
def a_bucket_nobody_answers_for(monkeypatch: pytest.MonkeyPatch) -> bucket.BucketStore:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    return bucket.s3("pieces", endpoint="http://127.0.0.1:9", region="fr-par", plain_http=True, tries=0)


async def test_a_bucket_out_of_reach_is_unavailable(a_bucket_nobody_answers_for: bucket.BucketStore):
    store, tenant = a_bucket_nobody_answers_for, new_id()
    with pytest.raises(Unavailable):
        await store.put(tenant, b"a letter")
    with pytest.raises(Unavailable):
        await store.get(tenant, digest_of(b"a letter"))
    with pytest.raises(Unavailable):
        await store.exists(tenant, digest_of(b"a letter"))
