"""The catalogue of this installation, read again when its folder changes: nobody restarts anything."""

from datetime import datetime, timedelta
from pathlib import Path

import structlog

from app.clock import Clock
from app.sve.catalogue import Catalogue, CatalogueError, load

LOOKED_AT_EVERY = timedelta(seconds=5)
log = structlog.get_logger()
Stamp = tuple[tuple[str, int, int], ...]


class Shelf:
    """Holds the built-in catalogue with the installation's files over it. Raises `CatalogueError` when first read.

    A file that turns out unreadable later changes nothing: what was understood last stands, and the log says so.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder, clock
        self._stamp = self._looked()
        self._looked_at: datetime = clock()
        self._catalogue = load(folder)

    @property
    def catalogue(self) -> Catalogue:
        now = self._clock()
        if now - self._looked_at >= LOOKED_AT_EVERY:
            self._looked_at = now
            if (stamp := self._looked()) != self._stamp:
                self._stamp = stamp
                self._read_again()
        return self._catalogue

    def _read_again(self) -> None:
        try:
            self._catalogue = load(self._folder)
        except CatalogueError as error:
            log.error("catalogue.unreadable", where=error.faults[0].where, code=error.faults[0].code)  # noqa: TRY400 — data, not a defect

    def _looked(self) -> Stamp:
        try:
            found = [(path.name, path.stat()) for path in self._folder.glob("*.toml")]
        except OSError:
            return ()
        return tuple(sorted((name, told.st_mtime_ns, told.st_size) for name, told in found))
