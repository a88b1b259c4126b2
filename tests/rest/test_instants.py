"""What people may write as a day or an instant is what the legal engine can read again."""

from app.rest import instants
from app.sve.law.vocabulary import fields


def test_the_years_of_the_doors_are_those_of_the_engine() -> None:
    assert (instants.FIRST_YEAR, instants.LAST_YEAR) == (fields.FIRST_YEAR, fields.LAST_YEAR)
