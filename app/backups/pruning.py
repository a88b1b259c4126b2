"""Making room among backups: what the rule does not keep goes, oldest first, once one that stays was read through."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pyrage.x25519 import Identity

from app.backups.envelope import Readable
from app.backups.refusals import BackupRefused, WrongBackupKey
from app.backups.rotation import Keeping, Verdict, dated, judged
from app.backups.verifying import Told, verify
from app.errors import Conflict, Misconfigured, Unavailable


class Shelf(Protocol):
    """A place where backups lie."""

    def names(self) -> Sequence[str]:
        """Names what lies there."""

    def file(self, name: str) -> Readable:
        """Returns one of them."""

    def remove(self, name: str) -> None:
        """Removes one of them; what is not there is removed already."""


class FolderShelf:
    """The backups of a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __str__(self) -> str:
        """The folder."""
        return str(self._folder)

    def names(self) -> Sequence[str]:
        """Names the files of the folder itself. Raises `Misconfigured`."""
        try:
            return [one.name for one in self._folder.iterdir() if one.is_file()]
        except OSError as error:
            raise Misconfigured(
                f"{self._folder} cannot be listed ({error.strerror}): give a folder of backups"
            ) from error

    def file(self, name: str) -> Path:
        return self._folder / name

    def remove(self, name: str) -> None:
        try:
            self.file(name).unlink(missing_ok=True)
        except OSError as error:
            raise Unavailable(f"{self.file(name)} could not be removed ({error.strerror})") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What became of each backup of a place, newest first. `verified` is the one that was read through."""

    verdicts: Sequence[Verdict]
    verified: str | None


def prune(
    shelf: Shelf,
    keeping: Keeping,
    *,
    identities: Sequence[Identity] | None,
    dry: bool,
    told: Told = lambda _what, _count: None,
) -> Pruned:
    """Removes what `keeping` does not keep; a `dry` one only says so.

    With `identities` the newest backup that decrypts whole is looked for first, and stays: those above it, that do not,
    stay in doubt and replace none. Raises `Conflict`, and removes nothing, when none is sound.
    """
    names, doubtful = shelf.names(), dict[str, str]()
    verified: str | None = None
    for _, name in dated(names) if identities is not None else ():
        try:
            verify(shelf.file(name), identities or (), told=lambda what, count: told(f"{what} checked", count))
        except WrongBackupKey:
            doubtful[name] = "other-key"
        except BackupRefused:
            doubtful[name] = "damaged"
        else:
            verified = name
            break
    if doubtful and verified is None:
        raise Conflict(
            f"none of the {len(doubtful)} backups of {shelf} is sound and opened by this key: nothing was removed; make one "
            "now, and look at these"
        )
    verdicts = judged(names, keeping, doubtful=doubtful)
    if not dry:
        for verdict in reversed(verdicts):
            if not verdict.stays:
                shelf.remove(verdict.name)
    return Pruned(verdicts=verdicts, verified=verified)
