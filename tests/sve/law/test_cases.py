"""Worked cases, ours and those shared beside the checkout, go through the same door as a user's."""

import json
from pathlib import Path

import pytest

from app.sve.simulation import simulate
from tests.sve.law.own_cases import ROWS as FIRST
from tests.sve.law.own_cases_further import FURTHER

ROWS = [*FIRST, *FURTHER]
SHARED = Path(__file__).resolve().parents[4] / "shared" / "law" / "cases.json"
# Worded freely in the shared file: their presence is what matters.
WORDED = {"warning", "late_refusal_is", "are_mentions", "effect", "closed_by", "flag"}


def shared_cases():
    """Gives the shared cases when the file stands beside the checkout, and none at all in a bare clone."""
    return json.loads(SHARED.read_text(encoding="utf-8"))["cases"] if SHARED.exists() else []


def same(key, wanted, got):
    if key in WORDED:
        return bool(got) or wanted in (None, False)
    if key.endswith(("_local", "_utc")) and isinstance(got, str):
        return got[:16] == wanted[:16]
    return got == wanted


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.sentence} ({row.article})")
def test_the_law_gives_the_dates_of_our_own_cases(row):
    (answer,) = simulate(row.document)
    assert {key: answer.get(key, "absent") for key in row.expected} == row.expected


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.sentence)
def test_every_value_of_our_own_cases_has_one_reason(row):
    (answer,) = simulate(row.document)
    stated = [reason["key"] for reason in answer["reasons"]]
    assert sorted(stated) == sorted(set(answer) - {"id", "reasons"})
    assert all(reason["source"] and reason["because"] for reason in answer["reasons"])
    assert all(answer[reason["key"]] == reason["value"] for reason in answer["reasons"])
    json.dumps(answer)


@pytest.mark.parametrize("case", shared_cases(), ids=lambda case: f"{case['id']} {case['title']}")
def test_the_law_gives_the_dates_of_the_shared_cases(case):
    document = {key: case[key] for key in ("id", "territory", "timezone", "procedure", "events")}
    (answer,) = simulate(document)
    wrong = {key: answer.get(key) for key, wanted in case["expected"].items() if not same(key, wanted, answer.get(key))}
    assert not wrong, case["reason"]
    stated = [reason["key"] for reason in answer["reasons"]]
    assert sorted(stated) == sorted(set(answer) - {"id", "reasons"})


def test_an_alert_never_comes_after_the_term():
    answers = simulate([row.document for row in ROWS] + shared_cases())
    late = [one for one in answers if one.get("term_date") and one["alert_on"] and one["alert_on"] > one["term_date"]]
    assert late == []
