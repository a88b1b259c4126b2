"""Backups and restores of the house the settings describe: they open less than the whole house, and migrate nothing."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from app.backups import proving
from app.backups.keys import BackupKeys, keys_of
from app.backups.proving import Ground
from app.backups.pruning import Pruned, prune
from app.backups.refusals import BackupRefused
from app.backups.restoring import Target, restore, same_secret
from app.backups.rotation import Keeping
from app.backups.taking import Source, Taken, send, take
from app.backups.verifying import Sound, Told, verify
from app.bootstrap.backup_places import Where, file_at, shelf_at, target_at
from app.bootstrap.choosing import ring_of
from app.bootstrap.pieces import store_of
from app.clock import Clock, utc_now
from app.db import migrate, revisions
from app.db.checks import Check
from app.db.embedded import Dsns, EmbeddedPostgres
from app.db.transaction import Database
from app.errors import Misconfigured
from app.files.local import LocalStore
from app.files.store import Store
from app.sealing import KeyRing
from app.settings import Settings
from app.tenants.service import Tenants

Said = Callable[[Check], None]


@dataclass(frozen=True, slots=True)
class _Addresses:
    """One database by its three roles; the last two are None where the settings do not name them."""

    app: str
    owner: str | None
    reader: str | None


def backup_keys(settings: Settings) -> BackupKeys:
    """Reads the keys of backups. Raises `Misconfigured`."""
    return keys_of(settings.backup_key_file, settings.backup_recipients)


async def backup(settings: Settings, where: Where, *, told: Told, clock: Clock = utc_now) -> Taken:
    """Saves the house to a file or a bucket, beside whatever it is doing."""
    keys = backup_keys(settings)
    keys.sealing()
    target = target_at(settings, where, clock=clock)
    async with _standing(settings) as addresses:
        if addresses.reader is None:
            raise Misconfigured(
                "set PARVIS_BACKUP_URL to the same database, as a role that reads every row (docs/operate.md, Backup)"
            )
        _same_revision(addresses)
        database = Database(addresses.app, pool_size=2)
        try:
            source = Source(
                database=database,
                reader_url=addresses.reader,
                store=store_of(settings),
                ring=ring_of(settings, embedded=settings.database_url is None),
                keys=keys,
                clock=clock,
                parvis=version("parvis"),
                secret=None if settings.secret_key else (settings.data_dir / "secret.key").read_bytes(),
            )
            taking = take(target, source, told=told) if isinstance(target, Path) else send(target, source, told=told)
            return await taking
        finally:
            await database.close()


def verified(settings: Settings, where: Where, *, told: Told) -> tuple[Sound, int]:
    """Reads a backup through, and says its bytes; nothing is written, and no database is needed."""
    identities, file = backup_keys(settings).opened_by(), file_at(settings, where)
    sound = verify(file, identities, told=told)
    return sound, file.stat().st_size if isinstance(file, Path) else file.size()


def pruned(settings: Settings, where: Where, keeping: Keeping, *, unopened: bool, dry: bool, told: Told) -> Pruned:
    """Makes room in a folder of backups. `unopened`: where the key is not, none is read through first."""
    identities = None if unopened else backup_keys(settings).opened_by()
    return prune(shelf_at(settings, where), keeping, identities=identities, dry=dry, told=told)


async def put_back(settings: Settings, where: Where, *, told: Told, said: Said, clock: Clock = utc_now) -> bool:
    """Restores a backup into the empty house the settings describe, then proves it; says whether the proof holds."""
    keys = backup_keys(settings)
    keys.opened_by()
    file = file_at(settings, where)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    async with _standing(settings) as addresses:
        if addresses.owner is None:
            raise Misconfigured("set PARVIS_MIGRATION_URL to the same database, as the role that owns the schema")
        store = store_of(settings)
        target = Target(
            owner_url=addresses.owner,
            store=store,
            keys=keys,
            ring_with=lambda secret: _ring_with(settings, secret),
            clock=clock,
        )
        sound = await restore(file, target, told=told)
        return await _proved(addresses.app, None, store, sound, clock=clock, told=told, said=said)


async def drill(
    settings: Settings, where: Where, *, folder: Path | None, told: Told, said: Said, clock: Clock = utc_now
) -> bool:
    """Restores a backup into a cluster of its own that is thrown away, and says whether everything is found again."""
    keys, file = backup_keys(settings), file_at(settings, where)
    with tempfile.TemporaryDirectory(prefix="parvis-drill-", dir=folder) as made:
        scratch = Path(made)
        # Nothing here must outlive a power cut: the proof is made, or made again.
        server = EmbeddedPostgres(scratch / "postgres", fast=True)
        dsns = await asyncio.to_thread(server.start)
        try:
            store = LocalStore(scratch / "pieces")
            target = Target(owner_url=dsns.owner, store=store, keys=keys, ring_with=lambda _: None, clock=clock)
            sound = await restore(file, target, told=told)
            holds = await _proved(dsns.app, _reader(dsns), store, sound, clock=clock, told=told, said=said)
            secret = _secret(settings, sound)
            said(secret)
            return holds and secret.ok
        finally:
            await asyncio.to_thread(server.stop)


async def _proved(
    app_url: str, reader_url: str | None, store: Store, sound: Sound, *, clock: Clock, told: Told, said: Said
) -> bool:
    database = Database(app_url, pool_size=2)
    ground = Ground(database=database, tenants=Tenants(database, clock), store=store, clock=clock)
    holds = True
    try:
        said(proving.rows(sound.header))
        async for check in proving.proofs(ground, sound.header, told=told):
            said(check)
            holds = holds and check.ok
        check = (
            await proving.pieces(ground, reader_url, sound.manifest, told=told)
            if reader_url
            else proving.carried(sound.manifest)
        )
        said(check)
        return holds and check.ok
    finally:
        await database.close()


def _secret(settings: Settings, sound: Sound) -> Check:
    if sound.secret is not None:
        return Check("secret key", True, "the backup carries it")
    if settings.secret_key is None:
        return Check("secret key", True, "not in the backup, nor in this machine's settings: not compared")
    if same_secret(ring_of(settings, embedded=False), sound.header):
        return Check("secret key", True, "PARVIS_SECRET_KEY opens what was sealed")
    return Check("secret key", False, "PARVIS_SECRET_KEY is another one: keep the one of that house apart, and safe")


def _ring_with(settings: Settings, secret: bytes | None) -> KeyRing:
    """Returns the keys of the house, having kept the key a backup brought where the house makes its own."""
    if settings.secret_key is None:
        path = settings.data_dir / "secret.key"
        if secret is None and not path.exists():
            raise BackupRefused(
                "this backup came without its secret key: set PARVIS_SECRET_KEY to the one of that house"
            )
        if secret is not None:
            _keep(path, secret)
    return ring_of(settings, embedded=settings.database_url is None)


def _keep(path: Path, secret: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if path.read_bytes().strip() != secret.strip():
            raise BackupRefused(
                f"{path} holds another key than the backup brings: this data folder served another house, set "
                "PARVIS_DATA_DIR to a new one"
            ) from None
        return
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())


def _same_revision(addresses: _Addresses) -> None:
    if addresses.reader is None:
        return
    stands, wanted = migrate.current(addresses.reader), revisions.head()
    if stands != wanted:
        raise Misconfigured(
            f"the schema stands at revision {stands} and this code needs {wanted}: save it with the Parvis that serves it"
        )


@asynccontextmanager
async def _standing(settings: Settings) -> AsyncIterator[_Addresses]:
    """Gives the database's addresses; starts the embedded one if it does not run, without moving its schema."""
    if settings.database_url is not None:
        yield _Addresses(
            settings.database_url.get_secret_value(),
            settings.migration_url.get_secret_value() if settings.migration_url else None,
            settings.backup_url.get_secret_value() if settings.backup_url else None,
        )
        return
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    server = EmbeddedPostgres(settings.data_dir / "postgres")
    dsns = await asyncio.to_thread(server.start)
    try:
        yield _Addresses(dsns.app, dsns.owner, _reader(dsns))
    finally:
        await asyncio.to_thread(server.stop)


def _reader(dsns: Dsns) -> str:
    """The administrator of the embedded server, in the house's own database: no policy hides a row from it."""
    return urlunsplit(urlsplit(dsns.admin)._replace(path=urlsplit(dsns.app).path))
