"""A ZIP file whose bytes depend on its content alone: members stored one after the other, none compressed, one date.

Stored members cannot be a bomb, and whoever checks the file knows where each byte belongs (APPNOTE 6.3.10).
"""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any

MANIFEST, SEAL = "manifest.json", "manifest.sha256"
FORMAT = "parvis-evidence/1"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the archive, by its digest."""

    name: str
    sha256: str
    size: int


@dataclass(slots=True)
class Archive:
    """An archive being written; `close` adds the manifest of what was put in, and the digest of the manifest."""

    file: IO[bytes]
    members: list[Member] = field(default_factory=list)
    _zip: zipfile.ZipFile = field(init=False)
    _names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._zip = zipfile.ZipFile(self.file, "w", zipfile.ZIP_STORED)

    def add(self, name: str, content: bytes) -> None:
        """Adds a file. Raises `ValueError` for a name already taken."""
        if name in self._names:
            raise ValueError(f"the archive already has {name}")
        self._names.add(name)
        self.members.append(Member(name, hashlib.sha256(content).hexdigest(), len(content)))
        self._write(name, content)

    def add_json(self, name: str, document: object) -> None:
        self.add(name, written(document))

    def close(self, told: Mapping[str, Any]) -> str:
        """Writes the manifest with what is told of the whole; returns its digest."""
        files = [{"name": member.name, "sha256": member.sha256, "size": member.size} for member in self.members]
        manifest = written({"format": FORMAT, **told, "files": files})
        digest = hashlib.sha256(manifest).hexdigest()
        self._write(MANIFEST, manifest)
        self._write(SEAL, f"{digest}  {MANIFEST}\n".encode())
        self._zip.close()
        return digest

    def _write(self, name: str, content: bytes) -> None:
        entry = zipfile.ZipInfo(name, _EPOCH)
        entry.create_system = 3
        entry.external_attr = 0o100644 << 16
        self._zip.writestr(entry, content)


def written(document: object) -> bytes:
    """Writes JSON that a person can read and whose bytes do not vary."""
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
