"""The open time between two instants, against a count minute by minute."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reporting.opening.hours import END_OF_DAY, BusinessHours, Opening, OpenTime

PARIS, MIQUELON = "Europe/Paris", "America/Miquelon"
FIRST, LAST = date(2026, 3, 27), date(2026, 3, 31)
EASTER = frozenset({date(2026, 3, 30)})
OFFICE = BusinessHours(week=[Opening(day, *span) for day in range(1, 6) for span in ((510, 720), (810, 1020))])


def none(_year: int) -> Collection[date]:
    return ()


def open_time(hours: BusinessHours, first: date, last: date, *, zone: str = PARIS) -> OpenTime:
    return OpenTime.of(hours.intervals(first, last, zone=zone, holidays=none))


def at(written: str, zone: str = PARIS) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone))


def test_a_question_of_the_evening_waits_from_the_next_opening_on() -> None:
    time = open_time(OFFICE, date(2026, 3, 2), date(2026, 3, 9))
    assert time.between(at("2026-03-02T18:00"), at("2026-03-03T09:00")) == timedelta(minutes=30)
    assert time.between(at("2026-03-06T16:00"), at("2026-03-09T14:00")) == timedelta(hours=1 + 3.5 + 0.5)
    assert time.between(at("2026-03-07T10:00"), at("2026-03-08T22:00")) == timedelta()


def test_holidays_and_days_of_ones_own_are_closed() -> None:
    hours = BusinessHours(week=OFFICE.week, closed_on=frozenset({date(2026, 5, 15)}))
    days = hours.intervals(date(2026, 5, 13), date(2026, 5, 18), zone=PARIS, holidays=lambda _: {date(2026, 5, 14)})
    assert {opens.date().day for opens, _ in days} == {13, 18}


@pytest.mark.parametrize(
    ("zone", "day", "lasts"),
    [
        (PARIS, date(2026, 3, 29), timedelta()),
        (PARIS, date(2026, 10, 25), timedelta(hours=2)),
        (PARIS, date(2026, 10, 18), timedelta(hours=1)),
        (MIQUELON, date(2026, 3, 8), timedelta()),
    ],
)
def test_an_opening_lasts_as_long_as_it_does_when_clocks_change(zone: str, day: date, lasts: timedelta) -> None:
    night = BusinessHours(week=[Opening(7, 120, 180)])
    spans = night.intervals(day, day, zone=zone, holidays=none)
    assert sum((closes - opens for opens, closes in spans), timedelta()) == lasts


def test_a_day_open_from_midnight_to_midnight_leaves_no_gap() -> None:
    always = BusinessHours(week=[Opening(day, 0, END_OF_DAY) for day in range(1, 8)])
    time = open_time(always, FIRST, LAST)
    start, end = at("2026-03-28T23:10"), at("2026-03-30T01:00")
    assert time.between(start, end) == end.astimezone(UTC) - start.astimezone(UTC)


def test_a_delay_reaches_back_and_on_over_what_is_closed() -> None:
    time = open_time(OFFICE, date(2026, 3, 2), date(2026, 3, 13))
    day = timedelta(hours=7)
    assert time.back_from(at("2026-03-09T10:30"), day) == at("2026-03-06T10:30")
    assert time.back_from(at("2026-03-08T12:00"), day) == at("2026-03-06T08:30")
    assert time.on_from(at("2026-03-06T16:00"), timedelta(hours=2)) == at("2026-03-09T09:30")
    assert time.on_from(at("2026-03-07T16:00"), day) == at("2026-03-09T17:00")
    # The last instant before which so much was open is that of the next opening; the first one, that of closing.
    assert time.back_from(at("2026-03-06T17:00"), timedelta(hours=3.5)) == at("2026-03-06T13:30")
    assert time.on_from(at("2026-03-06T08:30"), timedelta(hours=3.5)) == at("2026-03-06T12:00")
    assert time.back_from(at("2026-03-02T09:00"), day) is None
    assert time.on_from(at("2026-03-13T16:00"), day) is None
    nothing = OpenTime.of(iter(()))
    assert (nothing.back_from(at("2026-03-09T10:30"), day), nothing.on_from(at("2026-03-09T10:30"), day)) == (
        None,
        None,
    )


@st.composite
def weeks(draw: st.DrawFn) -> BusinessHours:
    """Weeks of openings on whole hours that do not overlap."""
    week = []
    for day in range(1, 8):
        marks = sorted(draw(st.sets(st.integers(0, 24), max_size=6)))
        week += [Opening(day, a * 60, b * 60) for a, b in zip(marks[::2], marks[1::2], strict=False)]
    return BusinessHours(week=week, closed_on=draw(st.sampled_from([frozenset(), frozenset({FIRST})])))


@given(hours=weeks(), start=st.integers(0, 450), long=st.integers(0, 450), autumn=st.booleans())
def test_open_time_is_the_sum_of_the_open_quarters(
    hours: BusinessHours, start: int, long: int, *, autumn: bool
) -> None:
    first, last = (date(2026, 10, 23), date(2026, 10, 27)) if autumn else (FIRST, LAST)
    quarter = timedelta(minutes=15)
    began = at(f"{first}T00:00").astimezone(UTC) + start * quarter
    ended = min(began + long * quarter, at(f"{last}T23:45").astimezone(UTC))
    time = OpenTime.of(hours.intervals(first, last, zone=PARIS, holidays=lambda _: EASTER))
    counted, instant = timedelta(), began
    while instant < ended:
        wall = instant.astimezone(ZoneInfo(PARIS))
        minute, closed = wall.hour * 60 + wall.minute, {*hours.closed_on, *EASTER}
        if wall.date() not in closed and any(
            one.weekday == wall.isoweekday() and one.opens <= minute < one.closes for one in hours.week
        ):
            counted += quarter
        instant += quarter
    assert time.between(began, max(began, ended)) == counted


@given(hours=weeks(), start=st.integers(0, 96 * 4), quarters=st.integers(1, 200))
def test_what_a_delay_reaches_is_as_far_in_open_time(hours: BusinessHours, start: int, quarters: int) -> None:
    time, span = open_time(hours, FIRST, LAST), timedelta(minutes=15 * quarters)
    begins = at(f"{FIRST}T00:00").astimezone(UTC) + timedelta(minutes=15 * start)
    back, on = time.back_from(begins, span), time.on_from(begins, span)
    if back is not None:
        assert time.between(back, begins) == span
        assert time.between(back + timedelta(minutes=1), begins) < span
    if on is not None:
        assert time.between(begins, on) == span
        assert time.between(begins, on - timedelta(minutes=1)) < span
    everything = timedelta(seconds=sum(end - begin for begin, end in zip(time.starts, time.ends, strict=True)))
    before = time.between(at("2026-01-01T00:00"), begins)
    assert (back is None, on is None) == (before < span, everything - before < span)
