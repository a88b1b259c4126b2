"""An answer of a form as the value of a field: what does not fit is refused, never turned into something else. Pure."""

import re
from collections.abc import Sequence
from decimal import Decimal

from app.forms.field_mapping import offered
from app.forms.writing import TICKED
from app.tickets.field_values import CustomField, FieldKind, Shown
from app.tickets.field_writing import kept, refused

_BOXES = {TICKED: True, "non": False}
_SPACES = str.maketrans("", "", " \u00a0\u202f")
_NUMBER = re.compile(r"-?[0-9]{1,16}([.,][0-9]{1,12})?")


def kept_of(field: CustomField, answer: object, *, at: str) -> Sequence[str]:
    """Returns the texts to keep of an answer, none where it says nothing.

    Raises `Invalid` for what the field does not take, whatever was sent.
    """
    if answer is None or answer == [] or (isinstance(answer, str) and not answer.strip()):
        return ()
    try:
        given = _given(field, answer)
    except ValueError:
        raise refused(field, at=at) from None
    return kept(field, given, at=at)


def _given(field: CustomField, answer: object) -> Shown:
    if field.kind is FieldKind.CHOICES:
        return [_choice(field, one) for one in (answer if isinstance(answer, list) else [answer])]
    if not isinstance(answer, str | bool | int | float):
        raise ValueError  # noqa: TRY004 — one refusal for all that a field does not take
    match field.kind:
        case FieldKind.YES_NO:
            return _BOXES.get(answer.strip().lower(), answer) if isinstance(answer, str) else answer
        case FieldKind.NUMBER:
            return _number(answer) if isinstance(answer, str) else answer
        case FieldKind.CHOICE:
            return _choice(field, answer)
        case _:
            return str(answer)


def _choice(field: CustomField, answer: object) -> str:
    """The key of a choice somebody named by its label, or by its key as a program would."""
    if not isinstance(answer, str):
        raise ValueError  # noqa: TRY004 — the same
    return offered(field).get(answer.strip(), answer.strip())


def _number(written: str) -> int | float:
    plain = written.translate(_SPACES)
    if not _NUMBER.fullmatch(plain):
        raise ValueError
    number = Decimal(plain.replace(",", "."))
    return int(number) if number == number.to_integral_value() else float(number)
