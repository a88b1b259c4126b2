"""What a cell of a file may hold, and what a request holds of a field of the administration as a cell."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from app.sensitive import masked
from app.tickets.field_values import CustomField, FieldKind
from app.tickets.view_values import OF_FIELD

# Nothing, words, a number, a civil day, an instant in the administration's own time.
Cell: TypeAlias = str | int | Decimal | date | datetime | None


class Naming(StrEnum):
    """How columns and closed sets are named: for people, or for programs."""

    LABELS = "labels"
    IDS = "ids"


def field_heading(field: CustomField, *, naming: Naming) -> str:
    return f"{OF_FIELD}{field.key}" if naming is Naming.IDS else field.label


def field_cell(field: CustomField, kept: Sequence[str], *, naming: Naming) -> Cell:
    """Writes a day and a number as themselves, a choice by its label for people, everything else as text; nothing as nothing."""
    if not kept:
        return None
    match field.kind:
        case FieldKind.DATE:
            return date.fromisoformat(kept[0])
        case FieldKind.NUMBER:
            number = Decimal(kept[0])
            return int(number) if number == number.to_integral_value() else number
        case FieldKind.YES_NO if naming is Naming.LABELS:
            return "oui" if kept[0] == "true" else "non"
        case FieldKind.CHOICE | FieldKind.CHOICES if naming is Naming.LABELS:
            labels = {one.key: one.label for one in field.choices}
            return ", ".join(labels.get(one, one) for one in kept)
        case _:
            return masked(", ".join(kept))
