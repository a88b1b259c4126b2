"""Definitions: a closed part of JSON Schema, every fault told at once, written back as they were read."""

from typing import Any

import pytest

from app.channels.adapters.webform_questions import Condition, FormField, Kind, asked
from app.errors import Invalid
from app.forms.definitions import read
from app.forms.writing import schema_of

NATURE = {"type": "string", "title": "Nature", "enum": ["Éclairage", "Voirie"]}
LAMP = {"question": "nature", "among": ["Éclairage"]}


def a_schema(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"nature": NATURE, **properties}, "required": list(required)}


def faults(schema: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as told:
        read(schema)
    return [(flaw.pointer, flaw.code) for flaw in told.value.flaws]


EVERYTHING = (
    FormField(name="nature", label="Nature", kind=Kind.RADIO, required=True, options=("Éclairage", "Voirie")),
    FormField(
        name="numero",
        label="Numéro du mât",
        label_en="Number of the mast",
        help="Gravé sur le mât",
        help_en="Engraved on it",
        simple="Quel est le numéro sur le lampadaire ?",
        max_length=20,
        required=True,
        shown_when=Condition(question="nature", among=("Éclairage",)),
    ),
    FormField(name="message", label="Message", kind=Kind.TEXTAREA, about="message", required=True),
    FormField(name="courriel", label="Adresse électronique", kind=Kind.EMAIL, about="email"),
    FormField(
        name="telephone",
        label="Téléphone",
        kind=Kind.TEL,
        about="phone",
        required_when=Condition(question="nature", among=("Voirie",)),
    ),
    FormField(name="jour", label="Jour", kind=Kind.DATE),
    FormField(name="combien", label="Combien", kind=Kind.NUMBER, minimum=1, maximum=9),
    FormField(name="themes", label="Thèmes", kind=Kind.CHECKBOX, options=("A", "B"), options_en=("a", "b")),
    FormField(
        name="pourquoi",
        label="Pourquoi",
        required_when=Condition(question="themes", among=("A", "B")),
    ),
    FormField(name="rappel", label="Être rappelé", kind=Kind.CHECKBOX),
    FormField(name="quand", label="Quand", shown_when=Condition(question="rappel", among=("oui",))),
    FormField(name="adresse", label="Adresse", kind=Kind.ADDRESS),
    FormField(name="lieu", label="Lieu", kind=Kind.PLACE),
    FormField(name="photos", label="Photos", kind=Kind.FILE, max_files=3, max_bytes=5_000_000, accepts=("image/*",)),
    FormField(name="accord", label="J'accepte", kind=Kind.CONSENT, required=True),
)


def test_what_is_written_is_read_back_the_same():
    assert read(schema_of(EVERYTHING)) == EVERYTHING


def test_what_is_required_only_when_shown_is_a_conditional_requirement():
    schema = schema_of(EVERYTHING[:2])
    assert schema["required"] == ["nature"]
    assert schema["allOf"] == [
        {
            "if": {"properties": {"nature": {"const": "Éclairage"}}, "required": ["nature"]},
            "then": {"required": ["numero"]},
        }
    ]


def test_questions_keep_the_order_of_their_properties():
    names = [
        one.name for one in read(a_schema(b={"type": "boolean", "title": "B"}, a={"type": "number", "title": "A"}))
    ]
    assert names == ["nature", "b", "a"]


@pytest.mark.parametrize(
    ("schema", "fault"),
    [
        ({}, ("/definition/properties", "count")),
        (a_schema("absent"), ("/definition/required", "names")),
        ({**a_schema(), "patternProperties": {}}, ("/definition/patternProperties", "unknown-keyword")),
        (a_schema(a={"type": "string", "title": "A", "pattern": "^x"}), ("/definition/properties/a/pattern", "unknown-keyword")),
        (a_schema(a={"type": "string", "title": "A", "format": "uri"}), ("/definition/properties/a/format", "format")),
        (a_schema(a={"type": "null", "title": "A"}), ("/definition/properties/a/type", "type")),
        (a_schema(a={"type": "string"}), ("/definition/properties/a/title", "title")),
        (a_schema(csrf_token={"type": "string", "title": "A"}), ("/definition/properties/csrf_token", "name")),
        (a_schema(Nom={"type": "string", "title": "A"}), ("/definition/properties/Nom", "name")),
        (a_schema(a={"type": "string", "title": "A", "enum": ["x", "x"]}), ("/definition/properties/a/enum", "options")),
        (a_schema(a={"type": "array", "title": "A", "items": {}}), ("/definition/properties/a/items", "items")),
        (a_schema(a={"type": "object", "title": "A"}), ("/definition/properties/a/format", "format")),
        ({**a_schema(), "allOf": [{"if": {}}]}, ("/definition/allOf/0", "condition")),
    ],
)  # fmt: skip
def test_what_is_outside_the_closed_part_is_refused_by_its_pointer(schema: dict[str, Any], fault: tuple[str, str]):
    assert fault in faults(schema)


@pytest.mark.parametrize(
    "condition",
    [
        {"question": "later", "among": ["x"]},
        {"question": "nature", "among": ["Propreté"]},
        {"question": "nobody", "among": ["x"]},
        {"question": "a", "among": ["x"]},
    ],
)
def test_a_condition_looks_back_at_an_answer_that_is_offered(condition: dict[str, Any]):
    schema = a_schema(
        a={"type": "string", "title": "A", "x-parvis": {"show_if": condition}},
        later={"type": "string", "title": "B", "enum": ["x"]},
    )
    assert ("/definition/properties/a", "condition") in faults(schema)


def test_every_fault_is_told_at_once():
    assert len(faults(a_schema("absent", a={"type": "null"}, b={"type": "string"}))) == 3


def test_a_question_that_is_not_put_is_not_required_and_decides_nothing():
    questions = read(
        {
            **a_schema(
                numero={"type": "string", "title": "N", "enum": ["1"], "x-parvis": {"show_if": LAMP}},
                suite={"type": "string", "title": "S", "x-parvis": {"show_if": {"question": "numero", "among": ["1"]}}},
            ),
            "required": ["nature", "numero", "suite"],
        }
    )
    put = asked(questions, {"nature": ["Voirie"], "numero": ["1"]})
    assert {name: (one.shown, one.required) for name, one in put.items()} == {
        "nature": (True, True),
        "numero": (False, False),
        "suite": (False, False),
    }
    assert asked(questions, {"nature": ["Éclairage"], "numero": ["1"]})["suite"].required
