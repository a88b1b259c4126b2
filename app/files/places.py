"""The place of a bucket as settings describe it: read, and refused with a sentence, before anything is asked of it."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from app.errors import Misconfigured

# Amazon's rules for general purpose buckets, which the other providers follow.
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"[A-Za-z0-9!_.*'()/-]{0,512}")
SCHEME = "s3://"


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketPlace:
    """A bucket, where it is reached, and with which keys; without an endpoint it is Amazon's, in its region."""

    bucket: str
    prefix: str = ""
    endpoint: str | None = None
    region: str | None = None
    path_style: bool = True
    access_key_id: str | None = None
    secret_access_key: str | None = field(default=None, repr=False)

    @property
    def plain(self) -> bool:
        """Whether the endpoint is spoken to without encryption."""
        return self.endpoint is not None and self.endpoint.startswith("http://")

    def __str__(self) -> str:
        """The address as settings write it: never a key."""
        return f"{SCHEME}{self.bucket}/{self.prefix}".rstrip("/")


def place_of(  # one argument a setting
    url: str,
    *,
    endpoint: str | None,
    region: str | None,
    path_style: bool,
    access_key_id: str | None,
    secret_access_key: str | None,
    named: str,
) -> BucketPlace:
    """Reads settings whose names begin with `named`. Raises `Misconfigured`."""
    bucket, _, prefix = url.removeprefix(SCHEME).partition("/")
    prefix = prefix.strip("/")
    if not url.startswith(SCHEME) or not _BUCKET.fullmatch(bucket) or ".." in bucket:
        raise Misconfigured(f"{named}_URL names a bucket, like s3://villebourg-pieces or s3://villebourg/parvis")
    if not _PREFIX.fullmatch(prefix) or any(part in {"", ".", ".."} for part in prefix.split("/") if prefix):
        raise Misconfigured(
            f"{named}_URL: what follows the bucket is a folder of plain letters, like s3://bucket/parvis"
        )
    if bool(access_key_id) is not bool(secret_access_key):
        raise Misconfigured(
            f"{named}_ACCESS_KEY_ID and {named}_SECRET_ACCESS_KEY go together: set both, or none for those of the machine"
        )
    if endpoint is not None:
        _check_endpoint(endpoint, named)
    elif not region:
        raise Misconfigured(
            f"set {named}_REGION (Amazon's, like eu-west-3), or {named}_ENDPOINT for another provider's bucket"
        )
    return BucketPlace(
        bucket=bucket,
        prefix=prefix,
        endpoint=endpoint.rstrip("/") if endpoint else None,
        region=region,
        path_style=path_style,
        access_key_id=access_key_id or None,
        secret_access_key=secret_access_key or None,
    )


def _check_endpoint(endpoint: str, named: str) -> None:
    parts = urlsplit(endpoint)
    if (
        parts.scheme not in {"https", "http"}
        or not parts.hostname
        or "@" in parts.netloc
        or parts.query
        or parts.fragment
    ):
        raise Misconfigured(f"{named}_ENDPOINT is the provider's address, like https://s3.gra.io.cloud.ovh.net")
