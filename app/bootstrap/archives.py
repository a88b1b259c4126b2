"""How long things are kept, and how they leave, joined."""

from dataclasses import dataclass

from app.bootstrap.ground import Ground
from app.privacy.elimination import Eliminations
from app.privacy.retention_office import RetentionOffice
from app.privacy.retention_rounds import RetentionRounds


@dataclass(frozen=True, kw_only=True)
class Archives:
    """Policies, lists, and what goes round by night."""

    retention: RetentionOffice
    eliminations: Eliminations
    retention_rounds: RetentionRounds


def archives_of(ground: Ground) -> Archives:
    """Joins them to the organs they stand on."""
    database, book, clock = ground.database, ground.book, ground.clock
    eliminations = Eliminations(database, ground.tenants, book, clock)
    return Archives(
        retention=RetentionOffice(book, clock),
        eliminations=eliminations,
        retention_rounds=RetentionRounds(database, ground.tenants, ground.eyewitness, eliminations, book, clock),
    )
