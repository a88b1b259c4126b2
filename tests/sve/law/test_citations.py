"""Every public function and class of the engine cites its text, save the plumbing listed here with its reason."""

import ast
import re
from pathlib import Path

import pytest

LAW = Path(__file__).resolve().parents[3] / "app" / "sve" / "law"
ARTICLE = re.compile(
    r"Source: \S|\b[LRD]\*?\d{1,4}-\d|\bCPC \d|\bRGPD (?:art\. )?\d|\bCE (?:Sect\. |Ass\. |avis )?\d|[Dd]écrets? \d{4}-\d|loi \d{4}-\d"
)

# Whole modules in which no rule of law is written, and why.
PLUMBING_MODULES = {
    "vocabulary/": "the words of a case turned into facts; the facts cite their text",
    "ladder.py": "the days of our warnings: no text asks for them",
    "risk.py": "the watch list's own words: no text asks for them",
    "sequence.py": "what may be recorded when: each refusal carries its own source, which tests/sve/test_life.py reads",
    "forbidden.py": "as sequence.py",
    "forbidden_acts.py": "as sequence.py",
    "happenings.py": "as sequence.py: what is recorded beside the facts of the law",
}
PLUMBING = {
    "calendar.py": {
        "working_day_by": "moves the day somebody is told, never a term",
        "working_days_before": "as working_day_by",
    },
    "case.py": {
        "Case": "what is handed to the engine",
        "ClockState": "a word for the state every regime gives its own source for",
        "Reading": "what the engine hands back, each value with its source",
        "Scene": "a case seen from an instant",
        "scene_of": "sets that scene",
    },
    "events.py": {"Unlisted": "a fact without effect by definition"},
    "reasons.py": {
        "Ledger": "where values are written with their source",
        "Reason": "a value with its source",
        "in_french": "writes a date",
    },
    "suspension.py": {"merged": "joins spans of days"},
    "territories.py": {"territory_named": "reads the name of a territory"},
}


def public(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node


def cites(node):
    return bool(ARTICLE.search(ast.get_docstring(node) or ""))


def modules():
    for path in sorted(LAW.rglob("*.py")):
        name = str(path.relative_to(LAW))
        if not any(name.startswith(plumbing) for plumbing in PLUMBING_MODULES):
            yield name


@pytest.mark.parametrize("name", list(modules()))
def test_every_public_function_and_class_cites_its_text(name):
    excused = PLUMBING.get(name, {})
    assert [node.name for node in public(LAW / name) if not cites(node) and node.name not in excused] == []


def test_nothing_is_excused_which_cites_a_text_or_is_gone():
    for name, excused in PLUMBING.items():
        found = {node.name: cites(node) for node in public(LAW / name)}
        assert {word for word in excused if found.get(word) is not False} == set(), name
    assert all(reason for excused in PLUMBING.values() for reason in excused.values())
    for prefix in PLUMBING_MODULES:
        assert list(LAW.glob(f"{prefix}*" if prefix.endswith("/") else prefix)), prefix
