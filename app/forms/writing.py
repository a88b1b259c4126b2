"""Questions written as a JSON Schema that any validator understands: what `definitions` reads, written back."""

from collections.abc import Sequence
from typing import Any

from app.channels.adapters.webform_questions import Condition, FormField, Kind

ROOT = "https://json-schema.org/draft/2020-12/schema"
TICKED = "oui"  # what a ticked box posts
FORMATS = {
    Kind.TEXTAREA: "multiline",
    Kind.EMAIL: "email",
    Kind.TEL: "tel",
    Kind.DATE: "date",
    Kind.ADDRESS: "address",
}


def schema_of(questions: Sequence[FormField]) -> dict[str, Any]:
    """Returns the schema of a form. What is required only when shown is a conditional requirement."""
    by_name = {question.name: question for question in questions}
    conditional = [
        {"if": _if(condition, by_name[condition.question]), "then": {"required": [question.name]}}
        for question in questions
        if (condition := question.shown_when if question.required else question.required_when) is not None
    ]
    return {
        "$schema": ROOT,
        "type": "object",
        "properties": {question.name: _rule(question) for question in questions},
        "required": [one.name for one in questions if one.required and one.shown_when is None],
        **({"allOf": conditional} if conditional else {}),
    }


def _rule(question: FormField) -> dict[str, Any]:
    extra = {
        "about": question.about,
        "fills": question.fills,
        "title_en": question.label_en,
        "description_en": question.help_en,
        "simple": question.simple,
        "options_en": list(question.options_en),
        "show_if": question.shown_when.model_dump(mode="json") if question.shown_when else None,
        "widget": "radio" if question.kind is Kind.RADIO else None,
        "accepts": list(question.accepts),
        "max_bytes": question.max_bytes,
    }
    rule = {"title": question.label, "description": question.help, **_shape(question)}
    told = {name: value for name, value in extra.items() if value}
    return {name: value for name, value in rule.items() if value not in ("", None)} | (
        {"x-parvis": told} if told else {}
    )


def _shape(question: FormField) -> dict[str, Any]:
    match question.kind:
        case Kind.SELECT | Kind.RADIO:
            return {"type": "string", "enum": list(question.options)}
        case Kind.CHECKBOX if question.options:
            return {"type": "array", "items": {"enum": list(question.options)}, "uniqueItems": True}
        case Kind.CHECKBOX:
            return {"type": "boolean"}
        case Kind.CONSENT:
            return {"type": "boolean", "const": True}
        case Kind.NUMBER:
            return {"type": "number", "minimum": question.minimum, "maximum": question.maximum}
        case Kind.PLACE:
            return {"type": "object", "format": "place"}
        case Kind.FILE:
            items = {"type": "string", "contentEncoding": "binary"}
            return {"type": "array", "items": items, "maxItems": question.max_files}
        case _:
            return {"type": "string", "format": FORMATS.get(question.kind), "maxLength": question.max_length}


def _if(condition: Condition, on: FormField) -> dict[str, Any]:
    words: Any = {"enum": list(condition.among)} if len(condition.among) > 1 else {"const": condition.among[0]}
    if on.kind in (Kind.CHECKBOX, Kind.CONSENT):
        words = {"contains": words} if on.options else {"const": True}
    return {"properties": {condition.question: words}, "required": [condition.question]}
