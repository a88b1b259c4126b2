"""Canned replies as values: words in one or more languages, called by a shortcut; and what is refused about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.errors import Conflict
from app.rest.languages import Said
from app.tickets.canned_tables import CannedReplyRecord
from app.tickets.owning import Owned, Owner

MOST_CANNED = 300  # of one person, of one team, of the administration


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReply:
    """One ready-made answer; `texts` by language, the first the one given where none is asked."""

    id: UUID
    name: str
    shortcut: str
    texts: Mapping[str, str]
    owned: Owned
    rank: int
    created_at: datetime
    version: int


def canned_reply(row: CannedReplyRecord) -> CannedReply:
    return CannedReply(
        id=row.id,
        name=row.name,
        shortcut=row.shortcut,
        texts={str(one["language"]): str(one["text"]) for one in row.texts["all"]},
        owned=Owned(owner=Owner(row.owner), holder=row.holder, team_id=row.team_id),
        rank=row.rank,
        created_at=row.created_at,
        version=row.version,
    )


class TooManyCannedReplies(Conflict):
    """A list nobody can look through answers nobody."""

    code = "too-many-canned-replies"
    title_fr = "Il y a trop de réponses types"
    title_en = "There are too many canned replies"
    advice = Said(
        f"{MOST_CANNED} au plus par personne, par équipe et pour l'administration : retirez-en une",
        en=f"{MOST_CANNED} at most for a person, for a team and for the administration: remove one",
    )


class ShortcutTaken(Conflict):
    """A short word calls one text."""

    code = "shortcut-taken"
    title_fr = "Ce raccourci est déjà pris"
    title_en = "This shortcut is taken"
    advice = Said(
        "une autre réponse type du même propriétaire a ce raccourci : donnez-en un autre",
        en="another canned reply of the same owner has this shortcut: give another one",
    )
