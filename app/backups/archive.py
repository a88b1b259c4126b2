"""The parts inside a backup: a tar that is written and read once, from its beginning to its end, in constant memory.

A header says what is to come, the database follows in slices, then every piece under the name of its content, then a
manifest with the digests of it all. Opened by hand: `age -d -i KEY FILE | tar x`, then `cat database/* | pg_restore`.
"""

import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from app.backups.refusals import DamagedBackup

HEADER, SECRET, MANIFEST = "header.json", "secret.key", "manifest.json"
DATABASE, PIECES = "database/", "pieces/"
SLICE = 4 * 2**20
# A piece is one file a citizen sent, kept whole in memory wherever it is read; far above every limit of the doors.
LARGEST = 2**30


class Writer:
    """Writes parts, one after the other."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, name: str, content: bytes) -> None:
        """Writes one part."""
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(content), 0o600
        self._tar.addfile(member, io.BytesIO(content))
        _forget(self._tar)


@contextmanager
def writing(stream: BinaryIO) -> Iterator[Writer]:
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        yield Writer(tar)


def reading(stream: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Yields each part in order. Raises `DamagedBackup` for what no writer of ours made."""
    try:
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            while (member := tar.next()) is not None:
                if not member.isreg() or member.size > LARGEST:
                    raise _strange(member.name)
                part = tar.extractfile(member)
                content = part.read() if part is not None else b""
                if len(content) != member.size:
                    raise _strange(member.name)
                yield member.name, content
                _forget(tar)
    except (tarfile.TarError, EOFError) as error:
        raise _strange("a part") from error
    stream.read()  # to the very end: the cipher vouches for the whole file only once it has seen its last chunk


def _forget(tar: tarfile.TarFile) -> None:
    # tarfile remembers every member: a million pieces would fill the memory. Its list is public, its stub forgot it.
    tar.members.clear()  # type: ignore[attr-defined]


def _strange(name: str) -> DamagedBackup:
    return DamagedBackup(f"{name!r} is not as a backup writes it: the file was altered, take another copy of it")
