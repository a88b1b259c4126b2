"""Pieces in a bucket: S3 and what speaks like it, through obstore."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import obstore
from obstore.exceptions import BaseError
from obstore.store import MemoryStore, ObjectStore, S3Store

from app.errors import NotFound, Unavailable
from app.files.store import checked, digest_of, key_of

_PATIENCE = timedelta(seconds=30)


def s3(
    bucket: str,
    *,
    prefix: str = "",
    endpoint: str | None = None,
    region: str | None = None,
    plain_http: bool = False,
    tries: int = 3,
) -> "BucketStore":
    """Opens a bucket. The keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the machine's own role.

    Raises `Unavailable` at the first call, not here, when the bucket cannot be reached.
    """
    store = S3Store(
        bucket,
        prefix=prefix or None,
        config={
            **({"endpoint": endpoint} if endpoint else {}),
            **({"region": region} if region else {}),
        },
        client_options={"timeout": _PATIENCE, "connect_timeout": timedelta(seconds=5), "allow_http": plain_http},
        retry_config={"max_retries": tries, "retry_timeout": _PATIENCE},
    )
    return BucketStore(store)


class BucketStore:
    """A `Store` over any object store: an object is visible whole or not at all, and kept once acknowledged."""

    def __init__(self, store: ObjectStore | MemoryStore) -> None:
        self._store = store

    async def put(self, tenant_id: UUID, content: bytes) -> str:
        sha256 = digest_of(content)
        try:
            # In one request: a multipart upload cut off half-way leaves parts that are paid for and never seen.
            await obstore.put_async(self._store, key_of(tenant_id, sha256), content, use_multipart=False)
        except (BaseError, FileNotFoundError) as error:  # "not found" is the bucket here
            raise Unavailable("the piece could not be kept; try again") from error
        return sha256

    async def get(self, tenant_id: UUID, sha256: str) -> bytes:
        try:
            found = await obstore.get_async(self._store, key_of(tenant_id, sha256))
            content = bytes(await found.bytes_async())
        except FileNotFoundError as error:
            raise NotFound("no such piece") from error
        except BaseError as error:
            raise Unavailable("the piece could not be read; try again") from error
        return checked(content, sha256)

    async def exists(self, tenant_id: UUID, sha256: str) -> bool:
        try:
            await obstore.head_async(self._store, key_of(tenant_id, sha256))
        except FileNotFoundError:
            return False
        except BaseError as error:
            raise Unavailable("the store of pieces could not be asked; try again") from error
        return True

    async def all_of(self, tenant_id: UUID) -> AsyncIterator[str]:
        try:
            async for page in obstore.list(self._store, prefix=f"{tenant_id}/"):
                for found in page:
                    yield str(found["path"]).rpartition("/")[2]
        except BaseError as error:
            raise Unavailable("the store of pieces could not be asked; try again") from error

    async def remove(self, tenant_id: UUID, sha256: str) -> None:
        try:
            await obstore.delete_async(self._store, key_of(tenant_id, sha256))
        except FileNotFoundError:
            return
        except BaseError as error:
            raise Unavailable("the piece could not be removed; try again") from error
