"""An act over many requests, as values: what is done, how far it is, what became of each request, what is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.errors import Conflict
from app.rest.languages import Said
from app.tickets.values import Status

MOST = 1000  # requests of one act
UNDO_FOR = timedelta(seconds=30)
SILENT_FOR = timedelta(minutes=2)  # whoever carried it out is gone
KEPT_FOR = timedelta(days=30)


class ActKind(StrEnum):
    """What is done to each request; a closed set."""

    ASSIGN = "assign"
    TEAM = "team"
    TAG = "tag"
    UNTAG = "untag"
    STATUS = "status"
    NOTE = "note"
    QUALIFY = "qualify"
    SNOOZE = "snooze"


# A note stays in the thread, and a qualification in the life of its saisine: neither is taken back.
LASTING = frozenset({ActKind.NOTE, ActKind.QUALIFY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act; of the rest only what its kind asks for has a value."""

    kind: ActKind
    assignee_id: UUID | None = None
    team_id: UUID | None = None
    tag_id: UUID | None = None
    status: Status | None = None
    until_at: datetime | None = None
    text: str | None = None
    procedure: str | None = None
    reason: str | None = None


class BulkState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


AT_WORK = frozenset({BulkState.RUNNING, BulkState.UNDOING})


class Outcome(StrEnum):
    """What became of one request, or would."""

    WAITING = "waiting"
    CHANGED = "changed"
    UNCHANGED = "unchanged"  # it stood so already
    REFUSED = "refused"
    LEFT = "left"  # the act was taken back before its turn
    UNDONE = "undone"
    KEPT = "kept"  # not taken back: somebody changed it since


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one request says to an act; a refusal has the code and the words of the error it would be alone."""

    outcome: Outcome
    code: str | None = None
    detail: str | None = None
    before: Mapping[str, Any] | None = None  # how to put it back
    after: Mapping[str, Any] | None = None  # as the act left it


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """An act over requests. `holder` is whoever asked: it is theirs to see and to take back."""

    tenant_id: UUID
    id: UUID
    holder: str
    holder_name: str
    act: Act
    state: BulkState
    total: int
    unseen: int
    changed: int
    unchanged: int
    refused: int
    undone: int
    kept: int
    begun_at: datetime
    beat_at: datetime
    ended_at: datetime | None

    @property
    def done(self) -> int:
        """How many requests have had their turn."""
        return self.changed + self.unchanged + self.refused

    def undo_until(self) -> datetime | None:
        """Until when it may be taken back; None for what never may, or has been."""
        if self.act.kind in LASTING or self.state is not BulkState.DONE or self.ended_at is None:
            return None
        return self.ended_at + UNDO_FOR

    def may_be_undone(self, at: datetime) -> bool:
        """Whether it may be taken back now: while it runs, and thirty seconds more."""
        until = self.undo_until()
        running = self.state is BulkState.RUNNING and self.act.kind not in LASTING
        return running or (until is not None and at <= until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One request of an act, and what became of it."""

    id: UUID
    ticket_id: UUID
    reference: str
    outcome: Outcome
    code: str | None
    detail: str | None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


class TooManyInBulk(Conflict):
    """More requests than one act takes."""

    code = "too-many-in-bulk"
    title_fr = "Trop de demandes pour un seul acte"
    title_en = "Too many tickets for one act"
    advice = Said(
        f"un acte porte sur {MOST} demandes au plus : resserrez les filtres, ou faites-le en plusieurs fois",
        en=f"one act takes {MOST} tickets at most: narrow the filters, or do it several times",
    )


class NothingToUndo(Conflict):
    """A note or a qualification stays; what was taken back is."""

    code = "nothing-to-undo"
    title_fr = "Cet acte ne se reprend pas"
    title_en = "This act cannot be taken back"
    advice = Said(
        "une note et une qualification restent au dossier, et un acte se reprend une fois : corrigez les demandes une à une",
        en="a note and a qualification stay on record, and an act is taken back once: mend the tickets one by one",
    )


class TooLateToUndo(Conflict):
    """Thirty seconds have passed."""

    code = "too-late-to-undo"
    title_fr = "Il est trop tard pour reprendre cet acte"
    title_en = "It is too late to take this act back"
    advice = Said(
        f"un acte se reprend pendant {UNDO_FOR.seconds} secondes : faites l'acte contraire",
        en=f"an act is taken back within {UNDO_FOR.seconds} seconds: do the opposite act",
    )


class NothingToQualify(Conflict):
    """None of its saisines waits to be qualified, or several do."""

    code = "nothing-to-qualify"
    title_fr = "Aucune saisine seule n'y attend d'être qualifiée"
    title_en = "No single saisine waits to be qualified there"
    advice = Said(
        "un acte groupé qualifie la seule saisine que personne n'a qualifiée : ouvrez la demande et qualifiez les siennes",
        en="an act over many tickets qualifies the one saisine nobody has qualified: open the ticket and qualify its own",
    )
