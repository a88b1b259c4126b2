"""Holidays and working days: our cited table, compared with the libraries which serve as oracles."""

import re
from datetime import date, timedelta
from typing import NamedTuple

import holidays as oracle
import pytest
from jours_feries_france import JoursFeries

from app.sve.law.calendar import Territory, add_working_days, is_working_day, postponed
from app.sve.law.holidays import LocalCalendar, easter, holidays

YEARS = range(2000, 2051)
ORACLE = {
    Territory.METRO: {},
    Territory.ALSACE_MOSELLE: {"subdiv": "57"},
    Territory.GUADELOUPE: {"subdiv": "GP"},
    Territory.MARTINIQUE: {"subdiv": "MQ"},
    Territory.GUYANE: {"subdiv": "973"},
    Territory.LA_REUNION: {"subdiv": "RE"},
    Territory.MAYOTTE: {"subdiv": "YT"},
    Territory.SAINT_BARTHELEMY: {"subdiv": "BL"},
    Territory.SAINT_MARTIN: {"subdiv": "MF"},
    Territory.SAINT_PIERRE_ET_MIQUELON: {"subdiv": "PM"},
    Territory.NOUVELLE_CALEDONIE: {"subdiv": "NC"},
    Territory.POLYNESIE_FRANCAISE: {"subdiv": "PF"},
    Territory.WALLIS_ET_FUTUNA: {"subdiv": "WF"},
}
ETALAB = {
    Territory.METRO: "Métropole",
    Territory.ALSACE_MOSELLE: "Alsace-Moselle",
    Territory.GUADELOUPE: "Guadeloupe",
    Territory.MARTINIQUE: "Martinique",
    Territory.GUYANE: "Guyane",
    Territory.LA_REUNION: "La Réunion",
    Territory.MAYOTTE: "Mayotte",
    Territory.SAINT_BARTHELEMY: "Saint-Barthélémy",
    Territory.SAINT_MARTIN: "Saint-Martin",
    Territory.SAINT_PIERRE_ET_MIQUELON: "Saint-Pierre-et-Miquelon",
}
GOOD_FRIDAY, MI_CAREME, WHIT_MONDAY = -2, -24, 50
ANTILLES, MF, BL = (Territory.GUADELOUPE, Territory.MARTINIQUE), Territory.SAINT_MARTIN, Territory.SAINT_BARTHELEMY


class Divergence(NamedTuple):
    """A day on which our table and a library disagree, the years, who has it, and what settles it."""

    library: str
    territories: tuple[Territory, ...]
    day: int | tuple[int, int]  # days from Easter Sunday, or month and day
    first: int
    last: int
    ours: bool
    source: str

    def falls(self, year):
        return easter(year) + timedelta(days=self.day) if isinstance(self.day, int) else date(year, *self.day)


# Every divergence between 2000 and 2050. Another one, or one which is not there any more, fails the tests.
DIVERGENCES = (
    Divergence("holidays", tuple(Territory), WHIT_MONDAY, 2005, 2007, True, "loi 2004-626 art. 2: the day of solidarity fell on Whit Monday, which stayed in the list of holidays (L3133-1)"),
    Divergence("holidays", (Territory.GUADELOUPE,), MI_CAREME, 2000, 2050, False, "local usage; L3422-2 names 27 May alone"),
    Divergence("holidays", ANTILLES, (7, 21), 2000, 2050, False, "Victor Schœlcher, local usage; L3422-2 names one day a territory"),
    Divergence("holidays", (Territory.GUADELOUPE,), GOOD_FRIDAY, 2000, 2050, False, "local usage; L3134-13 holds in Alsace-Moselle alone"),
    Divergence("holidays", (MF,), (7, 21), 2012, 2050, False, "Victor Schœlcher, local usage; L3422-2 3° names 27 May"),
    Divergence("holidays", (MF,), (5, 28), 2013, 2050, False, "circular of 2018 and usage against L3422-2 3°, a choice of the tenant (LocalCalendar)"),
    Divergence("holidays", (MF,), (5, 27), 2000, 2050, True, "L3422-2 3° (certain since 2012, décret 2012-553); before, 27 May of Guadeloupe, uncertain"),
    Divergence("holidays", (BL,), (5, 27), 2000, 2011, True, "commune of Guadeloupe until 2007, then not read: kept uncertain until décret 2012-553"),
    Divergence("etalab", (MF,), (5, 28), 2018, 2050, False, "circular of 2018 and usage against L3422-2 3°"),
    Divergence("etalab", (MF,), (5, 27), 2018, 2050, True, "L3422-2 3° says 27 May"),
    Divergence("etalab", (BL,), (5, 27), 2000, 2011, True, "commune of Guadeloupe until 2007, then not read: kept uncertain"),
    Divergence("etalab", (BL,), (10, 9), 2000, 2011, False, "before décret 2012-553, which named 9 October"),
)  # fmt: skip


def accepted(library, territory, year, *, ours):
    """Gives the written divergences of a year, those the other side has too (a coincidence of dates) left out."""
    return {
        each.falls(year)
        for each in DIVERGENCES
        if each.library == library
        and territory in each.territories
        and each.first <= year <= each.last
        and each.ours is ours
    }


def compared(library, territory, year, theirs):
    ours = set(holidays(year, territory))
    alone, missing = ours - theirs, theirs - ours
    assert alone == accepted(library, territory, year, ours=True) - theirs, (year, alone)
    assert missing == accepted(library, territory, year, ours=False) - ours, (year, missing)


@pytest.mark.parametrize("territory", Territory)
def test_our_holidays_are_those_of_the_holidays_library_save_the_written_divergences(territory):
    for year in YEARS:
        compared("holidays", territory, year, set(oracle.country_holidays("FR", years=year, **ORACLE[territory])))


@pytest.mark.parametrize("territory", ETALAB)
def test_our_holidays_are_those_of_etalab_save_the_written_divergences(territory):
    for year in YEARS:
        compared("etalab", territory, year, set(JoursFeries.for_year(year, zone=ETALAB[territory]).values()))


@pytest.mark.parametrize("divergence", DIVERGENCES, ids=lambda each: f"{each.library} {each.territories[0]} {each.day}")
def test_every_divergence_says_what_settles_it(divergence):
    assert re.search(r"L3422-2|L3134-13|L3133-1|loi|décret|Guadeloupe", divergence.source)
    assert YEARS.start <= divergence.first <= divergence.last < YEARS.stop


@pytest.mark.parametrize(
    ("territory", "day", "certain"),
    [
        # Whit Monday stayed a holiday on the days of solidarity of 2005 to 2007.
        (Territory.METRO, date(2005, 5, 16), True),
        # décret 2012-553; before, both were under Guadeloupe's day or under texts not read.
        (BL, date(2012, 10, 9), True),
        (BL, date(2011, 5, 27), False),
        (MF, date(2012, 5, 27), True),
        (MF, date(2011, 5, 27), False),
        # L3422-2 in Mayotte since 2018.
        (Territory.MAYOTTE, date(2018, 4, 27), True),
        (Territory.MAYOTTE, date(2017, 4, 27), False),
        # Matāri'i replaced the day of autonomy in 2025; both rest on a library.
        (Territory.POLYNESIE_FRANCAISE, date(2025, 11, 20), False),
        (Territory.POLYNESIE_FRANCAISE, date(2024, 6, 29), False),
        # Before 8 May came back, the list is kept without being vouched for.
        (Territory.METRO, date(1981, 7, 14), False),
        (Territory.METRO, date(1982, 5, 8), True),
    ],
)
def test_a_day_is_certain_only_since_the_text_that_was_read(territory, day, certain):
    assert holidays(day.year, territory)[day].certain is certain


@pytest.mark.parametrize(
    ("territory", "day"),
    [
        (BL, date(2011, 10, 9)),
        (BL, date(2012, 5, 27)),
        (Territory.POLYNESIE_FRANCAISE, date(2025, 6, 29)),
        (Territory.POLYNESIE_FRANCAISE, date(2024, 11, 20)),
        (Territory.METRO, date(1981, 5, 8)),
    ],
)
def test_a_day_is_no_holiday_outside_its_years(territory, day):
    assert day not in holidays(day.year, territory)


@pytest.mark.parametrize("territory", Territory)
def test_every_holiday_cites_its_text(territory):
    assert all(holiday.citation and holiday.name for holiday in holidays(2026, territory).values())


def test_good_friday_depends_on_the_commune():
    friday = date(2026, 4, 3)
    assert not is_working_day(friday, Territory.ALSACE_MOSELLE)
    assert is_working_day(friday, Territory.ALSACE_MOSELLE, local=LocalCalendar(good_friday=False))
    assert is_working_day(friday, Territory.METRO)


def test_saint_martin_keeps_the_statute_unless_its_tenant_says_otherwise():
    assert date(2026, 5, 27) in holidays(2026, Territory.SAINT_MARTIN)
    moved = holidays(2026, Territory.SAINT_MARTIN, LocalCalendar(saint_martin_abolition=(5, 28)))
    assert date(2026, 5, 27) not in moved
    assert not moved[date(2026, 5, 28)].certain


@pytest.mark.parametrize(
    ("day", "territory"),
    [
        (date(2026, 4, 3), Territory.ALSACE_MOSELLE),
        (date(2026, 9, 24), Territory.NOUVELLE_CALEDONIE),
        (date(2026, 11, 20), Territory.POLYNESIE_FRANCAISE),
    ],
)
def test_an_uncertain_holiday_never_postpones_a_period(day, territory):
    assert postponed(day, territory) == day


def test_a_certain_holiday_and_a_weekend_postpone_a_court_period():
    assert postponed(date(2026, 4, 4), Territory.METRO) == date(2026, 4, 7)
    assert postponed(date(2025, 12, 26), Territory.ALSACE_MOSELLE) == date(2025, 12, 29)


def test_a_town_hall_open_on_saturday_counts_it_when_told_to():
    week = frozenset(range(6))
    assert add_working_days(date(2026, 3, 6), 1, Territory.METRO) == date(2026, 3, 9)
    assert add_working_days(date(2026, 3, 6), 1, Territory.METRO, weekdays=week) == date(2026, 3, 7)


def test_a_week_without_worked_days_is_refused():
    with pytest.raises(ValueError, match="worked weekday"):
        add_working_days(date(2026, 3, 6), 1, Territory.METRO, weekdays=frozenset())


def test_the_computus_agrees_with_the_oracle():
    mondays = {year: easter(year) + timedelta(days=1) for year in range(1990, 2100)}
    for year, monday in mondays.items():
        assert "Lundi de Pâques" in oracle.country_holidays("FR", years=year, language="fr").get(monday, "")
