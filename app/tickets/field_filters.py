"""What a list asks of fields, as its address writes it: `quartier:centre|nord||surface:10..20`.

Several fields hold at once; of one field, any of its values. A range has its bounds in it, and one of them may be absent.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

BETWEEN_FIELDS, BETWEEN_VALUES, BETWEEN_BOUNDS = "||", "|", ".."
MOST_FIELDS, MOST_VALUES = 10, 20
_NUMBER = r"-?[0-9]{1,16}(?:\.[0-9]{1,6})?"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_RANGES = tuple(re.compile(rf"({bound})?\.\.({bound})?", re.ASCII) for bound in (_NUMBER, _DAY))


@dataclass(frozen=True, slots=True)
class Numbers:
    """From a number to another, both included; an absent one is no bound."""

    first: Decimal | None
    last: Decimal | None


@dataclass(frozen=True, slots=True)
class Days:
    """From a day to another, both included; an absent one is no bound."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Looked:
    """What one field is looked for: any of some values, or within any of some ranges."""

    key: str
    values: Sequence[str]
    ranges: Sequence[Numbers | Days] = ()


def looked_for(written: str) -> Sequence[Looked]:
    """Reads what is asked of fields. Raises `ValueError` for what is not written so, or a range that ends before it begins."""
    asked = written.split(BETWEEN_FIELDS)
    if len(asked) > MOST_FIELDS:
        raise ValueError(written)
    return [_of_one(one) for one in asked]


def _of_one(written: str) -> Looked:
    key, colon, wanted = written.partition(":")
    values = [one for part in wanted.split(BETWEEN_VALUES) if (one := part.strip())]
    if not colon or not key.strip() or not 1 <= len(values) <= MOST_VALUES:
        raise ValueError(written)
    ranges = tuple(found for one in values if (found := _range(one)) is not None)
    return Looked(key.strip(), values, ranges)


def _range(value: str) -> Numbers | Days | None:
    numbers, days = (one.fullmatch(value) for one in _RANGES)
    if value == BETWEEN_BOUNDS:
        return None
    if numbers:
        least, most = (Decimal(one) if one else None for one in numbers.groups())
        if least is not None and most is not None and most < least:
            raise ValueError(value)
        return Numbers(least, most)
    if days:
        first, last = (date.fromisoformat(one) if one else None for one in days.groups())
        if first is not None and last is not None and last < first:
            raise ValueError(value)
        return Days(first, last)
    return None
