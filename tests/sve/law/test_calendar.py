"""Holidays and working days: our cited table, compared with the libraries which serve as oracles."""

from datetime import date, timedelta

import holidays as oracle
import pytest
from jours_feries_france import JoursFeries

from app.sve.law.calendar import Territory, add_working_days, is_working_day, postponed
from app.sve.law.holidays import LocalCalendar, easter, holidays

YEARS = range(2016, 2036)

# territory → (arguments of `holidays`, accepted divergences: days the library has and our table has not).
# Each is written with its reason; a new one fails the test.
ORACLE = {
    Territory.METRO: ({}, set()),
    Territory.ALSACE_MOSELLE: ({"subdiv": "57"}, set()),
    # L3422-2 names 27 May alone; the library adds the Mi-Carême, Good Friday and 21 July (Schœlcher), by usage.
    Territory.GUADELOUPE: ({"subdiv": "GP"}, {"mi-careme", "good-friday", (7, 21)}),
    # L3422-2 names 22 May alone; the library adds 21 July and Good Friday, by usage.
    Territory.MARTINIQUE: ({"subdiv": "MQ"}, {"good-friday", (7, 21)}),
    Territory.GUYANE: ({"subdiv": "973"}, set()),
    Territory.LA_REUNION: ({"subdiv": "RE"}, set()),
    Territory.MAYOTTE: ({"subdiv": "YT"}, set()),
    Territory.SAINT_BARTHELEMY: ({"subdiv": "BL"}, set()),
    # L3422-2 3° says 27 May; the library has 28 May (circular of 2018) and 21 July.
    Territory.SAINT_MARTIN: ({"subdiv": "MF"}, {(5, 28), (7, 21)}),
    Territory.SAINT_PIERRE_ET_MIQUELON: ({"subdiv": "PM"}, set()),
    Territory.NOUVELLE_CALEDONIE: ({"subdiv": "NC"}, set()),
    Territory.POLYNESIE_FRANCAISE: ({"subdiv": "PF"}, set()),
    Territory.WALLIS_ET_FUTUNA: ({"subdiv": "WF"}, set()),
}
# Days we have and the library has not.
OURS_ALONE = {Territory.SAINT_MARTIN: {(5, 27)}}
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


def accepted(year, words):
    named = {"good-friday": easter(year) - timedelta(days=2), "mi-careme": easter(year) - timedelta(days=24)}
    return {named[word] if isinstance(word, str) else date(year, *word) for word in words}


@pytest.mark.parametrize("territory", Territory)
def test_our_holidays_are_those_of_the_holidays_library_save_written_divergences(territory):
    arguments, theirs_alone = ORACLE[territory]
    for year in YEARS:
        ours = set(holidays(year, territory))
        theirs = set(oracle.country_holidays("FR", years=year, **arguments))
        assert theirs - ours <= accepted(year, theirs_alone), year
        assert ours - theirs <= accepted(year, OURS_ALONE.get(territory, ())), year


@pytest.mark.parametrize("territory", ETALAB)
def test_our_holidays_are_those_of_etalab_save_saint_martin(territory):
    for year in YEARS:
        ours = set(holidays(year, territory))
        theirs = set(JoursFeries.for_year(year, zone=ETALAB[territory]).values())
        divergent = {date(year, 5, 27), date(year, 5, 28)} if territory is Territory.SAINT_MARTIN else set()
        assert (ours ^ theirs) <= divergent, year


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
