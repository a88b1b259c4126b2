"""What happens to acts over many requests, as facts: counts and codes. What each request goes through is told of it alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from app.bulk.values import ActKind, BulkState
from app.facts import Fact
from app.ids import Prefix, public_id


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkMoved(Fact):
    """An act over many tickets went on: so many have had their turn."""

    type: ClassVar[str] = "bulk.moved"
    kind: ActKind
    state: BulkState
    total: int
    done: int
    changed: int
    refused: int
    undone: int

    def payload(self) -> Mapping[str, object]:
        return {
            "bulk_id": public_id(Prefix.BULK, self.subject_id),
            "kind": self.kind.value,
            "state": self.state.value,
            "total": self.total,
            "done": self.done,
            "changed": self.changed,
            "refused": self.refused,
            "undone": self.undone,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkStarted(BulkMoved):
    """Somebody asked for an act over many tickets, or for it to be taken back."""

    type: ClassVar[str] = "bulk.started"


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkEnded(BulkMoved):
    """An act over many tickets is over, or has been taken back."""

    type: ClassVar[str] = "bulk.ended"
