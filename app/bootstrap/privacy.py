"""The people of the data, joined: what is kept whatever is asked."""

from dataclasses import dataclass

from app.bootstrap.ground import Ground
from app.privacy.holds import Holds


@dataclass(frozen=True, kw_only=True)
class Privacy:
    """The rights of the people whose data it is."""

    holds: Holds


def privacy_of(ground: Ground) -> Privacy:
    """Joins what serves the rights of a person (RGPD art. 15 to 20)."""
    return Privacy(holds=Holds(ground.book, ground.clock))
