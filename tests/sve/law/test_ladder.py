"""On which days somebody is warned: working days, never later than the day counted, each step told once."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sve.law import Case, Period, Procedure, Regime, Territory, is_working_day, read, thresholds
from app.sve.law import events as facts
from app.sve.law.calendar import working_day_by, working_days_before
from app.sve.law.ladder import Week
from app.sve.law.territories import ZONES


def ladder(received: str, *, delay: str = "P2M", silence: Regime = Regime.SVA, where: Territory = Territory.METRO):
    """The steps of a request received at ten in the morning and read the same day, by code."""
    at = datetime.fromisoformat(f"{received}T10:00").replace(tzinfo=ZoneInfo(ZONES[where]))
    case = Case(where, Procedure(silence=silence, delay=Period.parse(delay)), (facts.Received(at=at),))
    return {step.code: step for step in thresholds(read(case, now=at), Week.of(case))}


def days(steps) -> list[tuple[str, str]]:
    return [(step.code, step.on.isoformat()) for step in steps.values()]


def test_the_whole_ladder_of_a_request_whose_term_is_a_tuesday() -> None:
    assert days(ladder("2026-07-08", delay="P3M14D")) == [
        ("aee_due", "2026-07-09"),
        ("are_due_J-3", "2026-07-20"),
        ("are_due_J-1", "2026-07-22"),
        ("are_due", "2026-07-23"),
        ("J-30", "2026-09-22"),
        ("J-15", "2026-10-07"),
        ("J-7", "2026-10-15"),
        ("J-3", "2026-10-19"),
        ("J-1", "2026-10-21"),
        ("term", "2026-10-22"),
        ("born", "2026-10-23"),
    ]


def test_a_sunday_term_is_told_on_friday_instead_of_its_eve() -> None:
    """Received 15 April, two months: Monday 15 June; one day less is Sunday 14."""
    steps = ladder("2026-04-14")
    assert steps["term"].falls_on == date(2026, 6, 14)
    assert steps["term"].on == date(2026, 6, 12)
    assert "J-1" not in steps  # Saturday's step comes the same Friday: the nearest is told
    assert steps["J-3"].on == date(2026, 6, 11)
    assert steps["born"].on == date(2026, 6, 15)


def test_the_eve_of_a_monday_term_is_told_on_friday() -> None:
    steps = ladder("2026-04-15")
    assert (steps["term"].on, steps["J-1"].on) == (date(2026, 6, 15), date(2026, 6, 12))
    assert "J-3" not in steps  # Friday too


def test_on_the_friday_before_a_holiday_monday_what_falls_on_tuesdays_eve_is_told() -> None:
    """Whit Monday, 25 May 2026: the eve of a Tuesday term is told on Friday 22."""
    assert ladder("2026-03-26")["J-1"].on == date(2026, 5, 22)


def test_the_sentence_says_the_day_counted_and_the_day_it_is_told() -> None:
    steps = ladder("2026-04-14")
    assert steps["term"].because == (
        "dernier jour : le silence peut accorder le 14 juin 2026 à minuit ; "
        "le 14 juin 2026 n'est pas ouvré, c'est dit le 12 juin 2026."
    )
    assert steps["J-3"].because == "J-3 : le silence peut accorder le 14 juin 2026 à minuit."


def test_a_holiday_of_the_territory_alone_moves_the_step() -> None:
    """Abolition day, 22 May in Martinique; a working day in metropolitan France."""
    assert ladder("2026-03-22", where=Territory.MARTINIQUE)["term"].on == date(2026, 5, 21)
    assert ladder("2026-03-22", where=Territory.METRO)["term"].on == date(2026, 5, 22)


def test_a_leap_day_is_a_day_one_can_be_told_on() -> None:
    """29 February 2028 is a Tuesday."""
    assert ladder("2027-12-30")["term"].on == date(2028, 2, 29)
    assert ladder("2028-01-01")["J-1"].on == date(2028, 2, 29)


def test_a_rejection_by_silence_is_told_a_week_and_a_day_before() -> None:
    steps = ladder("2026-07-22", silence=Regime.SVR)
    assert [code for code, step in steps.items() if step.about == "term"] == ["J-7", "J-1"]
    assert steps["J-1"].because == "J-1 : le silence rejette le 22 septembre 2026 à minuit."


def test_what_nobody_qualified_is_chased_like_its_acknowledgement() -> None:
    steps = ladder("2026-03-02", silence=Regime.UNKNOWN)
    assert [(code, step.on.day) for code, step in steps.items() if step.about == "review_by"] == [
        ("review_by_J-3", 11),
        ("review_by_J-1", 13),
        ("review_by", 16),
    ]


def elsewhere(*later: facts.Transferred, silence: Regime = Regime.SVA, read_on: str = "2026-05-30"):
    """What is told of a request an incompetent authority received on Monday 2 March 2026."""
    zone = ZoneInfo(ZONES[Territory.METRO])
    received = facts.Received(at=datetime(2026, 3, 2, 10, tzinfo=zone), competent=False)
    case = Case(Territory.METRO, Procedure(silence=silence, delay=Period.parse("P2M")), (received, *later))
    reading = read(case, now=datetime.fromisoformat(f"{read_on}T10:00").replace(tzinfo=zone))
    return [(step.code, step.on.isoformat()) for step in thresholds(reading, Week.of(case)) if "hand_over" in step.code]


def test_an_acceptance_nobody_competent_received_is_chased_until_it_is_handed_over() -> None:
    assert elsewhere() == [
        ("hand_over_J+1", "2026-03-03"),
        ("hand_over_J+7", "2026-03-09"),
        ("hand_over_J+15", "2026-03-17"),
        ("hand_over_J+30", "2026-04-01"),
        ("hand_over_J+60", "2026-04-30"),  # 1 May is not worked
    ]
    at = datetime(2026, 3, 12, 10, tzinfo=ZoneInfo(ZONES[Territory.METRO]))
    assert elsewhere(facts.Transferred(at=at)) == []
    assert elsewhere(facts.Transferred(at=at, competent=False)) != []
    assert elsewhere(silence=Regime.SVR) == []  # its clock runs from the first authority (CRPA L114-3 al. 1)


@given(
    received=st.dates(date(2024, 1, 1), date(2032, 12, 31)),
    where=st.sampled_from(Territory),
    delay=st.sampled_from(["P8D", "P15D", "P1M", "P2M", "P3M", "P4M", "P6M"]),
    silence=st.sampled_from([Regime.SVA, Regime.SVR, Regime.UNKNOWN]),
)
def test_a_step_is_never_later_than_its_day_and_falls_on_a_day_somebody_works(received, where, delay, silence) -> None:
    steps = ladder(received.isoformat(), delay=delay, silence=silence, where=where)
    told = [(step.about, step.on) for step in steps.values()]
    assert len(set(told)) == len(told)
    for step in steps.values():
        assert step.on <= step.falls_on
        assert step.about == "born" or is_working_day(step.on, where)
        assert step.because.endswith(".")
        # no day somebody works is skipped between the day told and the day counted
        between = [step.on + timedelta(days=n) for n in range(1, (step.falls_on - step.on).days + 1)]
        assert step.about == "born" or not any(is_working_day(day, where) for day in between)


def test_working_days_are_counted_back_over_a_long_week_end() -> None:
    """Ascension 2026 is Thursday 14 May; a bridge is worked."""
    assert working_day_by(date(2026, 5, 17), Territory.METRO) == date(2026, 5, 15)
    assert working_days_before(date(2026, 5, 18), 2, Territory.METRO) == date(2026, 5, 13)


def test_a_week_nobody_works_has_no_day_to_tell() -> None:
    with pytest.raises(ValueError, match="weekday"):
        working_day_by(date(2026, 5, 17), Territory.METRO, weekdays=frozenset())
