"""What happens to an administration's procedures, as facts: codes and editions, no words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from app.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedurePublished(Fact):
    """An edition was published; `override` says that it speaks over a national procedure."""

    type: ClassVar[str] = "sve.procedure.published"
    code: str
    edition: int
    override: bool

    def payload(self) -> Mapping[str, object]:
        return {"code": self.code, "edition": self.edition, "override": self.override}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureWithdrawn(Fact):
    """A procedure was withdrawn, with all the editions that stood."""

    type: ClassVar[str] = "sve.procedure.withdrawn"
    code: str
    edition: int

    def payload(self) -> Mapping[str, object]:
        return {"code": self.code, "edition": self.edition}
