"""A draft turned into the JSON Schema of a definition, and a fault of that schema back into the field it speaks of. Pure."""

from collections.abc import Sequence
from typing import Any

from app.channels.adapters.webform_questions import Kind
from app.errors import Flaw
from app.forms.writing import FORMATS
from app.web.form_drafts import MEGABYTE, Draft, Question


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
    "fills": "remplit",
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
        "fills": question["remplit"],
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
            extra["max_bytes"] = int(weight * MEGABYTE) if weight is not None else None
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


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]
