"""The file of a whole copy: a ZIP of tables (NDJSON) and pieces, and last a manifest that counts and digests each part."""

import contextlib
import hashlib
import json
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from app.errors import Invalid

FORMAT = "parvis-administration/1"
MANIFEST = "manifest.json"
_BLOCK = 1 << 20
# Far above any manifest; a file made to fill the memory of whoever verifies it is refused before it does.
_MANIFEST_MOST = 16 << 20
# Names that lead nowhere else when somebody unpacks them.
_NAME = re.compile(r"tables/[a-z][a-z0-9_]*\.ndjson|pieces/[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a file was found to hold: its own digest, whose it is, how much."""

    sha256: str
    size: int
    tenant_id: str
    rows: int
    pieces: int


class Archive:
    """Writes parts one after the other; no part is ever held in memory whole."""

    def __init__(self, path: Path) -> None:
        # The file holds citizens' messages: it is closed to everybody else from its first byte.
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._parts: dict[str, dict[str, object]] = {}

    def part(self, name: str) -> "Part":
        return Part(
            self._zip.open(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), "w", force_zip64=True), name, self._parts
        )

    def finish(self, told: Mapping[str, Any]) -> None:
        """Writes the manifest and closes the file, flushed to the disk."""
        manifest = {"format": FORMAT, **told, "parts": self._parts}
        self._zip.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True))
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        """Closes a file that is not whole; what it lacks, or the disk, may not even let that be done in order."""
        with contextlib.suppress(OSError, ValueError):
            self._zip.close()
        with contextlib.suppress(OSError):
            self._file.close()


class Part:
    """One part while it is written."""

    def __init__(self, file: IO[bytes], name: str, parts: dict[str, dict[str, object]]) -> None:
        self._file, self._name, self._parts = file, name, parts
        self._digest, self._size, self.lines = hashlib.sha256(), 0, 0

    def write(self, block: bytes) -> None:
        self._file.write(block)
        self._digest.update(block)
        self._size += len(block)
        self.lines += block.count(b"\n")

    def close(self, **told: object) -> None:
        self._file.close()
        self._parts[self._name] = {"sha256": self._digest.hexdigest(), "size": self._size, **told}


# What a file that is no copy of ours may lead its reader to: cut short, enciphered, of another method, of other types.
_STRANGE = (
    OSError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    RuntimeError,  # and NotImplementedError
    RecursionError,
)


def verify(path: Path, *, told: Callable[[str], None] = lambda _: None) -> Verdict:
    """Reads a file whole and compares each part with the manifest. Raises `Invalid` with what does not hold."""
    try:
        with zipfile.ZipFile(path) as file:
            manifest = _manifest(file)
            parts: dict[str, dict[str, Any]] = manifest["parts"]
            if manifest["format"] != FORMAT:
                raise Invalid(f"{path.name} is not in the format {FORMAT}")
            present = {name for name in file.namelist() if name != MANIFEST}
            if len(file.namelist()) != len(present) + 1 or present != set(parts):
                raise Invalid(f"parts are missing, doubled or added: {sorted(present ^ set(parts))[:5]}")
            for name, said in parts.items():
                told(name)
                _check(file, name, said)
    except _STRANGE as error:
        raise Invalid(f"{path.name} is no whole copy of an administration ({type(error).__name__})") from error
    return Verdict(
        sha256=digest_of_file(path),
        size=path.stat().st_size,
        tenant_id=str(manifest["administration"]["id"]),
        rows=sum(int(one.get("rows", 0)) for one in parts.values()),
        pieces=sum(name.startswith("pieces/") for name in parts),
    )


def digest_of_file(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _manifest(file: zipfile.ZipFile) -> dict[str, Any]:
    with file.open(MANIFEST) as part:
        written = part.read(_MANIFEST_MOST + 1)
    if len(written) > _MANIFEST_MOST:
        raise Invalid("the manifest is larger than any copy's")
    manifest: dict[str, Any] = json.loads(written)
    return manifest


def _check(file: zipfile.ZipFile, name: str, said: Mapping[str, Any]) -> None:
    if not _NAME.fullmatch(name) or (name.startswith("pieces/") and name.removeprefix("pieces/") != said["sha256"]):
        raise Invalid(f"the part {name!r} has no place in a copy, or another name than its content")
    digest, size, lines = hashlib.sha256(), 0, 0
    with file.open(name) as part:
        while block := part.read(_BLOCK):
            digest.update(block)
            size += len(block)
            lines += block.count(b"\n")
            if size > said["size"]:  # read no further than it is said to go
                break
    if digest.hexdigest() != said["sha256"] or size != said["size"] or lines != said.get("rows", lines):
        raise Invalid(f"the part {name} is not the one that was written")
