"""Instants that people and programs write: aware, and of a time that concerns anybody living."""

from datetime import datetime
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, AwareDatetime

from app.rest.languages import Said

FIRST_YEAR, LAST_YEAR = 1900, 2199
BEYOND = Said(
    f"un instant des années {FIRST_YEAR} à {LAST_YEAR} est attendu",
    en=f"an instant of the years {FIRST_YEAR} to {LAST_YEAR} is expected",
)


def within(instant: datetime) -> bool:
    """Says whether an instant can be shown in every zone: at the ends of the calendar, none can."""
    return FIRST_YEAR <= instant.year <= LAST_YEAR


def _checked(instant: datetime) -> datetime:
    if not within(instant):
        raise ValueError(BEYOND)
    return instant


WrittenInstant: TypeAlias = Annotated[AwareDatetime, AfterValidator(_checked)]
