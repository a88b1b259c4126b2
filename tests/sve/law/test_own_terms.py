"""A day by which to act warns although silence decides nothing, until somebody has answered."""

from datetime import date

import pytest

from app.sve.law.clock import read
from app.sve.law.ladder import Week, thresholds
from app.sve.simulation import case_of
from tests.sve.law.own_cases import CADA, happened, received
from tests.sve.law.own_cases_further import DALO

MEDICAL = {**CADA, "medical_file": True}


def warned(procedure, *events):
    case, _ = case_of({"territory": "METRO", "procedure": procedure, "events": list(events)})
    reading = read(case, now=None)
    return {each.code: each.on for each in thresholds(reading, Week.of(case))}


@pytest.mark.parametrize(
    ("procedure", "day"), [(DALO, date(2026, 6, 2)), (MEDICAL, date(2026, 3, 10))], ids=["DALO", "medical file"]
)
def test_the_day_by_which_to_answer_is_warned_of(procedure, day):
    assert warned(procedure, received())["reply_due"] == day


@pytest.mark.parametrize("procedure", [DALO, MEDICAL], ids=["DALO", "medical file"])
def test_and_not_once_an_answer_left(procedure):
    assert "reply_due" not in warned(procedure, received(), happened("message_out", "2026-03-05T10:00", kind="reply"))


def test_a_holding_reply_answers_nothing():
    assert "reply_due" in warned(DALO, received(), happened("message_out", "2026-03-05T10:00", kind="holding"))
