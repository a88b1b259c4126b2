"""Pieces in a bucket: S3 and what speaks like it, through obstore."""

import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import obstore
from obstore.exceptions import BaseError
from obstore.store import MemoryStore, ObjectStore, S3Store

from app.errors import NotFound, Unavailable
from app.files.places import BucketPlace
from app.files.store import checked, digest_of, key_of

if TYPE_CHECKING:
    from obstore.store import S3Config

_PATIENCE = timedelta(seconds=30)
_DIAL = timedelta(seconds=5)
_TRIES = 3


def opened(place: BucketPlace, *, patience: timedelta = _PATIENCE, tries: int = _TRIES) -> S3Store:
    """Opens a bucket without asking it anything: whether it can be reached is known at the first call.

    Without keys in the settings those of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY serve, else the machine's own role.
    """
    config: S3Config = {
        "virtual_hosted_style_request": not place.path_style,
        # The server compares what it keeps with what was sent, whatever stands between.
        "checksum_algorithm": "SHA256",
    }
    if place.endpoint:
        config["endpoint"] = place.endpoint
    if place.region:
        config["region"] = place.region
    if place.access_key_id and place.secret_access_key:
        config["access_key_id"], config["secret_access_key"] = place.access_key_id, place.secret_access_key
    return S3Store(
        place.bucket,
        prefix=place.prefix or None,
        config=config,
        client_options={"timeout": patience, "connect_timeout": min(_DIAL, patience), "allow_http": place.plain},
        retry_config={"max_retries": tries, "retry_timeout": patience},
    )


class BucketStore:
    """A `Store` over any object store: an object is visible whole or not at all, and kept once acknowledged."""

    def __init__(self, store: ObjectStore | MemoryStore) -> None:
        self._store = store

    async def put(self, tenant_id: UUID, content: bytes) -> str:
        sha256 = digest_of(content)
        try:
            # In one request: a multipart upload cut off half-way leaves parts that are paid for and never seen.
            await obstore.put_async(self._store, key_of(tenant_id, sha256), content, use_multipart=False)
        except (BaseError, FileNotFoundError, PermissionError) as error:  # "not found" is the bucket here
            raise Unavailable("the piece could not be kept; try again") from error
        return sha256

    async def get(self, tenant_id: UUID, sha256: str) -> bytes:
        try:
            found = await obstore.get_async(self._store, key_of(tenant_id, sha256))
            content = bytes(await found.bytes_async())
        except FileNotFoundError as error:
            raise NotFound("no such piece") from error
        except (BaseError, PermissionError) as error:
            raise Unavailable("the piece could not be read; try again") from error
        return checked(content, sha256)

    async def exists(self, tenant_id: UUID, sha256: str) -> bool:
        try:
            await obstore.head_async(self._store, key_of(tenant_id, sha256))
        except FileNotFoundError:
            return False
        except (BaseError, PermissionError) as error:
            raise Unavailable("the store of pieces could not be asked; try again") from error
        return True

    async def all_of(self, tenant_id: UUID) -> AsyncIterator[str]:
        try:
            async for page in obstore.list(self._store, prefix=f"{tenant_id}/"):
                for found in page:
                    yield str(found["path"]).rpartition("/")[2]
        except (BaseError, FileNotFoundError, PermissionError) as error:
            raise Unavailable("the store of pieces could not be asked; try again") from error

    async def remove(self, tenant_id: UUID, sha256: str) -> None:
        try:
            await obstore.delete_async(self._store, key_of(tenant_id, sha256))
        except FileNotFoundError:
            return
        except (BaseError, PermissionError) as error:
            raise Unavailable("the piece could not be removed; try again") from error

    async def keeps_versions(self, tenant_id: UUID) -> bool:
        """Says whether the bucket keeps what is removed from it: an object written there is told its version."""
        probe = key_of(tenant_id, digest_of(secrets.token_bytes(16)))
        try:
            kept = await obstore.put_async(self._store, probe, b"parvis", use_multipart=False)
            await obstore.delete_async(self._store, probe)
        except (BaseError, FileNotFoundError, PermissionError) as error:
            raise Unavailable("the store of pieces could not be asked; try again") from error
        return kept["version"] not in {None, "", "null"}
