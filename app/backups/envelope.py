"""The sealed file: whatever is written leaves encrypted, whatever is read is authenticated, in constant memory.

The encryption is that of age (X25519, ChaCha20-Poly1305 in chunks of 64 KiB, the last one marked): a file cut short or
altered is told, and the program `age` opens it where there is no Parvis any more.
"""

import contextlib
import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, Literal, Protocol

import pyrage
from pyrage.x25519 import Identity, Recipient

from app.backups.refusals import DamagedBackup, NotABackup, WrongBackupKey
from app.errors import ParvisError, Unavailable

_MAGIC = b"age-encryption.org/v1\n"
_PIPE = 1 << 16
_SLICE = 1 << 20


class Readable(Protocol):
    """A backup that can be read from its beginning as often as wanted: a `Path`, or an object of a bucket."""

    @property
    def name(self) -> str:
        """The last part of its address."""

    def open(self, mode: Literal["rb"], /) -> BinaryIO:
        """Begins to read it."""


class Sink(Protocol):
    """What takes bytes, in the order they come."""

    def write(self, some: bytes, /) -> int:
        """Takes them all."""

    def flush(self) -> None:
        """Hands on what it holds back."""


class Counted:
    """Passes bytes on to the disk or to a bucket, and knows what must be found there."""

    def __init__(self, below: Sink) -> None:
        self._below, self.digest, self.size = below, hashlib.sha256(), 0

    def write(self, some: bytes) -> int:
        self.digest.update(some)
        self.size += len(some)
        return self._below.write(some)

    def flush(self) -> None:
        self._below.flush()


@contextmanager
def sealed(path: Path, recipients: Sequence[Recipient]) -> Iterator[BinaryIO]:
    """Gives a stream whose bytes arrive encrypted in a new file, flushed to the disk when the block ends.

    The file is read again before this returns: it must hold what was written. Raises `Unavailable` when it does not, or
    when the disk is full.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        counted = Counted(file)
        with sealing(counted, recipients) as stream:
            yield stream
        file.flush()
        os.fsync(file.fileno())
    held(path, counted)


@contextmanager
def sealing(below: Counted, recipients: Sequence[Recipient]) -> Iterator[BinaryIO]:
    """Gives a stream whose bytes arrive encrypted below, all of them when the block ends."""
    # pyrage's stub asks for the stream it writes to; ours is one, that counts.
    with _through(lambda source: pyrage.encrypt_io(source, below, recipients), reading=False) as stream:
        yield stream


def held(kept: Readable, counted: Counted) -> None:
    """Raises `Unavailable` when a backup, read again, does not hold what was written to it."""
    if digest_of(kept) != (counted.digest.hexdigest(), counted.size):
        raise Unavailable(f"{kept.name} does not hold what was written to it: look at this place, and write elsewhere")


@contextmanager
def opened(kept: Readable, identities: Sequence[Identity]) -> Iterator[BinaryIO]:
    """Gives the decrypted stream of a backup.

    Raises `NotABackup`, `WrongBackupKey`, or `DamagedBackup` when the file was cut short or altered: at the latest when
    the block ends, so nothing of it may be believed before.
    """
    with _begun(kept) as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise NotABackup(
                f"{kept.name} is no backup of Parvis: an export of one administration, a dump or another file cannot "
                "be restored here"
            )
    with _begun(kept) as file:
        watched = _Watched(file)
        try:
            # As above: a stream, that remembers.
            with _through(lambda target: pyrage.decrypt_io(watched, target, identities), reading=True) as stream:
                yield stream
        except DamagedBackup as damage:
            # The cipher calls whatever stopped its reading a damage: a bucket that went away is none.
            if isinstance(watched.trouble, ParvisError):
                raise watched.trouble from damage
            raise


def digest_of(kept: Readable) -> tuple[str, int]:
    """Returns the SHA-256 and the size of a backup as it stands where it is kept."""
    digest, size = hashlib.sha256(), 0
    with kept.open("rb") as file:
        while some := file.read(_SLICE):
            digest.update(some)
            size += len(some)
    return digest.hexdigest(), size


class _Watched:
    """Reads on, and remembers what went wrong below."""

    def __init__(self, below: BinaryIO) -> None:
        self._below = below
        self.trouble: BaseException | None = None

    def read(self, count: int = -1) -> bytes:
        try:
            return self._below.read(count)
        except BaseException as error:
            self.trouble = error
            raise


@contextmanager
def _begun(kept: Readable) -> Iterator[BinaryIO]:
    try:
        file = kept.open("rb")
    except OSError as error:
        raise NotABackup(f"{kept} cannot be read ({error.strerror})") from error
    with contextlib.closing(file):
        yield file


@contextmanager
def _through(work: "Callable[[IO[bytes]], None]", *, reading: bool) -> Iterator[BinaryIO]:
    """Runs the cipher in a thread at the other end of a pipe; what goes wrong there is raised here."""
    out, into = os.pipe()
    ours, theirs = (out, into) if reading else (into, out)
    trouble: list[BaseException] = []

    def run() -> None:
        try:
            # Closing writes what the buffer still holds: a pipe may break there too, after what the work found.
            with os.fdopen(theirs, "wb" if reading else "rb", buffering=_PIPE) as end:
                try:
                    work(end)
                except BaseException as error:  # noqa: BLE001 — raised in the thread that waits
                    trouble.append(error)
        except OSError as error:
            trouble.append(error)

    thread = threading.Thread(target=run, name="backup cipher", daemon=True)
    thread.start()
    mine: BaseException | None = None
    try:
        with os.fdopen(ours, "rb" if reading else "wb", buffering=_PIPE) as stream:
            try:
                yield stream
            except BaseException as error:  # noqa: BLE001 — the cipher's own trouble is the better reason
                mine = error
    except BrokenPipeError:
        pass  # closing what the other end no longer reads: its trouble says why
    thread.join()
    first = trouble[0] if trouble else None
    if first is not None and not (isinstance(first, BrokenPipeError) and reading):
        raise _meaning(first) from first
    if mine is not None:
        raise mine


def _meaning(error: BaseException) -> BaseException:
    told = str(error)
    if isinstance(error, pyrage.DecryptError):
        if "No matching keys" in told:
            return WrongBackupKey(
                "this backup was made for another key: set PARVIS_BACKUP_KEY_FILE to the file of its own"
            )
        return _damaged()
    if isinstance(error, OSError):
        if error.errno is None:
            return _damaged()  # the cipher's own word for a chunk that is not authentic, or a file that ends too soon
        return Unavailable(f"the backup could not be read or written ({error.strerror}); what was begun was removed")
    return error


def _damaged() -> DamagedBackup:
    return DamagedBackup("the file was cut short or altered: nothing of it was put back; take another copy of it")
