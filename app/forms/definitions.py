"""The questions of a form as a JSON Schema: a closed part of draft 2020-12, read and written back alike.

Source: JSON Schema 2020-12 (core §10.2.2 for `if`, validation §6 and §7). What a schema cannot say of a page (words in
English, words easy to read, when to show) stands under `x-parvis`. A keyword outside this part is refused, never ignored:
a rule somebody wrote and nobody enforces is worse than none.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from app.channels.adapters.webform_questions import Condition, FormField, Kind
from app.errors import Flaw, Invalid
from app.forms.writing import ROOT, TICKED
from app.rest.languages import Said

MOST_QUESTIONS, MOST_OPTIONS, LONGEST_LABEL = 60, 100, 500
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
# Names the page itself posts.
RESERVED = frozenset(
    [
        "submission_id",
        "submitted_at",
        "form_version",
        "csrf_token",
        "altcha",
        "lang",
        "simple",
        "attachments",
        "location",
        "answers",
        "site_web",
    ]
)
_ROOT_KEYWORDS = {"$schema", "type", "properties", "required", "allOf"}
_SHARED = {"type", "title", "description", "x-parvis"}
_KEYWORDS: Mapping[str, set[str]] = {
    "string": {"format", "maxLength", "enum"},
    "number": {"minimum", "maximum"},
    "boolean": {"const"},
    "array": {"items", "uniqueItems", "maxItems"},
    "object": {"format"},
}
_FORMATS = {None: Kind.TEXT, "multiline": Kind.TEXTAREA, "email": Kind.EMAIL, "tel": Kind.TEL, "date": Kind.DATE,
            "address": Kind.ADDRESS}  # fmt: skip
_EXTRAS = {
    "about",
    "fills",
    "title_en",
    "description_en",
    "simple",
    "options_en",
    "show_if",
    "widget",
    "accepts",
    "max_bytes",
}


def read(schema: Mapping[str, Any]) -> tuple[FormField, ...]:
    """Reads the questions of a schema, in the order of its properties. Raises `Invalid` with every fault."""
    reading = _Reading()
    questions = reading.questions(schema)
    if reading.flaws:
        raise Invalid(flaws=reading.flaws)
    return questions


class _Reading:
    """One reading, and the faults it met."""

    def __init__(self) -> None:
        self.flaws: list[Flaw] = []

    def questions(self, schema: Mapping[str, Any]) -> tuple[FormField, ...]:
        self._closed(schema, _ROOT_KEYWORDS, "")
        if schema.get("type", "object") != "object" or schema.get("$schema", ROOT) != ROOT:
            self._fault("/type", "schema", Said(f"un objet, selon {ROOT}", en=f"an object, after {ROOT}"))
        properties = schema.get("properties")
        if not isinstance(properties, Mapping) or not 1 <= len(properties) <= MOST_QUESTIONS:
            told = Said(f"de 1 à {MOST_QUESTIONS} questions", en=f"from 1 to {MOST_QUESTIONS} questions")
            self._fault("/properties", "count", told)
            return ()
        required = self._names(schema.get("required", []), properties, "/required")
        drafts = {
            name: draft
            for name, rule in properties.items()
            if (draft := self._draft(str(name), rule, required=name in required)) is not None
        }
        self._requirements(schema.get("allOf", []), drafts)
        built = [self._built(draft) for draft in drafts.values()]
        questions = tuple(one for one in built if one is not None)
        self._conditions(questions)
        return questions

    def _draft(self, name: str, rule: object, *, required: bool) -> dict[str, Any] | None:
        at = f"/properties/{name}"
        if not _NAME.fullmatch(name) or name in RESERVED:
            told = Said(
                "un nom commence par une lettre et tient en minuscules, chiffres et _ ; quelques noms sont réservés",
                en="a name starts with a letter and holds lower-case letters, digits and _; a few names are reserved",
            )
            self._fault(at, "name", told)
            return None
        if not isinstance(rule, Mapping) or rule.get("type") not in _KEYWORDS:
            self._fault(f"{at}/type", "type", _among("type", sorted(_KEYWORDS)))
            return None
        self._closed(rule, _SHARED | _KEYWORDS[rule["type"]], at)
        title = rule.get("title")
        if not isinstance(title, str) or not 1 <= len(title.strip()) <= LONGEST_LABEL:
            told = Said(
                "une question a des mots, 500 caractères au plus", en="a question has words, at most 500 characters"
            )
            self._fault(f"{at}/title", "title", told)
        extra = rule.get("x-parvis", {})
        if not isinstance(extra, Mapping):
            self._fault(f"{at}/x-parvis", "type", Said("un objet", en="an object"))
            extra = {}
        self._closed(extra, _EXTRAS, f"{at}/x-parvis")
        draft = {
            "name": name,
            "label": title if isinstance(title, str) else "",
            "label_en": extra.get("title_en", ""),
            "help": rule.get("description", ""),
            "help_en": extra.get("description_en", ""),
            "simple": extra.get("simple", ""),
            "about": extra.get("about"),
            "fills": extra.get("fills"),
            "required": required,
            "options_en": extra.get("options_en", ()),
            "shown_when": self._show_if(extra.get("show_if"), at),
        }
        return draft | self._shape(rule, extra, at)

    def _shape(self, rule: Mapping[str, Any], extra: Mapping[str, Any], at: str) -> dict[str, Any]:
        match rule["type"]:
            case "string" if "enum" in rule:
                kind = Kind.RADIO if extra.get("widget") == "radio" else Kind.SELECT
                return {"kind": kind, "options": self._options(rule["enum"], f"{at}/enum")}
            case "string":
                if rule.get("format") not in _FORMATS:
                    self._fault(f"{at}/format", "format", _among("format", [str(one) for one in _FORMATS if one]))
                return {"kind": _FORMATS.get(rule.get("format"), Kind.TEXT), "max_length": rule.get("maxLength")}
            case "number":
                return {"kind": Kind.NUMBER, "minimum": rule.get("minimum"), "maximum": rule.get("maximum")}
            case "boolean":
                return {"kind": Kind.CONSENT if rule.get("const") is True else Kind.CHECKBOX}
            case "array":
                return self._several(rule, extra, at)
            case _:
                if rule.get("format") != "place":
                    self._fault(f"{at}/format", "format", _among("format", ["place"]))
                return {"kind": Kind.PLACE}

    def _several(self, rule: Mapping[str, Any], extra: Mapping[str, Any], at: str) -> dict[str, Any]:
        items = rule.get("items")
        if isinstance(items, Mapping) and set(items) == {"enum"}:
            return {"kind": Kind.CHECKBOX, "options": self._options(items["enum"], f"{at}/items/enum")}
        if items == {"type": "string", "contentEncoding": "binary"}:
            return {
                "kind": Kind.FILE,
                "max_files": rule.get("maxItems"),
                "max_bytes": extra.get("max_bytes"),
                "accepts": extra.get("accepts", ()),
            }
        told = Said(
            'une liste tient des choix ({"enum": […]}) ou des fichiers ({"type": "string", "contentEncoding": "binary"})',
            en='a list holds choices ({"enum": […]}) or files ({"type": "string", "contentEncoding": "binary"})',
        )
        self._fault(f"{at}/items", "items", told)
        return {"kind": Kind.TEXT}

    def _options(self, given: object, at: str) -> tuple[str, ...]:
        words = given if isinstance(given, list) else []
        plain = [word for word in words if isinstance(word, str) and 1 <= len(word.strip()) <= LONGEST_LABEL]
        if not 1 <= len(words) <= MOST_OPTIONS or len(plain) < len(words) or len(set(plain)) < len(plain):
            told = Said(
                f"de 1 à {MOST_OPTIONS} réponses différentes, en toutes lettres",
                en=f"from 1 to {MOST_OPTIONS} different answers, in words",
            )
            self._fault(at, "options", told)
        return tuple(plain)

    def _show_if(self, given: object, at: str) -> Condition | None:
        if given is None:
            return None
        try:
            return Condition.model_validate(given)
        except ValidationError:
            told = Said(
                'par exemple {"question": "nature", "among": ["Voirie"]}',
                en='for instance {"question": "nature", "among": ["Voirie"]}',
            )
            self._fault(f"{at}/x-parvis/show_if", "condition", told)
            return None

    def _requirements(self, rules: object, drafts: Mapping[str, dict[str, Any]]) -> None:
        """Reads `allOf`: each rule says which questions must be answered when another was answered so."""
        for index, rule in enumerate(rules if isinstance(rules, list) else [None]):
            at = f"/allOf/{index}"
            condition, names = _requirement(rule)
            if condition is None or names is None:
                told = Said(
                    'une règle est {"if": {"properties": {question: {"const": réponse}}, "required": [question]}, '
                    '"then": {"required": [questions]}}',
                    en='a rule is {"if": {"properties": {question: {"const": answer}}, "required": [question]}, '
                    '"then": {"required": [questions]}}',
                )
                self._fault(at, "condition", told)
                continue
            for name in self._names(names, drafts, f"{at}/then/required"):
                if drafts[name]["shown_when"] == condition:
                    drafts[name]["required"] = True
                elif "required_when" in drafts[name]:
                    told = Said(f"{name} a déjà une condition", en=f"{name} has a condition already")
                    self._fault(f"{at}/then/required", "condition", told)
                else:
                    drafts[name]["required_when"] = condition

    def _built(self, draft: Mapping[str, Any]) -> FormField | None:
        try:
            return FormField.model_validate(dict(draft))
        except ValidationError as error:
            for flaw in error.errors(include_input=False, include_url=False):
                where = "/".join(str(part) for part in flaw["loc"])
                self._fault(f"/properties/{draft['name']}/{where}", flaw["type"], flaw["msg"])
            return None

    def _conditions(self, questions: Sequence[FormField]) -> None:
        """A condition looks back, at a choice, and names answers it offers."""
        before: dict[str, FormField] = {}
        for question in questions:
            for condition in (question.shown_when, question.required_when):
                if condition is not None and not _can_be_met(condition, before.get(condition.question)):
                    told = Said(
                        f"« {question.name} » dépend d'un choix posé avant elle, et de réponses que ce choix offre",
                        en=f"{question.name} depends on a choice asked before it, and on answers that choice offers",
                    )
                    self._fault(f"/properties/{question.name}", "condition", told)
            if question.options_en and len(question.options_en) != len(question.options):
                told = Said("autant de réponses qu'en français", en="as many answers as in French")
                self._fault(f"/properties/{question.name}/x-parvis/options_en", "options", told)
            before[question.name] = question

    def _names(self, given: object, known: Mapping[str, object], at: str) -> list[str]:
        names = [name for name in given if isinstance(name, str)] if isinstance(given, list) else []
        if not isinstance(given, list) or len(names) < len(given) or not set(names) <= set(known):
            told = Said("une liste de noms de questions", en="a list of names of questions")
            self._fault(at, "names", told)
        return [name for name in names if name in known]

    def _closed(self, given: Mapping[str, Any], known: set[str], at: str) -> None:
        for keyword in sorted(set(map(str, given)) - known):
            told = Said(f"mot-clé sans effet ici ; connus : {', '.join(sorted(known))}",
                        en=f"keyword without effect here; known: {', '.join(sorted(known))}")  # fmt: skip
            self._fault(f"{at}/{keyword}", "unknown-keyword", told)

    def _fault(self, pointer: str, code: str, told: str) -> None:
        self.flaws.append(Flaw(f"/definition{pointer}", code, told))


def _requirement(rule: object) -> tuple[Condition | None, object]:
    if not isinstance(rule, Mapping) or set(rule) != {"if", "then"}:
        return None, None
    when, then = rule["if"], rule["then"]
    if not isinstance(when, Mapping) or not isinstance(then, Mapping) or set(then) != {"required"}:
        return None, None
    properties = when.get("properties")
    if not isinstance(properties, Mapping) or len(properties) != 1 or set(when) - {"properties", "required"}:
        return None, None
    ((name, test),) = properties.items()
    words = tuple(_answers(test))
    try:
        return Condition(question=str(name), among=words), then["required"]
    except ValidationError:
        return None, None


def _answers(test: object) -> Iterator[str]:
    if isinstance(test, Mapping) and set(test) == {"contains"}:
        yield from _answers(test["contains"])
    elif isinstance(test, Mapping) and set(test) == {"const"}:
        yield TICKED if test["const"] is True else str(test["const"])
    elif isinstance(test, Mapping) and set(test) == {"enum"} and isinstance(test["enum"], list):
        yield from (str(word) for word in test["enum"])


def _can_be_met(condition: Condition, question: FormField | None) -> bool:
    if question is None:
        return False
    if question.kind in (Kind.SELECT, Kind.RADIO) or (question.kind is Kind.CHECKBOX and question.options):
        return set(condition.among) <= set(question.options)
    return question.kind in (Kind.CHECKBOX, Kind.CONSENT) and condition.among == (TICKED,)


def _among(keyword: str, known: Sequence[str]) -> Said:
    return Said(f"{keyword} : {', '.join(known)}", en=f"{keyword}: {', '.join(known)}")
