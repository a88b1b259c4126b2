"""Questions that fill fields: which may, how an answer becomes a value, and that nothing sent breaks anything."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.adapters.webform_answers import fills
from app.channels.adapters.webform_questions import Condition, FormField, Kind
from app.errors import Invalid
from app.forms.field_answers import kept_of
from app.forms.field_mapping import mapping_flaws
from app.ids import new_id
from app.tickets.field_values import Choice, CustomField, FieldKind

CHOICES = (Choice("centre", "Centre"), Choice("nord", "Nord"), Choice("sud", "Sud", archived=True))


def a_field(kind: FieldKind, **words: Any) -> CustomField:
    field = CustomField(
        id=new_id(),
        key="champ",
        kind=kind,
        label="Champ",
        label_en=None,
        help="",
        required_to_close=False,
        choices=CHOICES if kind in {FieldKind.CHOICE, FieldKind.CHOICES} else (),
        procedures=(),
        rank=1,
        archived_at=None,
        created_at=datetime(2026, 3, 2, tzinfo=UTC),
        version=1,
    )
    return replace(field, **words)


def a_question(kind: Kind, *options: str, name: str = "question", **words: Any) -> FormField:
    return FormField(name=name, label="Question", kind=kind, options=options, **{"fills": "champ", **words})


def flaws(field: CustomField | None, *questions: FormField) -> list[tuple[str, str]]:
    found = mapping_flaws(questions, {"champ": field} if field else {})
    return [(one.pointer.removeprefix("/definition/properties/"), one.code) for one in found]


@pytest.mark.parametrize(
    ("field", "question"),
    [
        (FieldKind.TEXT, a_question(Kind.TEXT)),
        (FieldKind.TEXT, a_question(Kind.SELECT, "Voirie")),
        (FieldKind.LONG_TEXT, a_question(Kind.TEXTAREA)),
        (FieldKind.NUMBER, a_question(Kind.NUMBER)),
        (FieldKind.DATE, a_question(Kind.DATE)),
        (FieldKind.YES_NO, a_question(Kind.CHECKBOX)),
        (FieldKind.YES_NO, a_question(Kind.CONSENT)),
        (FieldKind.CHOICE, a_question(Kind.RADIO, "Centre", "nord")),
        (FieldKind.CHOICES, a_question(Kind.CHECKBOX, "Centre", "Nord")),
        (FieldKind.EMAIL, a_question(Kind.EMAIL)),
        (FieldKind.PHONE, a_question(Kind.TEL)),
        (FieldKind.URL, a_question(Kind.TEXT)),
    ],
)
def test_a_question_fills_a_field_of_its_kind(field: FieldKind, question: FormField) -> None:
    assert flaws(a_field(field), question) == []


@pytest.mark.parametrize(
    ("field", "question", "code"),
    [
        (FieldKind.TEXT, a_question(Kind.TEXTAREA), "kind"),
        (FieldKind.NUMBER, a_question(Kind.TEXT), "kind"),
        (FieldKind.YES_NO, a_question(Kind.CHECKBOX, "Centre"), "kind"),
        (FieldKind.CHOICES, a_question(Kind.CHECKBOX), "kind"),
        (FieldKind.LONG_TEXT, a_question(Kind.FILE), "kind"),
        (FieldKind.LONG_TEXT, a_question(Kind.PLACE), "kind"),
        (FieldKind.CHOICE, a_question(Kind.RADIO, "Centre", "Ouest"), "choices"),
        (FieldKind.CHOICE, a_question(Kind.RADIO, "Centre", "Sud"), "choices"),  # offered no more
    ],
)
def test_a_question_of_another_kind_is_refused_at_its_place(field: FieldKind, question: FormField, code: str) -> None:
    assert flaws(a_field(field), question) == [("question/x-parvis/fills", code)]


def test_a_field_is_there_is_open_and_is_filled_once() -> None:
    one, other = a_question(Kind.TEXT), a_question(Kind.TEXT, name="autre")
    archived = a_field(FieldKind.TEXT, archived_at=datetime(2026, 3, 2, tzinfo=UTC))
    assert flaws(None, one) == [("question/x-parvis/fills", "unknown")]
    assert flaws(archived, one) == [("question/x-parvis/fills", "archived")]
    assert flaws(a_field(FieldKind.TEXT), one, other) == [("autre/x-parvis/fills", "twice")]
    assert flaws(None, a_question(Kind.TEXT, fills=None)) == []


@pytest.mark.parametrize(
    ("kind", "answer", "kept"),
    [
        (FieldKind.TEXT, " Rue des Lilas ", ["Rue des Lilas"]),
        (FieldKind.TEXT, 12, ["12"]),
        (FieldKind.LONG_TEXT, "Un\r\nrécit", ["Un\nrécit"]),
        (FieldKind.NUMBER, "1 250,5", ["1250.5"]),
        (FieldKind.NUMBER, -3, ["-3"]),
        (FieldKind.DATE, "2026-02-28", ["2026-02-28"]),
        (FieldKind.YES_NO, "oui", ["true"]),
        (FieldKind.YES_NO, False, ["false"]),
        (FieldKind.CHOICE, "Centre", ["centre"]),
        (FieldKind.CHOICE, "nord", ["nord"]),
        (FieldKind.CHOICES, ["Nord", "Centre"], ["centre", "nord"]),
        (FieldKind.CHOICES, "Nord", ["nord"]),
        (FieldKind.EMAIL, "Prenom.Nom@Example.fr", ["prenom.nom@example.fr"]),
        (FieldKind.TEXT, "  ", []),
        (FieldKind.CHOICES, [], []),
        (FieldKind.NUMBER, None, []),
    ],
)
def test_an_answer_becomes_what_the_field_holds(kind: FieldKind, answer: object, kept: list[str]) -> None:
    assert list(kept_of(a_field(kind), answer, at="/")) == kept


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (FieldKind.TEXT, "deux\nlignes"),
        (FieldKind.TEXT, {"a": 1}),
        (FieldKind.NUMBER, "douze"),
        (FieldKind.NUMBER, "1e9"),
        (FieldKind.NUMBER, "9" * 5_000),
        (FieldKind.DATE, "2026-02-30"),
        (FieldKind.YES_NO, "peut-être"),
        (FieldKind.CHOICE, "Sud"),
        (FieldKind.CHOICE, ["Centre"]),
        (FieldKind.CHOICES, ["Centre", "centre"]),
        (FieldKind.CHOICES, [["Centre"]]),
        (FieldKind.LONG_TEXT, "a\x00b"),
        (FieldKind.LONG_TEXT, "\ud800"),
        (FieldKind.URL, "javascript:alert(1)"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(kind: FieldKind, answer: object) -> None:
    with pytest.raises(Invalid):
        kept_of(a_field(kind), answer, at="/")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
    max_leaves=6,
)


@given(kind=st.sampled_from(FieldKind), answer=_JSON)
def test_whatever_is_sent_is_kept_as_plain_texts_or_refused(kind: FieldKind, answer: object) -> None:
    try:
        kept = kept_of(a_field(kind), answer, at="/")
    except Invalid:
        return
    assert all("\x00" not in one and one.encode() for one in kept)


def test_a_question_that_was_not_put_or_not_answered_fills_nothing() -> None:
    questions = (
        a_question(Kind.RADIO, "Éclairage", "Voirie", name="nature", fills="nature"),
        a_question(Kind.TEXT, name="mat", fills="mat", shown_when=Condition(question="nature", among=("Éclairage",))),
        a_question(Kind.CHECKBOX, name="urgent", fills="urgent"),
    )
    assert fills(questions, {"nature": "Éclairage", "mat": "12"}) == {"nature": "nature", "mat": "mat"}
    assert fills(questions, {"nature": "Voirie", "mat": "12", "urgent": True}) == {
        "nature": "nature",
        "urgent": "urgent",
    }
    assert fills(questions, {"nature": ["Voirie"], "urgent": " "}) == {"nature": "nature"}
