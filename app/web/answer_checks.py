"""What is wrong with one answer, in a sentence that names the question: pure."""

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from app.channels.adapters import webform_answers
from app.channels.adapters.webform_questions import FormField, Kind
from app.channels.kit.forms import FormFile
from app.channels.kit.json import number
from app.channels.kit.phone import e164
from app.files.sniff import OPAQUE, sniff
from app.rest.languages import Said

MISSING = Said("{label} : remplissez ce champ.", en="{label}: fill in this field.")
NO_CHOICE = Said("{label} : choisissez une réponse de la liste.", en="{label}: choose one of the answers listed.")
NO_ADDRESS = Said(
    "{label} : écrivez une adresse complète, par exemple prenom@example.fr.",
    en="{label}: write a whole address, for example name@example.fr.",
)
NO_PHONE = Said(
    "{label} : écrivez un numéro complet, par exemple 01 99 00 00 01.",
    en="{label}: write a whole number, for example 01 99 00 00 01.",
)
NO_DATE = Said("{label} : donnez une date qui existe.", en="{label}: give a date that exists.")
NO_NUMBER = Said("{label} : écrivez un nombre, en chiffres.", en="{label}: write a number, in figures.")
OUTSIDE = Said("{label} : écrivez un nombre {bounds}.", en="{label}: write a number {bounds_en}.")
TOO_LONG = Said("{label} : {count} caractères au plus.", en="{label}: {count} characters at most.")
NO_CONSENT = Said("{label} : cochez cette case pour envoyer.", en="{label}: tick this box to send.")
NO_PLACE = Said(
    "{label} : donnez la latitude et la longitude, par exemple 48,8566 et 2,3522, ou laissez les deux vides.",
    en="{label}: give the latitude and the longitude, for example 48.8566 and 2.3522, or leave both empty.",
)
TOO_MANY = Said("{label} : {count} fichiers au plus.", en="{label}: {count} files at most.")
TOO_HEAVY = Said("{label} : {megabytes} Mo au plus pour un fichier.", en="{label}: {megabytes} MB at most for a file.")
WRONG_TYPE = Said("{label} : joignez seulement {types}.", en="{label}: attach only {types}.")


def wrong(question: FormField, texts: Sequence[str], files: Sequence[FormFile], *, required: bool) -> Said | None:
    """Returns what is wrong with an answer, or None."""
    if question.kind is Kind.FILE:
        return _wrong_files(question, files, required=required)
    if not texts:
        if not required or question.kind is Kind.HIDDEN:
            return None
        return _said(NO_CONSENT if question.kind is Kind.CONSENT else MISSING, question)
    if question.max_length is not None and len(texts[0]) > question.max_length:
        return _said(TOO_LONG, question, count=question.max_length)
    if question.about == "email" and webform_answers.address(texts[0]) is None:
        return _said(NO_ADDRESS, question)
    found = _of_kind(question, texts)
    if found is OUTSIDE:
        return _said(OUTSIDE, question, bounds=_bounds(question, "fr"), bounds_en=_bounds(question, "en"))
    return _said(found, question) if found else None


def _of_kind(question: FormField, texts: Sequence[str]) -> Said | None:
    match question.kind:
        case Kind.SELECT | Kind.RADIO | Kind.CHECKBOX:
            return NO_CHOICE if question.options and not set(texts) <= set(question.options) else None
        case Kind.EMAIL:
            return NO_ADDRESS if webform_answers.address(texts[0]) is None else None
        case Kind.TEL:
            # Numbers of any country are taken; what has no six figures (Nouvelle-Calédonie has six) can be called by nobody.
            digits = sum(character.isdigit() for character in texts[0])
            return NO_PHONE if digits < 6 and e164(texts[0], territory="FR") is None else None
        case Kind.DATE:
            return None if _is_date(texts[0]) else NO_DATE
        case Kind.NUMBER:
            return _wrong_number(question, texts[0])
        case Kind.PLACE:
            return None if len(texts) == 2 and _on_earth(texts) else NO_PLACE
        case Kind.TEXT | Kind.TEXTAREA | Kind.ADDRESS | Kind.CONSENT | Kind.HIDDEN | Kind.FILE:
            return None
        case _:
            assert_never(question.kind)


def _wrong_number(question: FormField, text: str) -> Said | None:
    value = number(text.replace(" ", "").replace("\N{NO-BREAK SPACE}", "").replace(",", "."))
    if value is None or value != value:  # noqa: PLR0124 — NaN differs from itself
        return NO_NUMBER
    low = question.minimum is not None and value < question.minimum
    high = question.maximum is not None and value > question.maximum
    return OUTSIDE if low or high else None


def _wrong_files(question: FormField, files: Sequence[FormFile], *, required: bool) -> Said | None:
    if not files:
        return _said(MISSING, question) if required else None
    if question.max_files is not None and len(files) > question.max_files:
        return _said(TOO_MANY, question, count=question.max_files)
    if question.max_bytes is not None and any(len(file.content) > question.max_bytes for file in files):
        return _said(TOO_HEAVY, question, megabytes=max(1, question.max_bytes // 1_000_000))
    if question.accepts and not all(taken(question.accepts, file) for file in files):
        return _said(WRONG_TYPE, question, types=", ".join(question.accepts))
    return None


def taken(accepts: Sequence[str], file: FormFile) -> bool:
    """Says whether the bytes of a file are of a type that is taken; what its sender calls it does not count."""
    found = sniff(file.content, claimed=file.content_type).content_type
    if found == OPAQUE:
        return False
    return any(found == one or (one.endswith("/*") and found.startswith(one[:-1])) for one in accepts)


def _on_earth(texts: Sequence[str]) -> bool:
    return webform_answers.place(*(text.replace(",", ".") for text in texts)) is not None


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _bounds(question: FormField, language: str) -> str:
    low, high = (None if end is None else f"{end:g}" for end in (question.minimum, question.maximum))
    if language == "fr":
        low, high = (end and end.replace(".", ",") for end in (low, high))
        return f"entre {low} et {high}" if low and high else f"d’au moins {low}" if low else f"d’au plus {high}"
    return f"between {low} and {high}" if low and high else f"of at least {low}" if low else f"of at most {high}"


def _said(sentence: Said, question: FormField, **words: object) -> Said:
    french, english = (_bare(label) for label in (question.label, question.label_en or question.label))
    return Said(sentence.format(label=french, **words), en=sentence.en.format(label=english, **words))


def _bare(label: str) -> str:
    """« Où ? » becomes « Où », before a colon; a label that is nothing but marks stays."""
    return label.rstrip(" ?:.!\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}") or label
