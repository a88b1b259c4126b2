"""Saved views as values: whose they are, who may touch them, what they show; and what is refused about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.errors import Conflict
from app.rest.languages import Said
from app.tickets.owning import Owned, Owner, Viewer

MOST_VIEWS = 50  # of one person, of one team, of the administration: a rail people can look through


class Sort(StrEnum):
    """`-last_activity_at`: ce qui vient de bouger ; `term_on`: ce que le silence déciderait d'abord, seul listé."""

    ACTIVITY = "-last_activity_at"
    TERM = "term_on"


class Column(StrEnum):
    """What a list of requests can show of each."""

    RISK = "risk"
    TERM = "term_on"
    REFERENCE = "reference"
    CONTACT = "contact"
    SUBJECT = "subject"
    CHANNEL = "channel"
    PROCEDURE = "procedure"
    STATUS = "status"
    TEAM = "team"
    ASSIGNEE = "assignee"
    TAGS = "tags"
    RECEIVED = "received_at"
    ACTIVITY = "last_activity_at"
    PRESENCE = "presence"


# A column of a field of the administration, by its key: what `custom_fields` of a request holds under it.
OF_FIELD = "custom_field:"
FIELD_COLUMN = rf"^{OF_FIELD}[a-z][a-z0-9_]{{0,39}}$"
MOST_COLUMNS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One saved view; `filter` is the query of the list, as it was asked."""

    id: UUID
    name: str
    owner: Owner
    holder: str | None
    team_id: UUID | None
    filter: Mapping[str, Any]
    columns: Sequence[str]
    sort: Sort
    rank: int
    created_at: datetime
    version: int

    def seen_by(self, viewer: Viewer) -> bool:
        """Says whether somebody sees it."""
        return Owned(owner=self.owner, holder=self.holder, team_id=self.team_id).seen_by(viewer)


class TooManyViews(Conflict):
    """A rail nobody can read leads nowhere."""

    code = "too-many-views"
    title_fr = "Il y a trop de vues"
    title_en = "There are too many views"
    advice = Said(
        f"{MOST_VIEWS} au plus par personne, par équipe et pour l'administration : retirez-en une",
        en=f"{MOST_VIEWS} at most for a person, for a team and for the administration: remove one",
    )
