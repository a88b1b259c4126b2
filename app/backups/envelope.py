"""The sealed file: whatever is written leaves encrypted, whatever is read is authenticated, in constant memory.

The encryption is that of age (X25519, ChaCha20-Poly1305 in chunks of 64 KiB, the last one marked): a file cut short or
altered is told, and the program `age` opens it where there is no Parvis any more.
"""

import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

import pyrage
from pyrage.x25519 import Identity, Recipient

from app.backups.refusals import DamagedBackup, NotABackup, WrongBackupKey
from app.errors import Unavailable

_MAGIC = b"age-encryption.org/v1\n"
_PIPE = 1 << 16


class _Counted:
    """Passes bytes on to the disk, and knows what the file must hold."""

    def __init__(self, below: BinaryIO) -> None:
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
        counted = _Counted(file)
        # pyrage's stub asks for the stream it writes to; ours is one, that counts.
        with _through(lambda source: pyrage.encrypt_io(source, counted, recipients), reading=False) as stream:
            yield stream
        file.flush()
        os.fsync(file.fileno())
    if digest_of(path) != (counted.digest.hexdigest(), counted.size):
        raise Unavailable(f"{path.name} does not hold what was written to it: look at this disk, and write elsewhere")


@contextmanager
def opened(path: Path, identities: Sequence[Identity]) -> Iterator[BinaryIO]:
    """Gives the decrypted stream of a file.

    Raises `NotABackup`, `WrongBackupKey`, or `DamagedBackup` when the file was cut short or altered: at the latest when
    the block ends, so nothing of it may be believed before.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise NotABackup(f"{path} cannot be read ({error.strerror})") from error
    with file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise NotABackup(
                f"{path.name} is no backup of Parvis: an export of one administration, a dump or another file cannot "
                "be restored here"
            )
        file.seek(0)
        with _through(lambda target: pyrage.decrypt_io(file, target, identities), reading=True) as stream:
            yield stream


def digest_of(path: Path) -> tuple[str, int]:
    """Returns the SHA-256 and the size of a file as it stands on the disk."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return digest.hexdigest(), file.tell()


@contextmanager
def _through(work: "Callable[[IO[bytes]], None]", *, reading: bool) -> Iterator[BinaryIO]:
    """Runs the cipher in a thread at the other end of a pipe; what goes wrong there is raised here."""
    out, into = os.pipe()
    ours, theirs = (out, into) if reading else (into, out)
    trouble: list[BaseException] = []

    def run() -> None:
        with os.fdopen(theirs, "wb" if reading else "rb", buffering=_PIPE) as end:
            try:
                work(end)
            except BaseException as error:  # noqa: BLE001 — raised in the thread that waits
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
