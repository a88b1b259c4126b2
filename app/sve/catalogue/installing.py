"""What an installation adds to the catalogue: one file an import, kept beside the data, the last one prevailing."""

import os
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from app.sve.catalogue.importing import Import
from app.sve.catalogue.loader import read_text
from app.sve.catalogue.writing import toml_of

FOLDER = "catalogue"
_NUMBER = re.compile(r"(\d{4})-.*\.toml")


def install(folder: Path, imported: Import, *, name: str, by: str, at: datetime, digest: str) -> Path | None:
    """Writes the changes of an import in a new file of `folder`; who, when and from what stand at its head.

    What is written is read again first, so that a file that would not load never lands. None when nothing changes.
    """
    if imported.refused:
        raise ValueError("an import with refused lines is not installed")
    if not imported.changes:
        return None
    entries = [change.entry for change in imported.changes]
    text = toml_of(entries, sources=imported.sources, header=_header(name, by=by, at=at, digest=digest))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{_next(folder):04d}-{_slug(name)}.toml"
    read_text(text, file=path.name)
    unfinished = path.with_suffix(".new")
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    return path


def _header(name: str, *, by: str, at: datetime, digest: str) -> Sequence[str]:
    return (
        f"Imported from {_one_line(name)}",
        f"sha256 {digest}",
        f"by {_one_line(by)}, {at.isoformat(timespec='seconds')}",
        "These entries replace those of the built-in catalogue by their code; deleting this file undoes the import.",
    )


def _next(folder: Path) -> int:
    taken = [int(found[1]) for path in folder.iterdir() if (found := _NUMBER.fullmatch(path.name))]
    return max(taken, default=0) + 1


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", Path(name).stem.lower()).strip("-")[:40] or "liste"


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
