"""A form being written: one field a value, questions in their order; read back and reordered. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.channels.adapters.webform_questions import Condition, FormField, Kind
from app.channels.kit.forms import Form
from app.forms.definitions import MOST_QUESTIONS, RESERVED
from app.forms.values import Content

WORDS = ("titre", "titre_en", "intro", "intro_en", "sites")
_LONGEST = 60_000
MEGABYTE = 1_000_000
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")
_CHOICES = {Kind.SELECT.value, Kind.RADIO.value}
Question = Mapping[str, str]
FIELDS = (
    *("genre", "libelle", "nom", "obligatoire", "sur", "aide", "longueur", "minimum", "maximum", "reponses", "nombre"),
    *(
        "poids",
        "types",
        "libelle_en",
        "aide_en",
        "reponses_en",
        "simple",
        "remplit",
        "si",
        "si_reponses",
        "oblige",
        "oblige_reponses",
    ),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the editor, right or wrong; `moved` is the question the last gesture was about, from 1."""

    words: Mapping[str, str]
    questions: Sequence[Question]
    moved: int = 0


def draft_of(content: Content) -> Draft:
    words = {
        "titre": content.title,
        "titre_en": content.title_en,
        "intro": content.intro,
        "intro_en": content.intro_en,
        "sites": "\n".join(content.sites),
    }
    return Draft(words, [_written(question) for question in content.questions])


def read_back(form: Form) -> Draft:
    """Returns what was typed; questions are those the page bore."""
    given = {name: _clean(value) for name, value in form.pairs}
    count = given.get("compte", "")
    most = min(int(count), MOST_QUESTIONS) if count.isascii() and count.isdigit() and len(count) < 4 else 0
    questions = [{name: given.get(f"q{n}.{name}", "") for name in FIELDS} for n in range(1, most + 1)]
    return Draft({name: given.get(name, "") for name in WORDS}, questions)


def after(draft: Draft, gesture: str) -> Draft:
    """Returns the draft once a question was added, moved or taken away; any other gesture leaves it as it is."""
    what, _, where = gesture.partition("-")
    questions, n = list(draft.questions), int(where) if where.isascii() and where.isdigit() and len(where) < 4 else 0
    if what == "ajouter" and len(questions) < MOST_QUESTIONS:
        at = min(n, len(questions)) if where else len(questions)
        questions.insert(at, {**dict.fromkeys(FIELDS, ""), "genre": Kind.TEXT.value})
        return replace(draft, questions=questions, moved=at + 1)
    if not 1 <= n <= len(questions):
        return draft
    if what == "retirer":
        del questions[n - 1]
        return replace(draft, questions=questions)
    to = n - 1 if what == "monter" else n + 1 if what == "descendre" else n
    if not 1 <= to <= len(questions):
        return draft
    questions.insert(to - 1, questions.pop(n - 1))
    return replace(draft, questions=questions, moved=to)


def named(draft: Draft) -> Draft:
    """Gives a technical name, out of its words, to each question that has words and no name yet."""
    taken = {question["nom"] for question in draft.questions} | RESERVED
    questions = list[Question]()
    for question in draft.questions:
        if question["libelle"] and not question["nom"]:
            taken.add(name := _free(_slug(question["libelle"]), taken))
            questions.append({**question, "nom": name})
        else:
            questions.append(question)
    return replace(draft, questions=questions)


def choices_before(draft: Draft, n: int) -> list[Question]:
    """Returns the questions that a condition of the `n`th may look at: choices and boxes that stand before it."""
    kinds = {*_CHOICES, Kind.CHECKBOX.value, Kind.CONSENT.value}
    return [question for question in draft.questions[: n - 1] if question["genre"] in kinds and question["nom"]]


def _written(question: FormField) -> dict[str, str]:
    shown, needed = question.shown_when, question.required_when
    return {
        "genre": question.kind.value,
        "libelle": question.label,
        "nom": question.name,
        "obligatoire": "oui" if question.required else "",
        "sur": question.about or "",
        "remplit": question.fills or "",
        "aide": question.help,
        "longueur": _told(question.max_length),
        "minimum": _told(question.minimum),
        "maximum": _told(question.maximum),
        "reponses": "\n".join(question.options),
        "nombre": _told(question.max_files),
        "poids": _told(question.max_bytes / MEGABYTE if question.max_bytes else None),
        "types": "\n".join(question.accepts),
        "libelle_en": question.label_en,
        "aide_en": question.help_en,
        "reponses_en": "\n".join(question.options_en),
        "simple": question.simple,
        **_condition("si", shown),
        **_condition("oblige", needed),
    }


def _condition(name: str, condition: Condition | None) -> dict[str, str]:
    if condition is None:
        return {name: "", f"{name}_reponses": ""}
    return {name: condition.question, f"{name}_reponses": "\n".join(condition.among)}


def _told(number: float | None) -> str:
    return "" if number is None else f"{number:g}".replace(".", ",") if abs(number) < 1e6 else str(int(number))


def _slug(words: str) -> str:
    plain = (
        unicodedata.normalize("NFKD", words.replace("œ", "oe").replace("’", " "))
        .encode("ascii", "ignore")
        .decode()
        .lower()
    )
    name = _NOT_IN_A_NAME.sub("_", plain).strip("_")[:40].strip("_")
    return name if name[:1].isalpha() else f"question_{name}".strip("_")


def _free(name: str, taken: set[str]) -> str:
    return name if name not in taken else next(f"{name}_{n}" for n in range(2, 100) if f"{name}_{n}" not in taken)


def _clean(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\x00", "").strip()[:_LONGEST]
