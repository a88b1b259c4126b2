"""The engine as a piece of code: pure, dated, cited, and with a closed set of mentions."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest

from app.sve.law.notices import SOURCES, Mention, Notice, mentions
from app.sve.law.regime import Regime
from app.sve.law.rules import ALL_RULES, ENVIRONMENTAL_ASSESSMENT, FRAUD_SUSPENSION, PLANNING_APPEAL

ROOT = Path(__file__).resolve().parents[3]
LAW = ROOT / "app" / "sve" / "law"
PURE = {
    *("ast", "calendar", "collections", "dataclasses", "datetime", "difflib", "enum", "functools", "itertools"),
    *("re", "types", "typing", "zoneinfo"),
}
MODULES = sorted(LAW.rglob("*.py"))


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(LAW)))
def test_the_engine_imports_nothing_but_the_pure_part_of_the_standard_library(path):
    names = set(imported(ast.parse(path.read_text(encoding="utf-8"))))
    foreign = {name for name in names if name.split(".")[0] not in PURE and not name.startswith("app.sve.law")}
    assert foreign == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(LAW)))
def test_the_engine_never_asks_what_time_it_is(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\.(?:now|today|utcnow|fromtimestamp)\(", text)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(LAW)))
def test_a_module_holds_one_idea(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    assert [f.name for f in functions if (f.end_lineno or 0) - f.lineno > 60] == []


def test_every_dated_rule_cites_its_text_and_has_ordered_dates():
    assert all(rule.source and (rule.valid_until is None or rule.valid_from <= rule.valid_until) for rule in ALL_RULES)
    assert len({rule.name for rule in ALL_RULES}) == len(ALL_RULES)


@pytest.mark.parametrize(
    ("rule", "first"),
    [
        (FRAUD_SUSPENSION, date(2026, 3, 1)),
        (PLANNING_APPEAL, date(2025, 11, 28)),
        (ENVIRONMENTAL_ASSESSMENT, date(2025, 12, 31)),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_a_new_text_holds_from_its_day_and_not_before(rule, first):
    assert rule.in_force(first)
    assert not rule.in_force(date.fromordinal(first.toordinal() - 1))


@pytest.mark.parametrize("notice", Notice)
@pytest.mark.parametrize("silence", Regime)
def test_every_message_has_its_mentions_and_its_text(notice, silence):
    listed = mentions(notice, silence)
    assert listed
    assert len(set(listed)) == len(listed)
    assert SOURCES[notice]


def test_an_acknowledgement_says_what_silence_means_save_for_information():
    assert mentions(Notice.ARE, Regime.NONE) == (Mention.DATE_RECEPTION, Mention.SERVICE, Mention.CONTACT)
    assert Mention.APPEAL_ROUTES in mentions(Notice.ARE, Regime.SVR)
    assert Mention.ATTESTATION in mentions(Notice.ARE, Regime.SVA)
    assert Mention.CADA_REFERRAL in mentions(Notice.ARE, Regime.SVR, cada=True)
    assert Mention.SILENCE in mentions(Notice.ARE, Regime.UNKNOWN)
