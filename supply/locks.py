"""The packages of the lock files: names and versions, as pip will install them here."""

import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
_LINE = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)([^\\]*)", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Locked:
    """One line of a lock; `conditional` says that a marker may leave it out on this machine."""

    name: str
    version: str
    conditional: bool


def locked(path: Path = ROOT / "requirements/dev.lock") -> list[Locked]:
    """Reads a lock file."""
    found = _LINE.findall(path.read_text())
    return [Locked(name, version, conditional=";" in marker) for name, version, marker in found]


def described(one: Locked) -> metadata.PackageMetadata | None:
    """Returns the metadata of a package as installed; None where a marker left it out."""
    try:
        return metadata.metadata(one.name)
    except metadata.PackageNotFoundError:
        return None
