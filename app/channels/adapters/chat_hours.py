"""The hours at which a live chat is answered, as an administrator writes them: « lun-ven 08:30-12:00 ». Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

DAYS = ("lun", "mar", "mer", "jeu", "ven", "sam", "dim")
WRITTEN = r"^(lun|mar|mer|jeu|ven|sam|dim)(-(lun|mar|mer|jeu|ven|sam|dim))? [0-2]\d:[0-5]\d-[0-2]\d:[0-5]\d$"
_PARTS = re.compile(WRITTEN, re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """Some days of the week, from an hour to another of the same day."""

    days: frozenset[int]
    opens: time
    closes: time


def span(line: str) -> Span:
    """Reads one line. Raises `ValueError`, whose words an administrator reads."""
    if _PARTS.fullmatch(line) is None:
        raise ValueError("une ligne d’horaires s’écrit « lun-ven 08:30-12:00 »")
    days, _, hours = line.partition(" ")
    first, _, last = days.partition("-")
    opens, _, closes = hours.partition("-")
    try:
        found = Span(_days(first, last or first), time.fromisoformat(opens), time.fromisoformat(closes))
    except ValueError:
        raise ValueError(f"« {line} » : une heure va de 00:00 à 23:59") from None
    if found.opens >= found.closes:
        raise ValueError(f"« {line} » : la première heure vient avant la seconde")
    return found


def within(lines: Sequence[str], now: datetime, *, zone: str) -> bool:
    """Whether a line holds now, in the administration's own time; without a line, every hour does."""
    there = now.astimezone(ZoneInfo(zone))
    spans = [span(line) for line in lines]
    return not spans or any(there.weekday() in one.days and one.opens <= there.time() < one.closes for one in spans)


def _days(first: str, last: str) -> frozenset[int]:
    """The days from one to another; « sam-lun » goes over the end of the week."""
    start, end = DAYS.index(first), DAYS.index(last)
    return frozenset((start + step) % 7 for step in range((end - start) % 7 + 1))
