"""Two languages at the door: French by default, English when the caller prefers it."""

from enum import StrEnum
from typing import Self


class Language(StrEnum):
    """The languages Parvis answers in; the first is what silence means."""

    FR = "fr"
    EN = "en"


class Said(str):
    """A French sentence that carries its English one: fits wherever a `str` is expected."""

    __slots__ = ("en",)
    en: str

    def __new__(cls, french: str, *, en: str) -> Self:
        said = super().__new__(cls, french)
        said.en = en
        return said


def say(text: str, language: Language) -> str:
    """Returns the text in a language when it was said in both, else as it stands."""
    return text.en if language is Language.EN and isinstance(text, Said) else str(text)


def negotiate(accept_language: str | None) -> Language:
    """Chooses the caller's preferred language (RFC 9110 §12.5.4); what cannot be read means French.

    Regions are ignored (RFC 4647 §3.4): `en-GB` asks for English. Of equal weights the first written wins.
    """
    best, weight = Language.FR, 0.0
    for part in (accept_language or "")[:500].split(","):
        tag, _, parameter = part.partition(";")
        wanted = tag.strip().lower().partition("-")[0]
        q = _weight(parameter)
        if q > weight and wanted in {*Language, "*"}:
            best, weight = (Language.FR if wanted == "*" else Language(wanted)), q
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if not name.strip():
        return 1.0
    try:
        q = float(value) if name.strip() == "q" else 0.0
    except ValueError:
        return 0.0
    return q if 0 <= q <= 1 else 0.0
