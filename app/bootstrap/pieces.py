"""Where pieces are kept: the folder or the bucket that settings name, or both while they move."""

import secrets
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from app.db.checks import Check
from app.egress.policy import EgressPolicy
from app.egress.refusing import EgressRefused
from app.errors import Misconfigured, NotFound, Unavailable
from app.files.local import LocalStore
from app.files.moving import Moved, Moving, move
from app.files.places import BucketPlace, place_of
from app.files.store import DamagedPiece, Store
from app.settings import Settings

FOLDER = "pieces"
_NOBODY = UUID(int=0)
_ADVICE = "see PARVIS_FILES_URL, its endpoint, its keys, and that they may put, get, list and delete"


def folder_of(settings: Settings) -> Path:
    """Returns the folder of pieces, whether or not they are kept there."""
    return settings.data_dir / FOLDER


def files_place(settings: Settings) -> BucketPlace | None:
    """Returns the bucket that settings name; None for the folder. Raises `Misconfigured`."""
    read = settings
    if read.files_url is None:
        given = {
            "ENDPOINT": read.files_endpoint,
            "REGION": read.files_region,
            "ACCESS_KEY_ID": read.files_access_key_id,
            "SECRET_ACCESS_KEY": read.files_secret_access_key,
        }
        lost = [f"PARVIS_FILES_{name}" for name, value in given.items() if value]
        if lost:
            raise Misconfigured(f"{', '.join(lost)} speak of a bucket: set PARVIS_FILES_URL too, or unset them")
        return None
    place = place_of(
        read.files_url,
        endpoint=read.files_endpoint,
        region=read.files_region,
        path_style=read.files_path_style,
        access_key_id=read.files_access_key_id,
        secret_access_key=read.files_secret_access_key.get_secret_value() if read.files_secret_access_key else None,
        named="PARVIS_FILES",
    )
    refuse_plain(place, EgressPolicy(read.egress_allow), named="PARVIS_FILES")
    return place


def refuse_plain(place: BucketPlace, policy: EgressPolicy, *, named: str) -> None:
    """Raises `Misconfigured` when pieces would travel in clear to a place that is not one of this installation's own."""
    if not place.plain:
        return
    try:
        policy.check_url(str(place.endpoint))
    except EgressRefused:
        raise Misconfigured(
            f"{named}_ENDPOINT must be an https:// address: pieces would travel in clear; http:// is for an inner place "
            "named in PARVIS_EGRESS_ALLOW"
        ) from None


def store_of(settings: Settings) -> Store:
    """Opens the store that settings name; behind a bucket, the folder as long as it holds pieces. Raises `Misconfigured`."""
    place = files_place(settings)
    if place is None:
        return LocalStore(folder_of(settings))
    bucket = _bucket(place)
    # A machine that never kept a piece has no folder, and needs none.
    if folder_of(settings).is_dir():
        folder = LocalStore(folder_of(settings))
        if folder.holds_any():
            return Moving(bucket, folder)
    return bucket


async def moved(settings: Settings, *, told: Callable[[str, int], None]) -> Moved:
    """Moves the pieces of the folder into the bucket. Raises `Misconfigured` or `Unavailable`."""
    place = files_place(settings)
    if place is None:
        raise Misconfigured("set PARVIS_FILES_URL to the bucket pieces go to, like s3://villebourg-pieces")
    if not folder_of(settings).is_dir():
        return Moved()
    return await move(LocalStore(folder_of(settings)), _bucket(place), told=told)


async def check_pieces(settings: Settings, store: Store) -> Check:
    """Writes a piece of nobody's, reads it back and removes it; says where pieces stand."""
    place = files_place(settings)
    where = str(place) if place else str(folder_of(settings))
    try:
        content = secrets.token_bytes(32)
        sha256 = await store.put(_NOBODY, content)
        whole = await store.get(_NOBODY, sha256) == content
        await store.remove(_NOBODY, sha256)
        gone = not await store.exists(_NOBODY, sha256)
        front = store.front if isinstance(store, Moving) else store
        versioned = await _keeps_versions(front)
    except (Unavailable, NotFound, DamagedPiece) as error:
        told = (
            f"{where} does not keep pieces ({error.detail}): {_ADVICE if place else 'look at this disk and its rights'}"
        )
        return Check("pieces", False, told)
    if not (whole and gone):
        return Check("pieces", False, f"{where}: a piece that was kept was not read back, or not removed: {_ADVICE}")
    said = f"{where}: written, read back, removed"
    if versioned:
        said += (
            "; this bucket keeps what is removed: what is erased stays there until its own rule removes old versions"
        )
    if isinstance(store, Moving):
        return Check("pieces", True, f"{said}; the folder still holds pieces: parvis files move")
    return Check("pieces", True, said)


def _bucket(place: BucketPlace) -> Store:
    from app.files.bucket import BucketStore, opened  # its library, for who has one

    return BucketStore(opened(place))


async def _keeps_versions(store: Store) -> bool:
    if isinstance(store, LocalStore):
        return False
    from app.files.bucket import BucketStore  # as above

    return isinstance(store, BucketStore) and await store.keeps_versions(_NOBODY)
