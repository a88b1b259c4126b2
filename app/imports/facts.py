"""What happens to imports, for the event stream and the journal: counts alone, one fact a batch, never one a message."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from app.facts import Fact
from app.ids import Prefix, public_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAsked(Fact):
    """Somebody declared an export of another tool, to be examined."""

    type: ClassVar[str] = "import.asked"
    source: str

    def payload(self) -> Mapping[str, object]:
        return {"import_id": public_id(Prefix.IMPORT, self.subject_id), "source": self.source}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportStarted(ImportAsked):
    """Somebody decided to take an examined export over; `digest` names the file."""

    type: ClassVar[str] = "import.started"
    digest: str

    def payload(self) -> Mapping[str, object]:
        return {"import_id": public_id(Prefix.IMPORT, self.subject_id), "source": self.source, "digest": self.digest}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProgressed(Fact):
    """A batch was placed, as history: no clock but those of what was left open, no letter, no notice."""

    type: ClassVar[str] = "import.progressed"
    position: int
    tickets: int
    messages: int
    saisines: int
    known: int
    refused: int

    def payload(self) -> Mapping[str, object]:
        counts = ("position", "tickets", "messages", "saisines", "known", "refused")
        return {
            "import_id": public_id(Prefix.IMPORT, self.subject_id),
            **{name: getattr(self, name) for name in counts},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportEnded(ImportProgressed):
    """An import was placed whole; the counts are its own."""

    type: ClassVar[str] = "import.ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCancelled(ImportProgressed):
    """Somebody stopped an import; what it had placed stands."""

    type: ClassVar[str] = "import.cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportUndone(Fact):
    """What an import had brought was taken back, whole."""

    type: ClassVar[str] = "import.undone"
    tickets: int
    people: int

    def payload(self) -> Mapping[str, object]:
        return {
            "import_id": public_id(Prefix.IMPORT, self.subject_id),
            "tickets": self.tickets,
            "people": self.people,
        }
