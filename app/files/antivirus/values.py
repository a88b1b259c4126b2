"""What an examination of a content may say."""

from dataclasses import dataclass
from enum import StrEnum


class ScanState(StrEnum):
    """Where the examination of a content stands; only `waiting` ever changes by itself."""

    WAITING = "waiting"
    CLEAN = "clean"  # nothing known was recognised
    INFECTED = "infected"
    FAILED = "failed"  # could not be examined: too large, too slow, or the antivirus gave up on it


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one examination gave; `reason` is in French, for agents; `again`: another attempt could end otherwise."""

    state: ScanState
    virus: str | None = None
    reason: str | None = None
    again: bool = False
