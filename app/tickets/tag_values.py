"""Tags as values: a name, a colour of the theme, whether they may still be put; and what is refused about them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.errors import Conflict
from app.rest.languages import Said

MOST_LIVING = 500  # a list people can look through
MOST_ON_TICKET = 20


class Color(StrEnum):
    """Tokens of the theme, whose contrast is the screens' business; never a colour written by hand."""

    GREY = "grey"
    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    TEAL = "teal"
    BLUE = "blue"
    PURPLE = "purple"
    PINK = "pink"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One tag of an administration's list."""

    id: UUID
    name: str
    color: Color
    archived_at: datetime | None
    created_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class TagMark:
    """A tag as a request shows it."""

    id: UUID
    name: str
    color: Color


class TagTaken(Conflict):
    """Another tag has that name."""

    code = "tag-exists"
    title_fr = "Une étiquette porte déjà ce nom"
    title_en = "A tag already has this name"
    advice = Said(
        "choisissez un autre nom, ou rouvrez celle qui est rangée", en="choose another name, or reopen the archived one"
    )


class TagArchived(Conflict):
    """It stays where it is and goes nowhere else."""

    code = "tag-archived"
    title_fr = "Cette étiquette est rangée"
    title_en = "This tag is archived"
    advice = Said("rouvrez-la, ou prenez-en une autre", en="reopen it, or take another")


class TooManyTags(Conflict):
    """A list nobody can read files nothing."""

    code = "too-many-tags"
    title_fr = "Il y a trop d’étiquettes"
    title_en = "There are too many tags"
    advice = Said(
        f"{MOST_ON_TICKET} au plus sur une demande, {MOST_LIVING} au plus dans la liste : retirez-en, ou rangez-en",
        en=f"{MOST_ON_TICKET} at most on a ticket, {MOST_LIVING} in the list: take some off, or archive some",
    )
