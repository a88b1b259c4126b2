"""The fictional request that unsaved words are read around: whole by the law, and plainly nobody's."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sve.letters.composing import compose
from app.sve.letters.fictional import fictional_ground
from app.sve.letters.plaintext import whole
from app.sve.letters.values import Kind
from app.sve.letters.wordings import VARIABLES, _values

DAYS = st.dates(date(2026, 1, 1), date(2034, 12, 31))


@pytest.mark.parametrize("kind", list(Kind))
@given(on=DAYS)
def test_every_kind_of_letter_can_be_written_whole_on_any_day(kind: Kind, on: date) -> None:
    ground = fictional_ground(kind, on=on)
    composed = compose(kind, ground)
    assert composed.missing == []
    assert composed.mentions


@pytest.mark.parametrize("kind", list(Kind))
def test_every_place_is_filled_and_every_address_is_an_example(kind: Kind) -> None:
    ground = fictional_ground(kind, on=date(2026, 3, 4))
    values = _values(ground)
    assert all(values[one] for one in VARIABLES)
    text = whole(compose(kind, ground), ground)
    assert {one for one in re.findall(r"[\w.-]+\.fr\b", text) if not one.endswith("example.fr")} <= {
        "telerecours.fr",
        "www.telerecours.fr",
    }


def test_the_dates_are_those_of_the_engine_on_that_day() -> None:
    on = date(2026, 6, 10)
    told = [fictional_ground(Kind.ARE, on=day) for day in (on, on + timedelta(days=30))]
    assert [one.day("reception_date") for one in told] == [date(2026, 6, 8), date(2026, 7, 8)]
    asked = fictional_ground(Kind.PIECES, on=on)
    assert asked.fields.deadline_on == date(2026, 7, 1)
