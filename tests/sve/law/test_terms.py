"""Counting periods: properties against an independent oracle, and the month-end cases the dossier names."""

from calendar import monthrange
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sve.law.calendar import Territory, is_working_day
from app.sve.law.terms import ONE_DAY, Period, add_period, day_after_begins, franc

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2120, 12, 31))
MONTHS = st.integers(min_value=1, max_value=36)
TERRITORIES = st.sampled_from(Territory)


def walked(day, months):
    """An oracle which walks month after month and only then looks for the day number."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    while True:
        try:
            return date(year, month, day.day)
        except ValueError:
            day -= ONE_DAY


@given(DAYS, MONTHS)
def test_months_are_counted_by_day_number_and_clamped(day, months):
    assert add_period(day, Period(months=months)) == walked(day, months)


@given(DAYS, MONTHS)
def test_a_term_never_leaves_its_month_nor_its_day_number(day, months):
    term = add_period(day, Period(months=months))
    assert (term.year * 12 + term.month) - (day.year * 12 + day.month) == months
    assert term.day == min(day.day, monthrange(term.year, term.month)[1])


@given(DAYS, DAYS, MONTHS)
def test_who_writes_later_never_has_an_earlier_term(one, other, months):
    first, second = sorted((one, other))
    period = Period(months=months)
    assert add_period(first, period) <= add_period(second, period)


@given(DAYS, MONTHS, TERRITORIES)
def test_a_franc_period_is_longer_and_ends_on_a_working_day(day, months, territory):
    period = Period(months=months)
    last = franc(day, period, territory)
    assert add_period(day, period) < last <= add_period(day, period) + timedelta(days=8)
    assert last.weekday() < 5
    assert is_working_day(last, territory) or territory in {
        Territory.ALSACE_MOSELLE,
        Territory.NOUVELLE_CALEDONIE,
        Territory.POLYNESIE_FRANCAISE,
        Territory.WALLIS_ET_FUTUNA,
    }


@given(DAYS, st.integers(min_value=1, max_value=60))
def test_days_are_counted_one_by_one(day, days):
    assert add_period(day, Period(days=days)) - day == timedelta(days=days)


@given(st.integers(min_value=0, max_value=40), st.integers(min_value=0, max_value=400))
def test_a_period_reads_what_it_writes(months, days):
    if months or days:
        period = Period(months=months, days=days)
        assert Period.parse(str(period)) == period


@pytest.mark.parametrize(
    ("text", "months", "days"),
    [("P2M", 2, 0), ("P15D", 0, 15), ("P1Y", 12, 0), ("P3M14D", 3, 14), ("P6W", 0, 42), ("P1Y6M", 18, 0)],
)
def test_iso_durations_are_read(text, months, days):
    assert Period.parse(text) == Period(months, days)


@pytest.mark.parametrize("text", ["", "P", "2M", "PT24H", "P2M ", "P-2M", "P2.5M", "P0D", "P1M2Y", "p2m", "P99999999M"])
def test_anything_else_is_not_a_duration(text):
    with pytest.raises(ValueError, match="durée"):
        Period.parse(text)


def test_two_months_are_not_one_month_twice():
    one = Period(months=1)
    day = date(2025, 12, 31)
    assert add_period(day, Period(months=3)) == date(2026, 3, 31)
    assert add_period(add_period(add_period(day, one), one), one) == date(2026, 3, 28)


def test_the_instant_after_a_term_uses_the_offset_then_in_force():
    local, utc = day_after_begins(date(2026, 3, 29), ZoneInfo("Europe/Paris"))
    assert local.isoformat() == "2026-03-30T00:00:00+02:00"
    assert utc.isoformat() == "2026-03-29T22:00:00+00:00"
