"""The people of the data, joined: what is kept whatever is asked, what is erased, what is removed after it."""

from dataclasses import dataclass

from app.bootstrap.ground import Ground
from app.exchanges.persons import Persons
from app.privacy.erasures import Erasures
from app.privacy.exporting import Exporting
from app.privacy.holds import Holds
from app.privacy.pieces import LettingGo
from app.privacy.rectifying import Rectifying
from app.privacy.restricting import Restricting
from app.privacy.rounds import PrivacyRounds


@dataclass(frozen=True, kw_only=True)
class Privacy:
    """The rights of the people whose data it is."""

    holds: Holds
    erasures: Erasures
    exporting: Exporting
    restricting: Restricting
    rectifying: Rectifying
    letting_go: LettingGo
    privacy_rounds: PrivacyRounds


def privacy_of(ground: Ground) -> Privacy:
    """Joins what serves the rights of a person (RGPD art. 15 to 20)."""
    database, tenants, book, clock = ground.database, ground.tenants, ground.book, ground.clock
    erasures = Erasures(database, tenants, book, clock)
    exporting = Exporting(database, tenants, ground.store, book, clock)
    persons = Persons(tenants, book, clock)
    letting_go = LettingGo(database, ground.store)
    return Privacy(
        holds=Holds(book, clock),
        erasures=erasures,
        exporting=exporting,
        restricting=Restricting(persons, book, clock),
        rectifying=Rectifying(persons, ground.vault, book, clock),
        letting_go=letting_go,
        privacy_rounds=PrivacyRounds(tenants, erasures, exporting, letting_go),
    )
