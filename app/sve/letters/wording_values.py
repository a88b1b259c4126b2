"""The administration's words on a kind of letter, as a value."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.sve.letters.values import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One edition; edition 0 is no writing at all: the product's words alone. `created_by` is an actor's label."""

    id: UUID | None
    kind: Kind
    edition: int
    opening: str
    closing: str
    created_at: datetime | None
    created_by: str | None

    @classmethod
    def none(cls, kind: Kind) -> "Wording":
        return cls(id=None, kind=kind, edition=0, opening="", closing="", created_at=None, created_by=None)
