"""Bronze, silver, gold: what each check is, what it found, and the level that comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How far an adapter goes, from lowest to highest."""

    BRONZE = "bronze"  # it can be configured and believed, and nothing anybody sends makes it raise
    SILVER = "silver"  # its cases hold, every answer of a provider has its outcome, an administrator reads French
    GOLD = "gold"  # it misses nothing: changed bytes, polls, registration, pieces, a live test


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: passed, failed, or None where there was nothing to try it on. `exempt` is why it need not pass."""

    level: Level
    check: str
    passed: bool | None
    detail: str = ""
    exempt: str = ""

    @property
    def holds(self) -> bool:
        return self.passed is True or bool(self.exempt)


def badge(findings: Sequence[Finding]) -> Level | None:
    """Returns the highest level all of whose checks, and of those below, were tried and passed, or are exempt."""
    reached = None
    for level in Level:
        if not all(finding.holds for finding in findings if finding.level is level):
            break
        reached = level
    return reached


def next_level(reached: Level | None) -> Level | None:
    """Returns the level above; none above gold."""
    levels = list(Level)
    at = -1 if reached is None else levels.index(reached)
    return levels[at + 1] if at + 1 < len(levels) else None
