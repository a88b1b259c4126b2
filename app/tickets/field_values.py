"""Fields of an administration as values: their kinds, how they are kept and shown; and what is refused about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

from app.errors import Conflict
from app.rest.languages import Said

MOST_LIVING = 50  # a form people can fill
MOST_FIELDS = 500  # archived ones included
MOST_CHOICES = 200
Shown: TypeAlias = str | bool | int | float | list[str]


class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"


CHOSEN = frozenset({FieldKind.CHOICE, FieldKind.CHOICES})


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values a field offers; an archived one stays where it was chosen and is chosen no more."""

    key: str
    label: str
    label_en: str | None = None
    archived: bool = False

    def stored(self) -> dict[str, Any]:
        return {"key": self.key, "label": self.label, "label_en": self.label_en, "archived": self.archived}


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField:
    """One field of an administration; `procedures` are the codes of those it is asked for, empty for every request."""

    id: UUID
    key: str
    kind: FieldKind
    label: str
    label_en: str | None
    help: str
    required_to_close: bool
    choices: Sequence[Choice]
    procedures: Sequence[str]
    rank: int
    archived_at: datetime | None
    created_at: datetime
    version: int

    def asked_of(self, procedures: Sequence[str]) -> bool:
        """Says whether it is asked of a request for these procedures."""
        return not self.procedures or any(code in self.procedures for code in procedures)


@dataclass(frozen=True, slots=True)
class FieldMark:
    """A field as a request shows it: what is kept of it, in order."""

    key: str
    kind: FieldKind
    kept: Sequence[str]

    @property
    def shown(self) -> Shown:
        """The value as the API writes it."""
        first = self.kept[0]
        match self.kind:
            case FieldKind.YES_NO:
                return first == "true"
            case FieldKind.NUMBER:
                number = Decimal(first)
                return int(number) if number == number.to_integral_value() else float(number)
            case FieldKind.CHOICES:
                return list(self.kept)
            case _:
                return first


def marks_of(rows: Sequence[Sequence[str]]) -> tuple[FieldMark, ...]:
    """Gathers rows of (key, kind, value), those of one field side by side."""
    found: dict[tuple[str, str], list[str]] = {}
    for key, kind, value in rows:
        found.setdefault((key, kind), []).append(value)
    return tuple(FieldMark(key, FieldKind(kind), tuple(kept)) for (key, kind), kept in found.items())


def choices_of(stored: Sequence[Mapping[str, Any]]) -> tuple[Choice, ...]:
    return tuple(Choice(one["key"], one["label"], one["label_en"], one["archived"]) for one in stored)


class FieldTaken(Conflict):
    """Another field has that key."""

    code = "field-exists"
    title_fr = "Un champ porte déjà cette clé"
    title_en = "A field already has this key"
    advice = Said(
        "choisissez une autre clé, ou rouvrez celui qui est rangé", en="choose another key, or reopen the archived one"
    )


class TooManyFields(Conflict):
    """A form nobody can fill says nothing."""

    code = "too-many-fields"
    title_fr = "Il y a trop de champs"
    title_en = "There are too many fields"
    advice = Said(
        f"{MOST_LIVING} au plus servent en même temps, {MOST_FIELDS} avec ceux qui sont rangés : rangez-en",
        en=f"{MOST_LIVING} at most serve at the same time, {MOST_FIELDS} with the archived ones: archive some",
    )


class FieldsMissing(Conflict):
    """The administration wants some fields filled before a request is closed."""

    code = "fields-missing"
    title_fr = "Des champs sont à remplir avant de clore"
    title_en = "Some fields must be filled before closing"
