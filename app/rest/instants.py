"""Instants and days that people and programs write: of a time that concerns anybody living, and that the law can read."""

from datetime import date, datetime
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, AwareDatetime

from app.rest.languages import Said

# Those of `app.sve.law.vocabulary.fields`: a clock that rests on another year could not be read again.
FIRST_YEAR, LAST_YEAR = 1950, 2150
BEYOND = Said(
    f"un instant des années {FIRST_YEAR} à {LAST_YEAR} est attendu",
    en=f"an instant of the years {FIRST_YEAR} to {LAST_YEAR} is expected",
)
BEYOND_DAY = Said(
    f"un jour des années {FIRST_YEAR} à {LAST_YEAR} est attendu",
    en=f"a day of the years {FIRST_YEAR} to {LAST_YEAR} is expected",
)


def within(instant: datetime) -> bool:
    """Says whether an instant can be shown in every zone: at the ends of the calendar, none can."""
    return FIRST_YEAR <= instant.year <= LAST_YEAR


def _checked(instant: datetime) -> datetime:
    if not within(instant):
        raise ValueError(BEYOND)
    return instant


def _checked_day(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(BEYOND_DAY)
    return day


WrittenInstant: TypeAlias = Annotated[AwareDatetime, AfterValidator(_checked)]
WrittenDay: TypeAlias = Annotated[date, AfterValidator(_checked_day)]
