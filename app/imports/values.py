"""An import as a value: where it stands, what it found, what it placed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.imports.shapes import SourceKind


class ImportState(StrEnum):
    EXPECTED = "expected"  # declared; its file is awaited
    RECEIVED = "received"  # its file is here, and will be examined
    EXAMINED = "examined"  # nothing is written yet: a person reads the report and decides
    RUNNING = "running"
    INTERRUPTED = "interrupted"  # the database failed under it, or whoever carried it died: it goes on where it was
    DONE = "done"
    CANCELLED = "cancelled"  # what was placed before stands, and may be taken back
    FAILED = "failed"  # the file could not be read
    UNDOING = "undoing"
    UNDONE = "undone"


STATE_NAMES: Mapping[ImportState, str] = {
    ImportState.EXPECTED: "fichier attendu",
    ImportState.RECEIVED: "examen en cours",
    ImportState.EXAMINED: "à décider",
    ImportState.RUNNING: "reprise en cours",
    ImportState.INTERRUPTED: "interrompue, peut reprendre",
    ImportState.DONE: "reprise faite",
    ImportState.CANCELLED: "arrêtée",
    ImportState.FAILED: "illisible",
    ImportState.UNDOING: "retrait en cours",
    ImportState.UNDONE: "retirée",
}
# What a worker has something to do for.
AT_WORK = (ImportState.RECEIVED, ImportState.RUNNING, ImportState.INTERRUPTED, ImportState.UNDOING)
# A batch lasts seconds; its largest pieces, minutes. Who has said nothing for so long carries nothing any more.
SILENT_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One export of another tool. `position` counts its conversations whose batch is committed.

    `file_size` is None for what an operator's command reads where it stands: no worker takes that up. `worked_at` is when
    its last batch was written.
    """

    id: UUID
    source: SourceKind
    origin: str
    channel_id: UUID
    state: ImportState
    actor: str
    requested_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    file_digest: str | None
    file_size: int | None
    report: Mapping[str, Any] | None
    problem: str | None
    position: int
    tickets: int
    messages: int
    pieces: int
    saisines: int
    known: int
    refused: int
    version: int
    worked_at: datetime | None = None

    def seen(self, *, now: datetime) -> "Import":
        """Returns it as it stands at an instant: one that nobody has carried on for long is interrupted, not running."""
        last = self.worked_at or self.started_at
        if self.state is ImportState.RUNNING and last is not None and now - last > SILENT_FOR:
            return replace(self, state=ImportState.INTERRUPTED)
        return self

    @property
    def total(self) -> int | None:
        """How many conversations its examination counted."""
        counted = (self.report or {}).get("conversations")
        return counted if isinstance(counted, int) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One thing that was not taken."""

    id: UUID
    place: int
    external_id: str | None
    code: str
    detail: str


@dataclass(slots=True, kw_only=True)
class Tally:
    """What one batch did."""

    tickets: int = 0
    messages: int = 0
    pieces: int = 0
    saisines: int = 0
    known: int = 0
    refused: int = 0

    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.__slots__}
