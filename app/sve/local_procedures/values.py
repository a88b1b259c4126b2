"""Editions of an administration's procedures, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.sve.catalogue import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What an administration published of a procedure on a day; a correction is another edition.

    `entry` is as `app.sve.catalogue.local.stored` writes it. Once withdrawn, it still holds for what was received before
    `withdrawn_from`; without that day it never held.
    """

    id: UUID
    code: str
    edition: int
    entry: Mapping[str, Any]
    note: str
    published_at: datetime
    published_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_from: date | None
    withdrawn_reason: str | None

    @property
    def stands(self) -> bool:
        return self.withdrawn_at is None

    def holds(self, on: date) -> bool:
        """Says whether it is looked at for a request received on a day."""
        return self.stands or (self.withdrawn_from is not None and on < self.withdrawn_from)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that would change."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Published:
    """An edition published, or shown before it is: what changes, and how many open saisines carry its code.

    Those keep what they were qualified with.
    """

    entry: Entry
    edition: int
    differences: Sequence[Difference]
    open_saisines: int
    dry_run: bool


@dataclass(frozen=True, slots=True)
class InFull:
    """A procedure as it holds today, the national entry it replaces, and every edition with its entry.

    `withdrawn`: nothing of this code holds today; `entry` is then the last that did.
    """

    entry: Entry
    national: Entry | None
    editions: Sequence[tuple[Edition, Entry]]
    withdrawn: bool
