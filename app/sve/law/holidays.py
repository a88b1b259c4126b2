"""Public holidays as our own dated, cited table. Libraries are oracles in the tests, never the source."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from app.sve.law.territories import Territory


def easter(year: int) -> date:
    """Gives Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher). Source: C. travail L3133-1 names its Monday."""
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


@dataclass(frozen=True, slots=True)
class Holiday:
    """One public holiday and the text that makes it one. Source: `citation`.

    `certain` is false when the text could not be read or depends on a local choice: such a day never lengthens a
    period at the end of which silence decides.
    """

    day: date
    name: str
    citation: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class HolidayRule:
    """A row of the table: which day, where, since when, under which text. Source: `citation`."""

    name: str
    citation: str
    falls: Callable[[int], date]
    territories: frozenset[Territory]
    since: int = 1947
    until: int = 9999
    certain: bool = True


@dataclass(frozen=True, slots=True)
class LocalCalendar:
    """What a tenant may know better than the statute. Source: C. travail L3134-13, L3422-2 3°.

    `good_friday`: the commune has a Protestant temple or a mixed church (code du travail L3134-13, Alsace-Moselle).
    `saint_martin_abolition`: (month, day); the statute says 27 May (L3422-2 3°), usage since 2018 says 28 May.
    `local_holidays`: count the days set by the local law of the Pacific collectivités, which we could not read.
    """

    good_friday: bool = True
    saint_martin_abolition: tuple[int, int] = (5, 27)
    local_holidays: bool = True


STATUTE = LocalCalendar()
EVERYWHERE = frozenset(Territory)
PACIFIC = "droit local, non relu (bibliothèque holidays)"
# The national list has not changed since 8 May came back (loi 81-893): older years are kept, and said to be uncertain.
FIRST_CERTAIN_YEAR = 1982
ABOLITION = "Abolition de l'esclavage"
# Saint-Martin and Saint-Barthélemy were communes of Guadeloupe until 2007; décret 2012-553 gave them days of their own.
FORMER_COMMUNE = "loi 83-550 (communes de la Guadeloupe jusqu'en 2007) ; textes antérieurs au décret 2012-553 non lus"
# The métropole's labour code holds in Mayotte since 1 Jan 2018 (ordonnance 2017-1491); its own code before was not read.
FORMER_MAYOTTE = "loi 83-550 ; code du travail applicable à Mayotte avant 2018, non lu"


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _after_easter(days: int) -> Callable[[int], date]:
    return lambda year: easter(year) + timedelta(days=days)


def _national(name: str, falls: Callable[[int], date], since: int = 1947) -> HolidayRule:
    return HolidayRule(name, "C. travail L3133-1", falls, EVERYWHERE, since=since)


def _local(
    name: str, citation: str, falls: Callable[[int], date], where: Territory, *, since: int = 1947
) -> HolidayRule:
    return HolidayRule(name, citation, falls, frozenset({where}), since=since)


def _former(citation: str, falls: Callable[[int], date], where: Territory, *, until: int) -> HolidayRule:
    return HolidayRule(ABOLITION, citation, falls, frozenset({where}), since=1984, until=until, certain=False)


def _pacific(
    name: str, falls: Callable[[int], date], where: Territory, *, since: int = 1947, until: int = 9999
) -> HolidayRule:
    return HolidayRule(name, PACIFIC, falls, frozenset({where}), since=since, until=until, certain=False)


GOOD_FRIDAY = _local("Vendredi saint", "C. travail L3134-13", _after_easter(-2), Territory.ALSACE_MOSELLE)
SAINT_MARTIN = _local(ABOLITION, "C. travail L3422-2 3°", _fixed(5, 27), Territory.SAINT_MARTIN, since=2012)

RULES: tuple[HolidayRule, ...] = (
    _national("Jour de l'an", _fixed(1, 1)),
    _national("Lundi de Pâques", _after_easter(1)),
    _national("Fête du travail", _fixed(5, 1)),
    _national("Victoire de 1945", _fixed(5, 8), since=1982),
    _national("Ascension", _after_easter(39)),
    _national("Lundi de Pentecôte", _after_easter(50)),
    _national("Fête nationale", _fixed(7, 14)),
    _national("Assomption", _fixed(8, 15)),
    _national("Toussaint", _fixed(11, 1)),
    _national("Armistice de 1918", _fixed(11, 11)),
    _national("Noël", _fixed(12, 25)),
    GOOD_FRIDAY,
    _local("Saint-Étienne", "C. travail L3134-13", _fixed(12, 26), Territory.ALSACE_MOSELLE),
    _former(FORMER_MAYOTTE, _fixed(4, 27), Territory.MAYOTTE, until=2017),
    _local(ABOLITION, "C. travail L3422-2", _fixed(4, 27), Territory.MAYOTTE, since=2018),
    _local(ABOLITION, "C. travail L3422-2", _fixed(5, 22), Territory.MARTINIQUE, since=1984),
    _local(ABOLITION, "C. travail L3422-2 3°", _fixed(5, 27), Territory.GUADELOUPE, since=1984),
    _former(FORMER_COMMUNE, _fixed(5, 27), Territory.SAINT_MARTIN, until=2011),
    SAINT_MARTIN,
    _local(ABOLITION, "C. travail L3422-2", _fixed(6, 10), Territory.GUYANE, since=1984),
    _former(FORMER_COMMUNE, _fixed(5, 27), Territory.SAINT_BARTHELEMY, until=2011),
    _local(ABOLITION, "C. travail L3422-2", _fixed(10, 9), Territory.SAINT_BARTHELEMY, since=2012),
    _local(ABOLITION, "C. travail L3422-2", _fixed(12, 20), Territory.LA_REUNION, since=1983),
    _pacific("Fête de la citoyenneté", _fixed(9, 24), Territory.NOUVELLE_CALEDONIE),
    _pacific("Arrivée de l'Évangile", _fixed(3, 5), Territory.POLYNESIE_FRANCAISE),
    _pacific("Vendredi saint", _after_easter(-2), Territory.POLYNESIE_FRANCAISE),
    _pacific("Fête de l'autonomie", _fixed(6, 29), Territory.POLYNESIE_FRANCAISE, until=2024),
    _pacific("Matāri'i", _fixed(11, 20), Territory.POLYNESIE_FRANCAISE, since=2025),
    _pacific("Saint-Pierre Chanel", _fixed(4, 28), Territory.WALLIS_ET_FUTUNA),
    _pacific("Saint-Pierre et Saint-Paul", _fixed(6, 29), Territory.WALLIS_ET_FUTUNA),
    _pacific("Fête du territoire", _fixed(7, 29), Territory.WALLIS_ET_FUTUNA),
)


def _applies(rule: HolidayRule, year: int, local: LocalCalendar) -> bool:
    if not rule.since <= year <= rule.until:
        return False
    if rule is GOOD_FRIDAY:
        return local.good_friday
    return rule.certain or local.local_holidays


def _holiday(rule: HolidayRule, year: int, local: LocalCalendar) -> Holiday:
    if rule is SAINT_MARTIN and local.saint_martin_abolition != STATUTE.saint_martin_abolition:
        day = date(year, *local.saint_martin_abolition)
        return Holiday(day, rule.name, "usage local depuis 2018, contraire à C. travail L3422-2 3°", certain=False)
    # Whether a commune has a Protestant temple is a local fact: the day is real, its certainty is not ours to give.
    certain = rule.certain and rule is not GOOD_FRIDAY and year >= FIRST_CERTAIN_YEAR
    return Holiday(rule.falls(year), rule.name, rule.citation, certain=certain)


@lru_cache(maxsize=2048)
def holidays(year: int, territory: Territory, local: LocalCalendar = STATUTE) -> Mapping[date, Holiday]:
    """Gives the public holidays of a year in a territory, each with its citation.

    Source: code du travail L3133-1, L3134-13, L3422-2. Mayotte's Muslim feasts (L3422-3) have no date in the text.
    """
    found = [
        _holiday(rule, year, local) for rule in RULES if territory in rule.territories and _applies(rule, year, local)
    ]
    return MappingProxyType({holiday.day: holiday for holiday in sorted(found, key=lambda each: each.day)})
