"""Filters written as words separated by commas: `?status=new,open`."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from app.errors import Flaw, Invalid
from app.ids import IdError, Prefix, parse_id
from app.rest.languages import Said

W = TypeVar("W", bound=StrEnum)
_MOST = 20


def words(value: str | None) -> Sequence[str]:
    """Returns the words of a filter, none when it is absent."""
    return [word for part in (value or "").split(",")[:_MOST] if (word := part.strip())]


def among(kind: type[W], value: str | None, *, name: str) -> Sequence[str]:
    """Returns the words of a filter, all of a closed set. Raises `Invalid` naming those that are accepted."""
    known = {word.value for word in kind}
    found = words(value)
    if any(word not in known for word in found):
        listed = ", ".join(word.value for word in kind)
        told = Said(f"valeurs admises : {listed}", en=f"accepted values: {listed}")
        raise Invalid(flaws=[Flaw(f"query/{name}", "enum", told)])
    return found


def named(prefix: Prefix, value: str | None, *, name: str) -> Sequence[UUID]:
    """Returns the identifiers of a filter, all of one kind. Raises `Invalid` for what is none of them."""
    try:
        return [parse_id(prefix, word) for word in words(value)]
    except IdError:
        told = Said(f"des identifiants {prefix}_… sont attendus", en=f"identifiers {prefix}_… are expected")
        raise Invalid(flaws=[Flaw(f"query/{name}", "id", told)]) from None
