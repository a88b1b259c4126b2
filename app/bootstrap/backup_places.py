"""Where backups go to and come from: a path of this machine, or an address like s3://bucket/folder."""

from datetime import timedelta
from pathlib import Path

from app.backups.bucket import BucketFile, BucketShelf
from app.backups.pruning import FolderShelf
from app.backups.rotation import SUFFIX, name_at
from app.bootstrap.pieces import files_place, refuse_plain
from app.clock import Clock
from app.egress.policy import EgressPolicy
from app.errors import Misconfigured
from app.files.bucket import opened
from app.files.places import SCHEME, BucketPlace, place_of
from app.settings import Settings

Where = Path | str
# A part of 32 MiB over a slow line takes minutes, and nobody waits for it.
_PATIENCE = timedelta(minutes=5)
_TRIES = 10


def target_at(settings: Settings, where: Where, *, clock: Clock) -> Path | BucketFile:
    """Returns where a new backup goes: a file of the name given, or named after the instant in a folder of a bucket."""
    if isinstance(where, Path):
        return where
    return _file(settings, where if where.endswith(SUFFIX) else f"{where.rstrip('/')}/{name_at(clock())}")


def file_at(settings: Settings, where: Where) -> Path | BucketFile:
    """Returns the backup that stands there. Raises `Misconfigured`, or `NotFound` for a bucket that holds none."""
    if isinstance(where, Path):
        return where
    if not where.endswith(SUFFIX):
        raise Misconfigured(f"{where} is no backup: give the whole address, like s3://bucket/folder/parvis-…{SUFFIX}")
    file = _file(settings, where)
    file.size()
    return file


def shelf_at(settings: Settings, where: Where) -> FolderShelf | BucketShelf:
    """Returns the folder of backups that stands there."""
    if isinstance(where, Path):
        return FolderShelf(where)
    place = _place(settings, where)
    return BucketShelf(opened(place, patience=_PATIENCE, tries=_TRIES), str(place))


def _file(settings: Settings, where: str) -> BucketFile:
    folder, _, name = where.rpartition("/")
    place = _place(settings, folder)
    return BucketFile(opened(place, patience=_PATIENCE, tries=_TRIES), str(place), name)


def _place(settings: Settings, url: str) -> BucketPlace:
    """Reads an address with the settings of backups' own provider, else those of the bucket of pieces."""
    read = settings
    own = (
        read.backup_s3_endpoint,
        read.backup_s3_region,
        read.backup_s3_access_key_id,
        read.backup_s3_secret_access_key,
    )
    if not any(own):
        pieces = files_place(settings)
        if pieces is None:
            raise Misconfigured(
                f"{url}: say how that bucket is reached: PARVIS_BACKUP_S3_ENDPOINT or _REGION, and its keys "
                "(docs/operate.md, Backups in a bucket)"
            )
        endpoint, region, path_style = pieces.endpoint, pieces.region, pieces.path_style
        key, secret = pieces.access_key_id, pieces.secret_access_key
    else:
        endpoint, region, path_style = read.backup_s3_endpoint, read.backup_s3_region, read.backup_s3_path_style
        key = read.backup_s3_access_key_id
        secret = read.backup_s3_secret_access_key.get_secret_value() if read.backup_s3_secret_access_key else None
    try:
        place = place_of(
            url,
            endpoint=endpoint,
            region=region,
            path_style=path_style,
            access_key_id=key,
            secret_access_key=secret,
            named="PARVIS_BACKUP_S3",
        )
    except Misconfigured as refusal:
        if "PARVIS_BACKUP_S3_URL" not in str(refusal):
            raise
        raise Misconfigured(
            f"{url} is no place for backups: a bucket and a folder, like {SCHEME}bucket/parvis"
        ) from None
    refuse_plain(place, EgressPolicy(read.egress_allow), named="PARVIS_BACKUP_S3")
    return place
