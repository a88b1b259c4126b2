"""Reading a backup from its beginning to its end: every part is there, whole, and nothing else is."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from pyrage.x25519 import Identity

from app.backups import archive
from app.backups.archive import DATABASE, HEADER, MANIFEST, PIECES, SECRET
from app.backups.envelope import Readable, opened
from app.backups.manifest import Header, Manifest, header_of, manifest_of
from app.backups.refusals import DamagedBackup
from app.errors import NotFound
from app.files.store import key_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A backup that holds what it says."""

    header: Header
    manifest: Manifest
    secret: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One content of one administration, whose digest was checked."""

    tenant_id: UUID
    sha256: str
    content: bytes


Part = Header | bytes | Piece
Told = Callable[[str, int], None]


def verify(kept: Readable, identities: Sequence[Identity], *, told: Told = lambda _what, _count: None) -> Sound:
    """Decrypts a whole backup and checks it against its own manifest; nothing is written.

    Raises `NotABackup`, `WrongBackupKey`, `DamagedBackup` or `NewerBackup`.
    """
    reading = Reading(kept, identities, told=told)
    for _ in reading.parts():
        pass
    return reading.sound()


class Reading:
    """One walk through a backup; what it is worth is known at its end."""

    def __init__(
        self, kept: Readable, identities: Sequence[Identity], *, told: Told = lambda _what, _count: None
    ) -> None:
        self._kept, self._identities, self._told = kept, identities, told
        self._header: Header | None = None
        self._manifest: Manifest | None = None
        self._secret: bytes | None = None
        self._dump, self._names = hashlib.sha256(), hashlib.sha256()
        self._dump_bytes = self._slices = self._pieces = self._pieces_bytes = 0
        self._header_sha256 = ""

    def parts(self) -> Iterator[Part]:
        """Yields the header, the slices of the database, then the pieces; the end of the walk checks them together."""
        with opened(self._kept, self._identities) as stream:
            for name, content in archive.reading(stream):
                if self._manifest is not None:
                    raise _wrong(f"{name!r} stands after the manifest")
                part = self._part(name, content)
                if part is not None:
                    yield part
        self._check()

    def sound(self) -> Sound:
        """Returns what was read, once the walk has ended."""
        if self._header is None or self._manifest is None:
            raise _wrong("it has no manifest")
        return Sound(header=self._header, manifest=self._manifest, secret=self._secret)

    def _part(self, name: str, content: bytes) -> Part | None:
        if self._header is None:
            if name != HEADER:
                raise _wrong("it does not begin with a header")
            self._header, self._header_sha256 = header_of(content), hashlib.sha256(content).hexdigest()
            return self._header
        if name == MANIFEST:
            self._manifest = manifest_of(content)
        elif name == SECRET and not self._slices:
            self._secret = content
        elif name.startswith(DATABASE) and not self._pieces:
            return self._slice(name, content)
        elif name.startswith(PIECES):
            return self._piece(name, content)
        else:
            raise _wrong(f"{name!r} has no place there")
        return None

    def _slice(self, name: str, content: bytes) -> bytes:
        self._slices += 1
        if name != slice_name(self._slices):
            raise _wrong(f"{name!r} is not the slice that was to come")
        self._dump.update(content)
        self._dump_bytes += len(content)
        self._told("database", self._dump_bytes)
        return content

    def _piece(self, name: str, content: bytes) -> Piece:
        known = {one.id for one in self._header.administrations} if self._header else set()
        tenant, _, digest = name.removeprefix(PIECES).partition("/")
        found = hashlib.sha256(content).hexdigest()
        try:
            tenant_id, _ = UUID(tenant), key_of(UUID(tenant), digest)
        except (ValueError, NotFound):
            raise _wrong(f"{name!r} is no name of a piece") from None
        if tenant_id not in known:
            raise _wrong(f"{name!r} belongs to no administration of this backup")
        if found != digest:
            raise _wrong(f"the piece {name!r} no longer has its digest")
        self._names.update(f"{name}\n".encode())
        self._pieces += 1
        self._pieces_bytes += len(content)
        self._told("pieces", self._pieces)
        return Piece(tenant_id=tenant_id, sha256=digest, content=content)

    def _check(self) -> None:
        said = self.sound().manifest
        found = {
            "database_sha256": self._dump.hexdigest(),
            "database_bytes": self._dump_bytes,
            "slices": self._slices,
            "pieces": self._pieces,
            "pieces_bytes": self._pieces_bytes,
            "pieces_sha256": self._names.hexdigest(),
            "header_sha256": self._header_sha256,
            "secret": self._secret is not None,
        }
        for name, value in found.items():
            if getattr(said, name) != value:
                raise _wrong(f"{name} is {value} and its manifest says {getattr(said, name)}")


def slice_name(number: int) -> str:
    return f"{DATABASE}{number:08d}"


def _wrong(what: str) -> DamagedBackup:
    return DamagedBackup(f"this backup does not hold what it says ({what}): take another copy of it")
