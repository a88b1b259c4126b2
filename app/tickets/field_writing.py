"""What may be written in a field, and how it is kept: one text a value. Pure.

Nothing that was typed is turned into something else: a telephone number keeps its national writing, for its country is
not ours to guess.
"""

import math
import unicodedata
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from pydantic import AnyHttpUrl, TypeAdapter, ValidationError

from app.errors import Flaw, Invalid
from app.identity.people import email_key, name_key, plain_name
from app.rest.languages import Said
from app.tickets.field_values import CHOSEN, CustomField, FieldKind, Shown

MOST_TEXT = 200
MOST_LONG_TEXT = 5_000
MOST_ADDRESS = 500
_FURTHEST = 10**15  # what a number written in JSON still holds to the unit
_DECIMALS = 6
_URL = TypeAdapter(AnyHttpUrl)
_WANTED = {
    FieldKind.TEXT: Said(
        f"une ligne de {MOST_TEXT} caractères au plus", en=f"one line of {MOST_TEXT} characters at most"
    ),
    FieldKind.LONG_TEXT: Said(
        f"un texte de {MOST_LONG_TEXT} caractères au plus", en=f"a text of {MOST_LONG_TEXT} characters at most"
    ),
    FieldKind.NUMBER: Said(f"un nombre, {_DECIMALS} décimales au plus", en=f"a number, {_DECIMALS} decimals at most"),
    FieldKind.DATE: Said("un jour qui existe, écrit AAAA-MM-JJ", en="a day that exists, written YYYY-MM-DD"),
    FieldKind.YES_NO: Said("true ou false", en="true or false"),
    FieldKind.CHOICE: Said("une des valeurs que la liste offre", en="one of the values of the list"),
    FieldKind.CHOICES: Said("des valeurs que la liste offre, sans doublon", en="values of the list, none twice"),
    FieldKind.EMAIL: Said("une adresse électronique (prenom.nom@ville.fr)", en="an e-mail address"),
    FieldKind.PHONE: Said(
        "un numéro de téléphone français, ou international avec son +",
        en="a French number, or an international one with +",
    ),
    FieldKind.URL: Said(
        f"une adresse http ou https de {MOST_ADDRESS} caractères au plus",
        en=f"an http or https address of {MOST_ADDRESS} characters at most",
    ),
}


def kept(field: CustomField, given: Shown, *, at: str, before: Collection[str] = ()) -> Sequence[str]:
    """Returns the texts to keep of a value, none when it says nothing; an archived choice that was there `before` may stay.

    Raises `Invalid` naming the field by its pointer, `at`.
    """
    try:
        return _kept(field, given, before)
    except (ValueError, Invalid):
        raise refused(field, at=at) from None


def refused(field: CustomField, *, at: str) -> Invalid:
    """Returns what a value that a field does not take is refused with."""
    told = _WANTED[field.kind]
    advice = Said(f"{field.label} : {told} est attendu", en=f"{field.label_en or field.label}: {told.en} is expected")
    return Invalid(flaws=[Flaw(at, field.kind.value, advice)])


def matched(kind: FieldKind, value: str) -> str | None:
    """Returns the form in which values are compared, none for what is too long to be looked for."""
    return None if kind is FieldKind.LONG_TEXT else name_key(value)


def _kept(field: CustomField, given: Shown, before: Collection[str]) -> Sequence[str]:
    if isinstance(given, str) and not given.strip():
        return ()
    if field.kind in CHOSEN:
        return _chosen(field, given, before)
    if field.kind is FieldKind.YES_NO:
        if not isinstance(given, bool):
            raise ValueError
        return ("true" if given else "false",)
    if field.kind is FieldKind.NUMBER:
        return (_number(given),)
    if not isinstance(given, str):
        raise ValueError  # noqa: TRY004 — one refusal for all that a field does not take
    return (_written(field.kind, given.strip()),)


def _chosen(field: CustomField, given: Shown, before: Collection[str]) -> Sequence[str]:
    wanted = [given] if field.kind is FieldKind.CHOICE else given
    if not isinstance(wanted, list):
        raise ValueError  # noqa: TRY004 — one refusal for all that a field does not take
    offered = {one.key for one in field.choices if not one.archived or one.key in before}
    if len(set(wanted)) != len(wanted) or any(one not in offered for one in wanted):
        raise ValueError
    return tuple(one.key for one in field.choices if one.key in wanted)


def _number(given: Shown) -> str:
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise ValueError
    number = Decimal(repr(given))
    exponent = number.normalize().as_tuple().exponent
    if abs(number) > _FURTHEST or (isinstance(exponent, int) and exponent < -_DECIMALS):
        raise ValueError
    return f"{number.normalize() + 0:f}"


def _written(kind: FieldKind, given: str) -> str:
    most = {FieldKind.TEXT: MOST_TEXT, FieldKind.LONG_TEXT: MOST_LONG_TEXT}.get(kind, MOST_ADDRESS)
    if len(given) > most:
        raise ValueError
    match kind:
        case FieldKind.LONG_TEXT:
            return _long(given)
        case FieldKind.DATE:
            if len(given) != len("2026-01-31"):
                raise ValueError
            return date.fromisoformat(given).isoformat()
        case FieldKind.EMAIL:
            return email_key(given)
        case FieldKind.PHONE:
            return _phone(given)
        case FieldKind.URL:
            return _address(given)
        case _:
            return plain_name(given)


def _long(given: str) -> str:
    written = unicodedata.normalize("NFC", given.replace("\r\n", "\n"))
    if any(unicodedata.category(one) in {"Cc", "Cs"} and one not in "\n\t" for one in written):
        raise ValueError
    return written


def _phone(given: str) -> str:
    import phonenumbers  # 50 ms: only who writes a number needs its metadata

    try:
        found = phonenumbers.parse(given, "FR")
    except phonenumbers.NumberParseException:
        raise ValueError from None
    if not phonenumbers.is_valid_number(found):
        raise ValueError
    shape = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(found, shape.INTERNATIONAL if given.startswith("+") else shape.NATIONAL)


def _address(given: str) -> str:
    try:
        written = str(_URL.validate_python(plain_name(given)))
    except ValidationError:
        raise ValueError from None
    if len(written) > MOST_ADDRESS or "@" in written.partition("://")[2].partition("/")[0]:
        raise ValueError  # a name and a password before the host show another host than the one it leads to
    return written
