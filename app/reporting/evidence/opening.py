"""Opening a ZIP file that anybody may have made: only the shape we write is read, and every byte has its place.

Members are stored, never compressed: none can grow. Names are plain paths, none twice. Between the members, before the
first and after the directory there is nothing (APPNOTE 6.3.10).
"""

import hashlib
import struct
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

MOST_MEMBERS = 20_000
MOST_DIRECTORY = 2**23
MOST_DOCUMENT = 2**26
_LONGEST_NAME = 300
_CHUNK = 2**20
_PLAIN_FILE = 0o100644
_EPOCH = (1980, 1, 1, 0, 0, 0)
_DATED = (0, 33)  # the same, as a header writes it: time, day
_NEEDS = 20  # version 2.0 of the format
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_END = struct.Struct("<4sHHHHIIH")
_LENGTHS, _LENGTHS_AT, _DIRECTORY_ENTRY = struct.Struct("<HHH"), 28, 46
_LOCATOR = struct.Struct("<4sIQI")
_SATURATED = 0xFFFFFFFF


class Fault(ValueError):
    """What is wrong with the file, in one sentence."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An archive whose shape is ours; `names` in their order."""

    names: Sequence[str]
    _zip: zipfile.ZipFile

    def digest(self, name: str) -> tuple[str, int]:
        """Returns SHA-256 and size of a member, read piece by piece. Raises `Fault`."""
        summed, size = hashlib.sha256(), 0
        with _told(name), self._zip.open(name) as member:
            while chunk := member.read(_CHUNK):
                summed.update(chunk)
                size += len(chunk)
        return summed.hexdigest(), size

    def read(self, name: str) -> bytes:
        """Returns a document whole. Raises `Fault` when it is missing or too large for one."""
        if name not in self.names:
            raise Fault(f"{name} is missing")
        if self._zip.getinfo(name).file_size > MOST_DOCUMENT:
            raise Fault(f"{name} is too large for a document")
        with _told(name):
            return self._zip.read(name)


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Opens a file for the time of a check. Raises `Fault` when it is not of the shape evidence is written in."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise Fault(f"{path.name} cannot be read: {error.strerror}") from error
    with file:
        _check_end(file)
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Fault("this is not a ZIP file, or its directory is damaged") from error
        with archive:
            members = archive.infolist()
            for member in members:
                _check_member(member)
            _check_names([member.filename for member in members])
            _check_places(file, archive, members)
            yield Opened([member.filename for member in members], archive)


def _check_end(file: IO[bytes]) -> None:
    """Looks at the end of the directory before anything reads it: a directory may be a bomb by itself."""
    size = file.seek(0, 2)
    if size < _END.size:
        raise Fault("this is not a ZIP file: it is too short")
    file.seek(size - _END.size)
    mark, disk, first, here, count, directory, offset, comment = _END.unpack(file.read(_END.size))
    if (mark, disk, first, here, comment) != (b"PK\x05\x06", 0, 0, count, 0):
        raise Fault("this is not a ZIP file of ours: something follows its directory")
    if offset == _SATURATED or count == 0xFFFF:
        directory = _large_directory(file, size)
    elif offset + directory + _END.size != size:
        raise Fault("something stands before or after the members of the file")
    if directory > MOST_DIRECTORY:
        raise Fault("the directory of the file is too large")


def _large_directory(file: IO[bytes], size: int) -> int:
    place = size - _END.size - _LOCATOR.size
    if place < 0:
        raise Fault("the directory of the file is damaged")
    file.seek(place)
    mark, _, end, _ = _LOCATOR.unpack(file.read(_LOCATOR.size))
    if mark != b"PK\x06\x07" or not 0 <= end <= place - 56:
        raise Fault("the directory of the file is damaged")
    file.seek(end + 40)
    return int.from_bytes(file.read(8), "little")


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename[:80]
    if member.compress_type != zipfile.ZIP_STORED or member.compress_size != member.file_size:
        raise Fault(f"{name!r} is compressed: evidence is stored as it is")
    if member.flag_bits & ~0x800:
        raise Fault(f"{name!r} is encrypted")
    if member.external_attr != _PLAIN_FILE << 16:
        raise Fault(f"{name!r} is not a plain file")
    # A directory of more than 4 GiB of members needs a later version of the format, and a field for where each begins.
    far = member.header_offset >= _SATURATED
    told = (
        member.create_system,
        member.date_time,
        member.volume,
        member.internal_attr,
        member.comment,
        member.reserved,
    )
    versions = {member.create_version, member.extract_version}
    if told != (3, _EPOCH, 0, 0, b"", 0) or (not far and (member.extra or versions != {_NEEDS})):
        raise Fault(f"{name!r} was not written by Parvis, or its entry was altered")


def _check_names(names: Sequence[str]) -> None:
    if len(names) > MOST_MEMBERS:
        raise Fault(f"there are more than {MOST_MEMBERS} files")
    seen: set[str] = set()
    for name in names:
        parts = name.split("/")
        hidden = any(unicodedata.category(c)[0] == "C" for c in name) or "\\" in name or ":" in name
        if hidden or len(name) > _LONGEST_NAME or any(part in {"", ".", ".."} for part in parts):
            raise Fault(f"{name[:80]!r} is not a safe name")
        same = unicodedata.normalize("NFKC", name).casefold()
        if same in seen:
            raise Fault(f"{name[:80]!r} is there twice")
        seen.add(same)


def _check_places(file: IO[bytes], archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo]) -> None:
    """Every member begins where the one before ends, with the header we write; the directory follows the last."""
    place = 0
    for member in members:
        name = _name(member)
        if member.header_offset != place:
            raise Fault(f"something stands before {member.filename[:80]!r}")
        file.seek(place)
        head = file.read(_LOCAL.size)
        if len(head) < _LOCAL.size:
            raise Fault(f"{member.filename[:80]!r} is cut off")
        size = member.file_size
        ours = (b"PK\x03\x04", _NEEDS, member.flag_bits, 0, *_DATED, member.CRC, size, size, len(name), 0)
        if _LOCAL.unpack(head) != ours or file.read(len(name)) != name:
            raise Fault(f"the header of {member.filename[:80]!r} was altered")
        place += _LOCAL.size + len(name) + size
    if place != archive.start_dir:
        raise Fault("something stands between the members and the directory")
    for member in members:
        file.seek(place + _LENGTHS_AT)
        name, extra, comment = _LENGTHS.unpack(file.read(_LENGTHS.size))
        if (name, extra, comment) != (len(_name(member)), len(member.extra), 0):
            raise Fault(f"the entry of {member.filename[:80]!r} in the directory was altered")
        place += _DIRECTORY_ENTRY + name + extra


def _name(member: zipfile.ZipInfo) -> bytes:
    return member.filename.encode("utf-8" if member.flag_bits & 0x800 else "cp437")


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
        raise Fault(f"{name} was altered: its content no longer has its checksum") from error
