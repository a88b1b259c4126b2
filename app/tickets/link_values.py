"""Links between requests as values, and how each side says them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.errors import Conflict
from app.rest.languages import Said

MOST = 100  # on one request: more is a tag


class LinkKind(StrEnum):
    """What a request has to do with another, said from its own side."""

    RELATED = "related"
    DUPLICATE_OF = "duplicate_of"
    FOLLOWS = "follows"


class Relation(StrEnum):
    """A link as the request one reads says it."""

    RELATED = "related"
    DUPLICATE_OF = "duplicate_of"
    DUPLICATED_BY = "duplicated_by"
    FOLLOWS = "follows"
    FOLLOWED_BY = "followed_by"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """`source_id` is related to, duplicates or follows `target_id`; `actor` is who said so."""

    id: UUID
    kind: LinkKind
    source_id: UUID
    target_id: UUID
    actor: str
    at: datetime

    def other(self, ticket_id: UUID) -> UUID:
        return self.target_id if ticket_id == self.source_id else self.source_id

    def relation(self, ticket_id: UUID) -> Relation:
        """Says it from one of its two sides."""
        outward = ticket_id == self.source_id
        match self.kind:
            case LinkKind.RELATED:
                return Relation.RELATED
            case LinkKind.DUPLICATE_OF:
                return Relation.DUPLICATE_OF if outward else Relation.DUPLICATED_BY
            case LinkKind.FOLLOWS:
                return Relation.FOLLOWS if outward else Relation.FOLLOWED_BY


def ends(kind: LinkKind, source_id: UUID, target_id: UUID) -> tuple[UUID, UUID]:
    """Returns how a link is kept: what is related is so both ways, hence in one order."""
    if kind is LinkKind.RELATED and target_id < source_id:
        return target_id, source_id
    return source_id, target_id


def refuse(kind: LinkKind, source_id: UUID, target_id: UUID, known: Sequence[Link]) -> None:
    """Refuses a link said before, and one that its contrary says already. `known`: those of both requests.

    Raises `AlreadyLinked` and `TooManyLinks`.
    """
    pair = {source_id, target_id}
    if any(link.kind is kind and {link.source_id, link.target_id} == pair for link in known):
        raise AlreadyLinked(AlreadyLinked.advice)
    for ticket_id in pair:
        if sum(ticket_id in {link.source_id, link.target_id} for link in known) >= MOST:
            raise TooManyLinks(TooManyLinks.advice)


class AlreadyLinked(Conflict):
    """These two are linked that way, one way or the other."""

    code = "already-linked"
    title_fr = "Ces demandes sont déjà liées ainsi"
    title_en = "These tickets are already linked this way"
    advice = Said(
        "relisez les liens ; pour dire l’inverse, retirez d’abord celui-là",
        en="read the links; to say the contrary, remove that one first",
    )


class TooManyLinks(Conflict):
    """So many links say nothing of any."""

    code = "too-many-links"
    title_fr = "Une demande a trop de liens"
    title_en = "A ticket has too many links"
    advice = Said(
        f"{MOST} au plus par demande : une étiquette réunit davantage",
        en=f"{MOST} at most a ticket: a tag gathers more",
    )
