"""An approved text filled in: as many words as it has places, each fit to stand there. Pure.

Source: developers.facebook.com/docs/whatsapp/message-templates (a parameter holds no line break, no tab, no run of spaces).
"""

import re
from collections.abc import Sequence

from app.channels.contract import Template, TemplateUse
from app.errors import Conflict, Flaw, Invalid
from app.rest.languages import Said

FIELD = "/template"
MOST_CHARACTERS = 1000
MOST_SHOWN = 20
_PLACE = re.compile(r"\{\{(\d{1,3})\}\}", re.ASCII)
_UNFIT = re.compile(r"[\r\n\t]| {5}")


class TemplateNotApproved(Conflict):
    """The provider approves no text of that name and language, or no longer does."""

    code = "template-not-approved"
    title_fr = "Ce modèle n'est pas, ou n'est plus, approuvé"
    title_en = "This template is not, or no longer, approved"
    advice = Said(
        "choisissez un modèle de la liste (`GET /api/v1/channels/{id}/templates`) ; elle se relit chez le fournisseur",
        en="choose a template of the list (`GET /api/v1/channels/{id}/templates`); it is read again at the provider's",
    )


def filled(template: Template, use: TemplateUse) -> str:
    """Returns what the person will read. Raises `Invalid`, each wrong parameter by its place."""
    given = list(use.parameters)
    if len(given) != template.parameters:
        told = Said(
            f"ce modèle attend {_counted(template.parameters, 'paramètre')}, {len(given)} donné(s)",
            en=f"this template takes {_counted(template.parameters, 'parameter')}, {len(given)} given",
        )
        raise Invalid(told, flaws=[Flaw(f"{FIELD}/parameters", "wrong-count", told)])
    flaws = [flaw for place, words in enumerate(given) if (flaw := _flaw(place, words))]
    if flaws:
        raise Invalid(flaws=flaws)
    return _PLACE.sub(lambda mark: _placed(given, int(mark[1])) or mark[0], template.text)


def pieces(text: str) -> list[str | int]:
    """Parts an approved text into its words and its places, in order; places count from 1."""
    found: list[str | int] = []
    end = 0
    for mark in _PLACE.finditer(text):
        found += [text[end : mark.start()], int(mark[1])]
        end = mark.end()
    return [one for one in [*found, text[end:]] if one != ""]


def offered(templates: Sequence[Template]) -> list[Flaw]:
    """Says which approved texts could be used, one line each, the first ones."""
    return [Flaw(FIELD, "template-available", _described(one)) for one in templates[:MOST_SHOWN]]


def _described(one: Template) -> Said:
    return Said(
        f"« {one.name} » ({one.language}), {_counted(one.parameters, 'paramètre')} : {one.text[:200]}",
        en=f"“{one.name}” ({one.language}), {_counted(one.parameters, 'parameter')}: {one.text[:200]}",
    )


def _flaw(place: int, words: str) -> Flaw | None:
    pointer = f"{FIELD}/parameters/{place}"
    if not words.strip():
        told = Said("écrivez ce paramètre : il ne peut pas être vide", en="write this parameter: it cannot be empty")
        return Flaw(pointer, "empty", told)
    if len(words) > MOST_CHARACTERS:
        told = Said(f"{MOST_CHARACTERS} caractères au plus", en=f"{MOST_CHARACTERS} characters at most")
        return Flaw(pointer, "too-long", told)
    if _UNFIT.search(words):
        told = Said(
            "écrivez-le sur une seule ligne, sans tabulation ni suite d'espaces",
            en="write it on one line, without tabs or runs of spaces",
        )
        return Flaw(pointer, "several-lines", told)
    return None


def _placed(given: Sequence[str], number: int) -> str | None:
    return given[number - 1].strip() if 0 < number <= len(given) else None


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number > 1 else ''}"
