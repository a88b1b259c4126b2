"""Putting a backup back into an empty house: read whole before anything is touched, then all of it or nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from app.backups import aftermath, repository
from app.backups.envelope import Readable
from app.backups.keys import BackupKeys
from app.backups.loading import Loading
from app.backups.manifest import Header
from app.backups.programs import find_programs
from app.backups.refusals import BackupRefused, HouseNotEmpty, NewerBackup
from app.backups.taking import FINGERPRINT
from app.backups.verifying import Piece, Reading, Sound, Told, verify
from app.clock import Clock
from app.db import migrate, revisions
from app.errors import Conflict
from app.files.store import Store
from app.sealing import KeyRing


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The empty house.

    `ring_with` returns its secret keys, having kept the one a backup brought if it had none; None where nobody will
    open a secret, as in a drill.
    """

    owner_url: str
    store: Store
    keys: BackupKeys
    ring_with: Callable[[bytes | None], KeyRing | None]
    clock: Clock


async def restore(kept: Readable, target: Target, *, told: Told = lambda _what, _count: None) -> Sound:
    """Restores a backup. Sending stays stopped until somebody says that it may go on.

    Raises `NotABackup`, `WrongBackupKey`, `DamagedBackup`, `NewerBackup`, `HouseNotEmpty`, `Misconfigured` or
    `Unavailable`, and then nothing was changed but pieces, which lie under the name of their content.
    """
    identities = target.keys.opened_by()
    sound = verify(kept, identities, told=lambda what, count: told(f"{what} checked", count))
    _readable(sound.header)
    major = repository.major_of(target.owner_url)
    if sound.header.postgresql > major:
        raise NewerBackup(
            f"this backup was made by PostgreSQL {sound.header.postgresql} and this server is {major}: use that version "
            "or a newer one"
        )
    check_empty(target.owner_url)
    ring = target.ring_with(sound.secret)
    if ring is not None and not same_secret(ring, sound.header):
        raise BackupRefused(
            "this house has another secret key than the one that was saved, and could not open its channels' secrets: "
            "set PARVIS_SECRET_KEY to the former one, or name it in PARVIS_PREVIOUS_SECRET_KEYS"
        )
    with Loading(find_programs(major=major), target.owner_url, beginning=aftermath.BEGINNING) as loading:
        await _fill(kept, target, loading, told)
        loading.commit(aftermath.ending(sound.header, at=target.clock()))
    migrate.upgrade(target.owner_url)
    return sound


def same_secret(ring: KeyRing, header: Header) -> bool:
    """Says whether these secret keys open what the house that was saved had sealed."""
    return ring.signed(FINGERPRINT, bytes.fromhex(header.fingerprint), purpose="backup")


def check_empty(owner_url: str) -> None:
    """Raises `HouseNotEmpty`."""
    try:
        repository.check_empty(owner_url)
    except Conflict as refusal:
        raise HouseNotEmpty(refusal.detail) from refusal


async def _fill(kept: Readable, target: Target, loading: Loading, told: Told) -> None:
    reading = Reading(kept, target.keys.opened_by(), told=told)
    filled = False
    for part in reading.parts():
        if isinstance(part, bytes):
            loading.feed(part)
            continue
        if isinstance(part, Piece):
            if not filled:
                loading.filled()
                filled = True
            await target.store.put(part.tenant_id, part.content)
    if not filled:
        loading.filled()


def _readable(header: Header) -> None:
    if header.revision not in revisions.known():
        raise NewerBackup(
            f"this backup stands at revision {header.revision}, which this Parvis does not know (its newest is "
            f"{revisions.head()}; the backup was made by Parvis {header.parvis}): install that version or a newer one"
        )
