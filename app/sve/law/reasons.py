"""Why a value is what it is: a decision of the engine never travels without its reasons."""

from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple, TypeAlias

Value: TypeAlias = date | datetime | str | int | bool | tuple[str, ...] | None

MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


class Reason(NamedTuple):
    """One derived value, the text it rests on, and the sentence that explains it to an agent.

    A named tuple rather than a dataclass: it is as immutable, and the engine makes fifteen of them a clock.
    """

    key: str
    value: Value
    source: str
    because: str


class Ledger:
    """The values derived so far and their reasons, in the order they were derived.

    The first statement about a key stands: a later module may complete a reading, never contradict it.
    """

    __slots__ = ("early", "reasons", "values", "warnings")

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.reasons: list[Reason] = []
        self.warnings: list[str] = []
        self.early: list[date] = []

    def note(self, key: str, value: Value, source: str, because: str) -> None:
        """States a value with its source."""
        values = self.values
        if key not in values:
            values[key] = value
            # Reason._make without its frame: this line runs seventeen times a clock.
            self.reasons.append(tuple.__new__(Reason, (key, value, source, because)))

    def warn(self, code: str, source: str, because: str) -> None:
        """States something an agent must look at; the first is `warning`, the next are `warning_2`, `warning_3`."""
        if code not in self.warnings:
            self.warnings.append(code)
            rank = len(self.warnings)
            self.note("warning" if rank == 1 else f"warning_{rank}", code, source, because)

    def could_decide_on(self, day: date | None) -> None:
        """Keeps a date on which, in another defensible reading of the law, silence would already decide."""
        if day is not None:
            self.early.append(day)

    def stopped_on(self, day: date) -> None:
        """Drops the earlier plausible dates which a stop nobody disputes has overtaken."""
        self.early = [early for early in self.early if early < day]


@lru_cache(maxsize=4096)
def in_french(day: date) -> str:
    """Writes a civil date as French letters do: 1er mars 2026 (the first day alone is an ordinal)."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {MONTHS[day.month - 1]} {day.year}"
