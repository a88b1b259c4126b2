"""Worked cases, ours and those shared beside the checkout, go through the same door as a user's."""

import json

import pytest

from app.sve.simulation import simulate
from tests.sve.law.worked import ROWS, as_document, shared_cases, wrong


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
    (answer,) = simulate(as_document(case))
    assert not wrong(case, answer), case["reason"]
    stated = [reason["key"] for reason in answer["reasons"]]
    assert sorted(stated) == sorted(set(answer) - {"id", "reasons"})


def test_an_alert_never_comes_after_the_term():
    answers = simulate([row.document for row in ROWS] + [as_document(case) for case in shared_cases()])
    late = [one for one in answers if one.get("term_date") and one["alert_on"] and one["alert_on"] > one["term_date"]]
    assert late == []
