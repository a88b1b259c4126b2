"""What happens to the keeping of requests, as facts: codes, counts and days."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from app.facts import Fact
from app.ids import Prefix, public_id


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionDecided(Fact):
    """Somebody decided how long the requests of a category are kept, and what becomes of them."""

    type: ClassVar[str] = "retention.decided"
    category: str
    active_months: int
    archive_months: int
    fate: str

    def payload(self) -> Mapping[str, object]:
        return {
            "category": self.category,
            "active_months": self.active_months,
            "archive_months": self.archive_months,
            "fate": self.fate,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestsArchived(Fact):
    """Requests passed into the intermediate archive: from now on those see them who may read archives."""

    type: ClassVar[str] = "retention.archived"
    count: int

    def payload(self) -> Mapping[str, object]:
        return {"count": self.count}


@dataclass(frozen=True, slots=True, kw_only=True)
class EliminationListChanged(Fact):
    """An elimination list was proposed."""

    type: ClassVar[str] = "elimination_list.proposed"
    reference: str
    listed: int

    def payload(self) -> Mapping[str, object]:
        return {
            "list_id": public_id(Prefix.ELIMINATION_LIST, self.subject_id),
            "reference": self.reference,
            "listed": self.listed,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class EliminationListSubmitted(EliminationListChanged):
    """An elimination list was frozen, for the archives to approve."""

    type: ClassVar[str] = "elimination_list.submitted"


@dataclass(frozen=True, slots=True, kw_only=True)
class EliminationListApproved(EliminationListChanged):
    """The visa of the archives was entered for an elimination list."""

    type: ClassVar[str] = "elimination_list.approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class EliminationListWithdrawn(EliminationListChanged):
    """An elimination list was given up: its requests are kept, and asked about again in a year."""

    type: ClassVar[str] = "elimination_list.withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class EliminationListStarted(EliminationListChanged):
    """Somebody had an approved list carried out."""

    type: ClassVar[str] = "elimination_list.started"


@dataclass(frozen=True, slots=True, kw_only=True)
class EliminationListDone(EliminationListChanged):
    """An elimination list was carried out."""

    type: ClassVar[str] = "elimination_list.done"
    erased: int
    kept: int

    def payload(self) -> Mapping[str, object]:
        return {
            "list_id": public_id(Prefix.ELIMINATION_LIST, self.subject_id),
            "reference": self.reference,
            "listed": self.listed,
            "erased": self.erased,
            "kept": self.kept,
        }
