"""Taking a backup: the database at one instant, every piece it names, sealed as they are read, read again at the end."""

import contextlib
import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from app.backups import archive, proving, repository
from app.backups.archive import HEADER, MANIFEST, PIECES, SECRET, SLICE, Writer
from app.backups.bucket import BucketFile
from app.backups.envelope import Counted, held, sealed, sealing
from app.backups.keys import BackupKeys
from app.backups.manifest import Header, Kept, Manifest, written
from app.backups.programs import Programs, find_programs, last_words
from app.backups.repository import LEFT_OUT, View
from app.backups.rotation import SUFFIX, name_at
from app.backups.verifying import Told, slice_name, verify
from app.clock import Clock
from app.db.transaction import Database
from app.errors import Conflict, Misconfigured, NotFound, Unavailable
from app.files.store import DamagedPiece, Store
from app.sealing import KeyRing

FINGERPRINT = b"parvis backup"
# Those our migrations make; another one an administrator added would need an administrator to restore it.
EXTENSIONS = ("unaccent", "pg_trgm", "btree_gin")
_ABANDONED_S = 86_400
_ROW = 16 + 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The house that is saved. `reader_url` is a role that sees every row; `secret` is the key the house made itself."""

    database: Database
    reader_url: str
    store: Store
    ring: KeyRing
    keys: BackupKeys
    clock: Clock
    parvis: str
    secret: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A backup where it is kept. `opened` says whether it was decrypted again, or only found to hold what was written."""

    path: Path | BucketFile
    size: int
    header: Header
    manifest: Manifest
    opened: bool


async def take(target: Path, source: Source, *, told: Told = lambda _what, _count: None) -> Taken:
    """Writes a backup to a new file, or to a file named after the instant in a folder.

    Runs beside everything else: nobody waits for it. Whatever goes wrong leaves no file behind. Raises `Misconfigured`,
    `Unavailable` or `Conflict`.
    """
    recipients = source.keys.sealing()
    now = source.clock()
    path = _path(target, now)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    _clear(path.parent, before=now.timestamp() - _ABANDONED_S)
    taking = _Taking(source, now, told)
    try:
        with sealed(partial, recipients) as stream, archive.writing(stream) as out:
            await taking.write(out)
        opened = bool(source.keys.opening)
        if opened:
            verify(partial, source.keys.opened_by(), told=lambda what, count: told(f"{what} read again", count))
        size = partial.stat().st_size
        _place(partial, path)
    except FileNotFoundError as error:
        raise Misconfigured(f"the folder {path.parent} does not exist: make it, or give another") from error
    except FileExistsError as error:
        raise Conflict(f"{path} was made meanwhile: a backup never overwrites anything") from error
    except OSError as error:
        raise Unavailable(f"{path} cannot be written ({error.strerror}): nothing was kept there") from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
    return Taken(path=path, size=size, header=taking.header, manifest=taking.manifest, opened=opened)


async def send(file: BucketFile, source: Source, *, told: Told = lambda _what, _count: None) -> Taken:
    """Writes a backup to a bucket while it is made; nothing of it touches this machine's disk.

    It is read again from there: decrypted where the key is, else against what was sent. Whatever goes wrong leaves no
    object behind. Raises `Misconfigured`, `Unavailable` or `Conflict`.
    """
    recipients = source.keys.sealing()
    if file.exists():
        raise _taken_already(file)
    taking, placed = _Taking(source, source.clock(), told), False
    try:
        with file.written() as below:
            counted = Counted(below)
            with sealing(counted, recipients) as stream, archive.writing(stream) as out:
                await taking.write(out)
        placed = True
        opened = bool(source.keys.opening)
        if opened:
            verify(file, source.keys.opened_by(), told=lambda what, count: told(f"{what} read again", count))
        else:
            held(file, counted)
    except BaseException:
        if placed:
            with contextlib.suppress(Unavailable):
                file.remove()
        raise
    return Taken(path=file, size=counted.size, header=taking.header, manifest=taking.manifest, opened=opened)


@dataclass(slots=True)
class _Taking:
    """One backup under way."""

    source: Source
    at: datetime
    told: Told
    header: Header = field(init=False)
    manifest: Manifest = field(init=False)

    async def write(self, out: Writer) -> None:
        with tempfile.TemporaryFile() as names:
            with repository.view(self.source.reader_url) as view:
                programs = find_programs(major=view.major)
                self.header = await self._header(view)
                head = written(self.header)
                out.add(HEADER, head)
                if self.source.secret is not None:
                    out.add(SECRET, self.source.secret)
                for tenant_id, sha256 in view.pieces():
                    names.write(tenant_id.bytes + bytes.fromhex(sha256))
                digest, size, slices = self._database(out, programs, view)
            # The instant is over: pieces are never changed, and those it named are read without keeping the database.
            names.seek(0)
            count, total, digests, missing = await self._pieces(out, names)
        self.manifest = Manifest(
            database_sha256=digest,
            database_bytes=size,
            slices=slices,
            pieces=count,
            pieces_bytes=total,
            pieces_sha256=digests,
            missing=missing,
            header_sha256=hashlib.sha256(head).hexdigest(),
            secret=self.source.secret is not None,
            ended_at=self.source.clock(),
        )
        out.add(MANIFEST, written(self.manifest))

    async def _header(self, view: View) -> Header:
        return Header(
            parvis=self.source.parvis,
            revision=view.revision,
            postgresql=view.major,
            made_at=self.at,
            fingerprint=self.source.ring.sign(FINGERPRINT, purpose="backup").hex(),
            administrations=[await self._kept(view, tenant_id, slug) for tenant_id, slug in view.tenants()],
            rows=view.rows(),
        )

    async def _kept(self, view: View, tenant_id: UUID, slug: str) -> Kept:
        async with self.source.database.transaction() as session:
            await repository.look_through(session, view.name)
            await repository.enter(session, tenant_id)
            return await proving.kept(session, tenant_id, slug, clock=self.source.clock)

    def _database(self, out: Writer, programs: Programs, view: View) -> tuple[str, int, int]:
        digest, size, slices = hashlib.sha256(), 0, 0
        with tempfile.TemporaryFile() as complaints:
            dump = programs.start(
                "pg_dump",
                "--format=custom",
                "--compress=gzip:1",
                f"--snapshot={view.name}",
                "--schema=public",
                *(f"--extension={name}" for name in EXTENSIONS),
                "--no-owner",
                "--no-comments",
                "--no-publications",
                "--no-subscriptions",
                "--lock-wait-timeout=60s",
                f"--exclude-table-data=public.{LEFT_OUT.replace('%', '*')}",
                url=self.source.reader_url,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
            )
            assert dump.stdout is not None
            with dump, contextlib.ExitStack() as stack:
                stack.callback(_end, dump)
                while some := dump.stdout.read(SLICE):
                    slices += 1
                    digest.update(some)
                    size += len(some)
                    out.add(slice_name(slices), some)
                    self.told("database", size)
                dump.wait()
            if dump.returncode:
                complaints.seek(0)
                raise Unavailable(f"the database could not be saved: {last_words(complaints.read())}")
        return digest.hexdigest(), size, slices

    async def _pieces(self, out: Writer, names: BinaryIO) -> tuple[int, int, str, Sequence[str]]:
        digests, count, total = hashlib.sha256(), 0, 0
        missing: list[str] = []
        for tenant_id, sha256 in _named(names):
            try:
                content = await self.source.store.get(tenant_id, sha256)
            except (NotFound, DamagedPiece):
                missing.append(f"{tenant_id}/{sha256}")
                continue
            name = f"{PIECES}{tenant_id}/{sha256}"
            out.add(name, content)
            digests.update(f"{name}\n".encode())
            count, total = count + 1, total + len(content)
            self.told("pieces", count)
        return count, total, digests.hexdigest(), missing


def _path(target: Path, now: datetime) -> Path:
    path = target / name_at(now) if target.is_dir() else target
    if path.exists():
        raise _taken_already(path)
    return path


def _taken_already(path: Path | BucketFile) -> Conflict:
    return Conflict(f"{path} exists already: a backup never overwrites anything, give the name of a new file")


def _named(names: BinaryIO) -> Iterator[tuple[UUID, str]]:
    while row := names.read(_ROW):
        yield UUID(bytes=row[:16]), row[16:].hex()


def _end(program: "subprocess.Popen[bytes]") -> None:
    if program.poll() is None:
        program.kill()


def _clear(folder: Path, *, before: float) -> None:
    """Removes what backups that were killed a day ago had begun."""
    for left in folder.glob(f".*{SUFFIX}.*.partial"):
        with contextlib.suppress(OSError):
            if left.stat().st_mtime < before:
                left.unlink()


def _place(partial: Path, path: Path) -> None:
    """Gives the finished file its name, never over another one, whoever made that meanwhile."""
    try:
        os.link(partial, path)
    except FileExistsError:
        raise
    except OSError:  # a share without links: the name was free when this began
        if path.exists():
            raise FileExistsError(path) from None
        partial.rename(path)
    _flush(path.parent)


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
