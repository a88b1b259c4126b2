"""Filters written as words separated by commas: `?status=new,open`."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

from app.errors import Flaw, Invalid
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
