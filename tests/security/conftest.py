"""The houses and towns of the HTTP tests, for whoever attacks them."""

from tests.api.conftest import a_house, new_town, town

__all__ = ["a_house", "new_town", "town"]
