"""An export as the operator brings it, opened as hostile input: a file of lines, a folder or a ZIP with its pieces.

Nothing is unpacked to the disk; a member is asked for by a name that leads nowhere else, and read within bounds.
"""

import contextlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, BinaryIO, Protocol

from app.errors import Invalid
from app.rest.languages import Said

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LINE_MAX = 16 * 2**20
PIECE_MAX = 50 * 2**20
# A table of contents larger than that would fill the memory of whoever opens it.
_CONTENTS_MAX = 128 * 2**20
_MEMBERS_MAX = 1_000_000
# Text compresses twenty times; what grows three hundred times was made to.
_RATIO, _ALWAYS = 300, 64 * 2**20
_MEMBER = re.compile(r"attachments/(?!\.)[^/\\\x00-\x1f]{1,200}")
_LINES = (".ndjson", ".jsonl", ".json", ".csv")
_FIRST = ("tickets", "conversations", "messages", "demandes", "export")
_STRANGE = (OSError, zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, RuntimeError, struct.error)


class ExportUnreadable(Invalid):
    """The file is no export that can be opened: the whole of it is refused."""

    code = "export-unreadable"
    title_fr = "Export illisible"
    title_en = "Unreadable export"


class PieceTooLarge(Exception):
    """A piece is beyond what one message may carry."""


class Parcel(Protocol):
    """An export that was opened."""

    @property
    def name(self) -> str:
        """The name of the file that holds the lines."""

    @contextmanager
    def lines(self) -> Iterator[BinaryIO]:
        """Opens the lines, from their first."""

    def holds(self, member: str) -> bool:
        """Says whether the export holds a piece, without reading it."""

    def piece(self, member: str) -> bytes | None:
        """Returns the bytes of a piece, None when the export holds none. Raises `PieceTooLarge`."""


@contextmanager
def opened(path: Path) -> Iterator[Parcel]:
    """Opens an export. Raises `ExportUnreadable`, one sentence that says what to do."""
    with contextlib.ExitStack() as stack:
        with _said():
            parcel: Parcel
            if path.is_dir():
                parcel = _Folder(path)
            elif zipfile.is_zipfile(path):
                _refuse_contents(path)
                parcel = _Archive(stack.enter_context(zipfile.ZipFile(path)))
            else:
                parcel = _Lone(path)
        yield parcel


@contextmanager
def _said() -> Iterator[None]:
    """Says in one sentence what a damaged file makes its reader stumble upon; nothing but reading stands within."""
    try:
        yield
    except _STRANGE as error:
        raise _unreadable(f"l’export ne se lit pas ({type(error).__name__})", "the export cannot be read") from error


def numbered(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Yields each line that is not blank with its number; None for one beyond what may be held in memory."""
    place = 0
    while line := stream.readline(LINE_MAX + 1):
        place += 1
        if len(line) > LINE_MAX and not line.endswith(b"\n"):
            while (rest := stream.readline(LINE_MAX)) and not rest.endswith(b"\n"):
                pass
            yield place, None
        elif line.strip():
            yield place, line


class _Lone:
    """A file of lines by itself; it carries no piece."""

    def __init__(self, path: Path) -> None:
        self._path, self.name = path, path.name

    @contextmanager
    def lines(self) -> Iterator[BinaryIO]:
        with self._path.open("rb") as file:
            yield file

    def holds(self, member: str) -> bool:  # noqa: ARG002 — there is none
        return False

    def piece(self, member: str) -> bytes | None:  # noqa: ARG002 — there is none
        return None


class _Folder:
    """A folder; a link that leaves it leads nowhere."""

    def __init__(self, path: Path) -> None:
        self._root = path.resolve()
        self.name = _chosen([one.name for one in self._root.iterdir() if one.is_file() and not one.is_symlink()])

    @contextmanager
    def lines(self) -> Iterator[BinaryIO]:
        with (self._root / self.name).open("rb") as file:
            yield file

    def holds(self, member: str) -> bool:
        place = self._root / member
        return bool(_MEMBER.fullmatch(member)) and place.is_file() and place.resolve().is_relative_to(self._root)

    def piece(self, member: str) -> bytes | None:
        if not self.holds(member):
            return None
        place = self._root / member
        if place.stat().st_size > PIECE_MAX:
            raise PieceTooLarge
        return place.read_bytes()


class _Archive:
    """A ZIP; a folder of its own inside it is looked through."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        outer = [one for one in archive.namelist() if "attachments/" not in one and not one.startswith("__MACOSX/")]
        self.name = _chosen([one for one in outer if not one.endswith("/") and one.count("/") <= 1])
        self._prefix = f"{parent}/" if (parent := self.name.rpartition("/")[0]) else ""

    @contextmanager
    def lines(self) -> Iterator[BinaryIO]:
        with _said():
            held = self._archive.getinfo(self.name)
            _refuse_member(held)
            file = self._archive.open(held)
        with file:
            yield io.BufferedReader(_Bounded(file, most=max(_ALWAYS, _RATIO * held.compress_size)), 2**16)

    def holds(self, member: str) -> bool:
        return bool(_MEMBER.fullmatch(member)) and self._prefix + member in self._archive.NameToInfo

    def piece(self, member: str) -> bytes | None:
        if not self.holds(member):
            return None
        held = self._archive.getinfo(self._prefix + member)
        _refuse_member(held)
        with _said(), self._archive.open(held) as file:
            content = file.read(PIECE_MAX + 1)
        if len(content) > PIECE_MAX:
            raise PieceTooLarge
        return content


class _Bounded(io.RawIOBase):
    """A stream that gives no more than it was allowed to grow to."""

    def __init__(self, inner: IO[bytes], *, most: int) -> None:
        self._inner, self._left = inner, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        with _said():
            content = self._inner.read(len(view))
        self._left -= len(content)
        if self._left < 0:
            raise _unreadable(
                "l’archive grandit bien plus que ne le fait un texte", "the archive grows beyond any text"
            )
        view[: len(content)] = content
        return len(content)


def _chosen(names: Sequence[str]) -> str:
    found = sorted(
        (one for one in names if one.lower().endswith(_LINES)), key=lambda one: (one.count("/"), _rank(one), one)
    )
    if not found:
        raise _unreadable("aucun fichier .ndjson ni .csv dans l’export", "no .ndjson or .csv file in the export")
    return found[0]


def _rank(name: str) -> int:
    stem = PurePosixPath(name).stem.lower()
    return _FIRST.index(stem) if stem in _FIRST else len(_FIRST)


def _refuse_member(held: zipfile.ZipInfo) -> None:
    if held.flag_bits & 0x1:
        raise _unreadable("l’archive est chiffrée : donnez-la déchiffrée", "the archive is encrypted")
    if held.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise _unreadable("compression inconnue dans l’archive", "unknown compression in the archive")


def _refuse_contents(path: Path) -> None:
    """Refuses a table of contents that would not fit, before it is read (APPNOTE.TXT §4.3.14, §4.3.16)."""
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - 65_557))
        tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0:
        raise zipfile.BadZipFile
    members, contents = struct.unpack_from("<H", tail, end + 10)[0], struct.unpack_from("<I", tail, end + 12)[0]
    wide = tail.rfind(b"PK\x06\x06", 0, end)
    if wide >= 0:
        with contextlib.suppress(struct.error):
            members, contents = struct.unpack_from("<QQ", tail, wide + 32)
    elif members == 0xFFFF or contents == 0xFFFFFFFF:
        raise zipfile.BadZipFile
    if members > _MEMBERS_MAX or contents > _CONTENTS_MAX:
        raise _unreadable("trop de fichiers dans l’archive : faites-en plusieurs", "too many members in the archive")


def _unreadable(french: str, english: str) -> ExportUnreadable:
    return ExportUnreadable(Said(french, en=english))
