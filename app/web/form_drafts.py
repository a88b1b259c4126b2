"""A form being written: one field a value, questions in their order; read back, reordered, and turned into a definition. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.channels.adapters.webform_questions import Condition, FormField, Kind
from app.channels.kit.forms import Form
from app.errors import Flaw
from app.forms.definitions import MOST_QUESTIONS, RESERVED
from app.forms.values import Content
from app.forms.writing import FORMATS

WORDS = ("titre", "titre_en", "intro", "intro_en", "sites")
_LONGEST = 60_000
_MEGABYTE = 1_000_000
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


def definition_of(draft: Draft) -> tuple[dict[str, Any], list[Flaw]]:
    """Returns the JSON Schema of what was typed, with what no schema could say; each flaw points at `/q{n}.{field}`."""
    properties: dict[str, Any] = {}
    required, rules, flaws = list[str](), list[Any](), list[Flaw]()
    for n, question in enumerate(draft.questions, 1):
        name = question["nom"]
        if name in properties:
            flaws.append(Flaw(f"/q{n}.nom", "name", "une autre question porte déjà ce nom"))
            continue
        properties[name] = _rule(question, n, flaws)
        if question["obligatoire"]:
            required.append(name)
        if question["oblige"]:
            rules.append(_requirement(question, draft))
    schema: dict[str, Any] = {"type": "object", "properties": properties, "required": required}
    return schema | ({"allOf": rules} if rules else {}), flaws


def field_at(draft: Draft, pointer: str) -> str:
    """Returns the field of the editor that a pointer into the definition speaks of."""
    steps = pointer.strip("/").split("/")
    if steps[0] != "definition":
        return steps[0] if steps[0] not in ("title", "sites") else {"title": "titre", "sites": "sites"}[steps[0]]
    if steps[1:2] == ["allOf"]:
        ruled = [n for n, question in enumerate(draft.questions, 1) if question["oblige"]]
        index = int(steps[2]) if len(steps) > 2 and steps[2].isdigit() else 0
        return f"q{ruled[index]}.oblige" if index < len(ruled) else "questions"
    names = [question["nom"] for question in draft.questions]
    if steps[1:2] != ["properties"] or len(steps) < 3 or steps[2] not in names:
        return "questions"
    n = names.index(steps[2]) + 1
    return f"q{n}.{_field(steps[3:], draft.questions[n - 1])}"


def choices_before(draft: Draft, n: int) -> list[Question]:
    """Returns the questions that a condition of the `n`th may look at: choices and boxes that stand before it."""
    kinds = {*_CHOICES, Kind.CHECKBOX.value, Kind.CONSENT.value}
    return [question for question in draft.questions[: n - 1] if question["genre"] in kinds and question["nom"]]


_OF_TAIL = {
    "title": "libelle",
    "label": "libelle",
    "enum": "reponses",
    "items": "reponses",
    "options": "reponses",
    "options_en": "reponses_en",
    "show_if": "si",
    "maxLength": "longueur",
    "max_length": "longueur",
    "minimum": "minimum",
    "maximum": "maximum",
    "maxItems": "nombre",
    "max_files": "nombre",
    "max_bytes": "poids",
    "accepts": "types",
    "about": "sur",
}


def _field(tail: Sequence[str], question: Question) -> str:
    for step in reversed(tail):
        if step in _OF_TAIL:
            return _OF_TAIL[step]
    if not tail or tail[0] == "condition":
        return "si" if question["si"] else "oblige" if question["oblige"] else "nom"
    return "libelle"


def _rule(question: Question, n: int, flaws: list[Flaw]) -> dict[str, Any]:
    extra: dict[str, Any] = {
        "about": question["sur"],
        "title_en": question["libelle_en"],
        "description_en": question["aide_en"],
        "simple": question["simple"],
        "options_en": _lines(question["reponses_en"]),
        "show_if": {"question": question["si"], "among": _lines(question["si_reponses"])} if question["si"] else None,
    }
    rule = {"title": question["libelle"], **_shape(question, extra, n, flaws)}
    if question["aide"]:
        rule["description"] = question["aide"]
    told = {name: value for name, value in extra.items() if value}
    return rule | ({"x-parvis": told} if told else {})


def _shape(question: Question, extra: dict[str, Any], n: int, flaws: list[Flaw]) -> dict[str, Any]:
    def number(name: str, *, whole: bool) -> Any:
        return _number(question[name], n, name, flaws, whole=whole)

    kind, options = question["genre"], _lines(question["reponses"])
    match kind:
        case Kind.SELECT.value | Kind.RADIO.value:
            extra["widget"] = "radio" if kind == Kind.RADIO.value else None
            return {"type": "string", "enum": options}
        case Kind.CHECKBOX.value if options:
            return {"type": "array", "items": {"enum": options}, "uniqueItems": True}
        case Kind.CHECKBOX.value:
            return {"type": "boolean"}
        case Kind.CONSENT.value:
            return {"type": "boolean", "const": True}
        case Kind.NUMBER.value:
            bounds = {"minimum": number("minimum", whole=False), "maximum": number("maximum", whole=False)}
            return {"type": "number"} | {name: bound for name, bound in bounds.items() if bound is not None}
        case Kind.PLACE.value:
            return {"type": "object", "format": "place"}
        case Kind.FILE.value:
            weight, most = number("poids", whole=False), number("nombre", whole=True)
            extra["accepts"] = _lines(question["types"])
            extra["max_bytes"] = int(weight * _MEGABYTE) if weight is not None else None
            items = {"type": "string", "contentEncoding": "binary"}
            return {"type": "array", "items": items} | ({"maxItems": most} if most is not None else {})
        case _:
            longest = number("longueur", whole=True)
            shape = {"type": "string", "format": FORMATS.get(Kind(kind)) if kind in {*Kind} else kind}
            return {name: value for name, value in {**shape, "maxLength": longest}.items() if value is not None}


def _requirement(question: Question, draft: Draft) -> dict[str, Any]:
    words = _lines(question["oblige_reponses"])
    on = next((one for one in draft.questions if one["nom"] == question["oblige"]), None)
    test: dict[str, Any] = {"const": words[0]} if len(words) == 1 else {"enum": words}
    if on is not None and on["genre"] in (Kind.CHECKBOX.value, Kind.CONSENT.value):
        test = {"contains": test} if on["reponses"] else {"const": True}
    when = {"properties": {question["oblige"]: test}, "required": [question["oblige"]]}
    return {"if": when, "then": {"required": [question["nom"]]}}


def _written(question: FormField) -> dict[str, str]:
    shown, needed = question.shown_when, question.required_when
    return {
        "genre": question.kind.value,
        "libelle": question.label,
        "nom": question.name,
        "obligatoire": "oui" if question.required else "",
        "sur": question.about or "",
        "aide": question.help,
        "longueur": _told(question.max_length),
        "minimum": _told(question.minimum),
        "maximum": _told(question.maximum),
        "reponses": "\n".join(question.options),
        "nombre": _told(question.max_files),
        "poids": _told(question.max_bytes / _MEGABYTE if question.max_bytes else None),
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


def _number(typed: str, n: int, name: str, flaws: list[Flaw], *, whole: bool) -> Any:
    if not typed:
        return None
    try:
        number = float(typed.replace(",", "."))
    except ValueError:
        number = float("nan")
    if not -1e12 < number < 1e12 or (whole and (number < 1 or not number.is_integer())):
        flaws.append(
            Flaw(f"/q{n}.{name}", "number", "un nombre entier est attendu" if whole else "un nombre est attendu")
        )
        return None
    return int(number) if number.is_integer() else number


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


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _clean(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\x00", "").strip()[:_LONGEST]
