"""The jurists' page and the developers' vocabulary say what the code says, figures included."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from app.sve.law.holidays import FIRST_CERTAIN_YEAR, RULES
from app.sve.law.options import DEFAULT, Options
from app.sve.law.reasons import in_french
from app.sve.law.regimes.own_term import OWN_TERMS
from app.sve.law.rules import ALL_RULES
from app.sve.law.territories import Territory
from app.sve.law.vocabulary.events import BUILDERS, WITHOUT_EFFECT
from app.sve.simulation import simulate

ROOT = Path(__file__).resolve().parents[3]
LAW = ROOT / "app" / "sve" / "law"
NARROW, WIDE = "\u202f", "\u00a0"


def page(name):
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def plain(text):
    """Gives a text with ordinary spaces and apostrophes."""
    return text.replace(NARROW, " ").replace(WIDE, " ").replace("’", "'")


def section(title):
    text = plain(page("law.md"))
    start = text.index(f"## {title}\n")
    end = text.find("\n## ", start + 3)
    return re.sub(r"\s+", " ", text[start : end if end > 0 else len(text)])


def test_every_word_of_a_case_stands_in_the_vocabulary():
    text = page("law-vocabulary.md")
    assert [word for word in [*BUILDERS, *sorted(WITHOUT_EFFECT)] if f"`{word}`" not in text] == []


def test_every_module_of_the_engine_stands_in_the_vocabulary():
    text = page("law-vocabulary.md")
    modules = [str(path.relative_to(LAW)) for path in sorted(LAW.rglob("*.py")) if path.name != "__init__.py"]
    assert [name for name in modules if f"`{name}`" not in text] == []


def test_every_debated_choice_stands_in_the_jurists_page_and_no_other():
    debated = section("Ce qui est débattu")
    named = re.findall(r"\| `(\w+)` \|", debated)
    assert sorted(named) == sorted(each.name for each in fields(Options))
    assert f"| `instant_seconds` | {DEFAULT.instant_seconds} |" in debated
    assert f"| `unopened_days` | {DEFAULT.unopened_days} jours" in debated


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.name)
def test_every_dated_rule_stands_in_the_jurists_page_with_its_day(rule):
    assert in_french(rule.valid_from) in section("Les règles datées")


@pytest.mark.parametrize("own", OWN_TERMS, ids=lambda own: own.article.pattern)
def test_every_term_of_the_administrations_own_stands_in_the_jurists_page(own):
    assert own.article.search(section("Quand le silence ne décide de rien"))


def test_the_figures_of_the_calendar_are_those_of_the_table():
    text = section("Jours fériés et heure légale")
    assert len(Territory) == 13
    assert text.startswith("## Jours fériés et heure légale Treize territoires")
    assert len([rule for rule in RULES if rule.territories == frozenset(Territory)]) == 11
    assert "Onze jours fériés nationaux" in text
    assert f"avant {FIRST_CERTAIN_YEAR}." in text


def read_alone(procedure, *events):
    (answer,) = simulate({"territory": "METRO", "procedure": procedure, "events": list(events)})
    return answer


def in_words(day, *, year=True):
    _, month, number = day.split("-")
    months = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre")
    written = f"{int(number)} {months[int(month) - 1]}"
    return f"{written} {day[:4]}" if year else written


FIRST_EXAMPLE = (
    {"regime": "CRPA", "silence": "SVA", "delay": "P2M"},
    {"type": "received", "at": "2026-03-02T09:00", "authority": "incompetent", "channel": "email"},
    {"type": "transferred", "received_at": "2026-03-12T10:00", "to": "competent"},
    {"type": "pieces_requested", "at": "2026-03-16T10:00", "deadline_date": "2026-03-31"},
    {"type": "pieces_received", "at": "2026-03-25T10:00"},
)
REJECTED = {"regime": "CRPA", "silence": "SVR", "delay": "P2M"}
SECOND_EXAMPLE = (
    REJECTED,
    {"type": "received", "at": "2026-03-03T09:00", "authority": "competent", "channel": "email"},
    {"type": "ack_sent", "at": "2026-03-05T10:00", "kind": "ARE", "complete_mentions": True},
)


@pytest.mark.parametrize(
    ("example", "key", "day"),
    [
        (FIRST_EXAMPLE, "reception_date", "2026-03-02"),
        (FIRST_EXAMPLE, "aee_due_date", "2026-03-03"),
        (FIRST_EXAMPLE, "are_due_date", "2026-03-26"),
        (FIRST_EXAMPLE, "term_date", "2026-05-25"),
        (FIRST_EXAMPLE, "tacit_decision_dated", "2026-05-25"),
        (FIRST_EXAMPLE, "withdrawal_last_date", "2026-09-25"),
        (SECOND_EXAMPLE, "term_date", "2026-05-03"),
        (SECOND_EXAMPLE, "appeal_last_date", "2026-07-06"),
        (SECOND_EXAMPLE, "citizen_safe_date", "2026-07-03"),
        (SECOND_EXAMPLE, "refusal_withdrawal_last_date", "2026-09-03"),
    ],
)
def test_the_worked_examples_are_what_the_engine_answers(example, key, day):
    assert read_alone(*example)[key] == day
    assert in_words(day, year=not day.startswith("2026-03-03")) in section("Comment une date est calculée")


def test_the_worked_examples_say_what_pieces_would_have_moved():
    asked = {"type": "pieces_requested", "at": "2026-03-16T10:00", "deadline_date": "2026-03-31"}
    sent = {"type": "pieces_received", "at": "2026-03-25T10:00"}
    answer = read_alone(*SECOND_EXAMPLE, asked, sent)
    assert (answer["suspended_days"], answer["term_date"]) == (9, "2026-05-12")
    assert "neuf jours de suspension, au 12 mai 2026" in section("Comment une date est calculée")


def test_the_jurists_page_is_written_as_french_is():
    text = re.sub(r"`[^`]*`|\]\([^)]*\)", "", page("law.md"))
    assert re.findall(r"\w'\w", text) == []
    assert re.findall(r" [:;!?»]|« ", text) == []
    assert text.startswith("# Le moteur juridique\n")
