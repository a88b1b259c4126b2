"""What lies in a watched folder: letters and their cards, told apart from what is still being written. Blocking.

A rename is the claim: whoever moved the scan holds it, on NFS and SMB too. Nothing is deleted: what was taken ends in
`done`, what cannot be a letter in `error`, beside a file that says why.
"""

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.exchanges.desk_pieces import SCANS
from app.files.sniff import sniff

CLAIMED, DONE, ERROR = "claimed", "done", "error"
_CARDS = frozenset({".json", ".xml", ".csv"})
_UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", "~")


@dataclass(frozen=True, slots=True)
class Found:
    """A scan, where it lies, and its card if there is one."""

    scan: Path
    card: Path | None


@dataclass(frozen=True, slots=True)
class Mark:
    """By what a file is seen to have stopped changing."""

    size: int
    mtime_ns: int


def prepare(folder: Path) -> None:
    """Makes the folder and those it needs; raises `OSError` when it cannot."""
    for name in (CLAIMED, DONE, ERROR):
        (folder / name).mkdir(parents=True, exist_ok=True)


def look(folder: Path) -> Mapping[Path, Mark]:
    """Returns the files that lie there and are not being written, with their marks; links are passed over."""
    found: dict[Path, Mark] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name.lower().endswith(_UNFINISHED):
                continue
            try:
                seen = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            if stat.S_ISREG(seen.st_mode):
                found[Path(entry.path)] = Mark(seen.st_size, seen.st_mtime_ns)
    return found


def paired(files: Sequence[Path]) -> tuple[list[Found], list[Path]]:
    """Pairs scans with the cards of the same name (`7.pdf`, `7.json` or `7.pdf.json`); returns the cards left alone."""
    cards = {path for path in files if path.suffix.lower() in _CARDS}
    found: list[Found] = []
    left = set(cards)
    for scan in sorted(set(files) - cards):
        card = next((one for one in sorted(cards) if one.stem in (scan.stem, scan.name)), None)
        left.discard(card) if card else None
        found.append(Found(scan, card))
    return found, sorted(left)


def claim(folder: Path, found: Found) -> Found | None:
    """Takes a letter by moving it; None when somebody else has. The card goes first: a scan claimed has its card."""
    card = _moved(found.card, folder / CLAIMED) if found.card else None
    scan = _moved(found.scan, folder / CLAIMED)
    return Found(scan, card) if scan else None


def read(found: Found, *, max_bytes: int) -> tuple[bytes, str, bytes | None] | str:
    """Returns the scan, its type and its card; or, in French, why it is no letter."""
    if found.scan.stat().st_size > max_bytes:
        return f"fichier de plus de {max_bytes // 1_000_000} Mo"
    scan = found.scan.read_bytes()
    if not scan:
        return "fichier vide"
    kind = sniff(scan).content_type
    if kind not in SCANS:
        return "ni un PDF, ni une image TIFF, JPEG ou PNG"
    return scan, kind, found.card.read_bytes() if found.card else None


def finish(folder: Path, found: Found, *, word: str) -> None:
    """Puts away what was taken; `word` keeps two files of one name apart."""
    for path in (found.card, found.scan):
        if path is not None:
            _moved(path, folder / DONE, word=word)


def reject(folder: Path, found: Found, *, why: str, word: str) -> None:
    """Puts aside what is no letter, beside the reason."""
    for path in (found.card, found.scan):
        if path is not None and (moved := _moved(path, folder / ERROR, word=word)) is not None:
            moved.with_name(f"{moved.name}.raison.txt").write_text(f"{why}\n", "utf-8")


def _moved(path: Path, folder: Path, *, word: str = "") -> Path | None:
    target = folder / path.name
    if target.exists():
        target = folder / f"{path.stem}-{word or path.stat().st_mtime_ns}{path.suffix}"
    try:
        return path.rename(target)
    except FileNotFoundError:
        return None
