"""What changes between two versions of a form, in words an administrator reads. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from app.channels.adapters.webform_questions import Condition, FormField, Kind
from app.forms.kinds import KINDS
from app.forms.values import Content

_WORDS: Mapping[str, str] = MappingProxyType(
    {"title": "Titre", "title_en": "Titre en anglais", "intro": "Introduction", "intro_en": "Introduction en anglais"}
)
_OF_A_QUESTION: Mapping[str, str] = MappingProxyType(
    {
        "label": "question",
        "kind": "type",
        "required": "obligatoire",
        "help": "aide",
        "options": "réponses",
        "about": "ce que la réponse renseigne",
        "fills": "champ qu’elle remplit",
        "max_length": "longueur",
        "minimum": "minimum",
        "maximum": "maximum",
        "max_files": "nombre de fichiers",
        "max_bytes": "poids de chaque fichier, en octets",
        "accepts": "types de fichiers",
        "shown_when": "montrée seulement si",
        "required_when": "obligatoire seulement si",
        "label_en": "question en anglais",
        "help_en": "aide en anglais",
        "options_en": "réponses en anglais",
        "simple": "version facile à lire",
    }
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changes; `before` and `after` are what stood and what will stand."""

    where: str
    what: str
    before: str
    after: str


def differences(before: Content | None, after: Content) -> Sequence[Difference]:
    """Returns what changes, in the order of the page; without a version before, every question is new."""
    return [*_words(before, after), *_questions(before.questions if before else (), after.questions)]


def _words(before: Content | None, after: Content) -> Iterator[Difference]:
    for name, word in _WORDS.items():
        stood, stands = getattr(before, name, ""), getattr(after, name)
        if stood != stands:
            yield Difference("Le formulaire", word, stood, stands)
    stood, stands = "\n".join(before.sites if before else ()), "\n".join(after.sites)
    if stood != stands:
        yield Difference("Le formulaire", "Sites qui peuvent le montrer", stood, stands)


def _questions(before: Sequence[FormField], after: Sequence[FormField]) -> Iterator[Difference]:
    known = {question.name: question for question in before}
    kept = [question.name for question in after if question.name in known]
    stood = [question.name for question in before if question.name in kept]
    for question in after:
        old = known.get(question.name)
        if old is None:
            yield Difference(question.label, "nouvelle question", "", _told(question.kind))
            continue
        for name, word in _OF_A_QUESTION.items():
            if getattr(old, name) != getattr(question, name):
                yield Difference(question.label, word, _told(getattr(old, name)), _told(getattr(question, name)))
        if stood.index(question.name) != kept.index(question.name):
            where = f"{stood.index(question.name) + 1}", f"{kept.index(question.name) + 1}"
            yield Difference(question.label, "place parmi les questions gardées", *where)
    names = {question.name for question in after}
    for question in before:
        if question.name not in names:
            yield Difference(question.label, "question retirée", _told(question.kind), "")


def _told(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case Kind():
            return KINDS.get(value, value.value)
        case Condition():
            return f"{value.question} : {' ou '.join(value.among)}"
        case tuple():
            return "\n".join(map(str, value))
        case float():
            return f"{value:g}"
        case _:
            return str(value)
