"""How much one visitor, or one address, may say: counted in rows, so that every process counts the same."""

from dataclasses import dataclass
from datetime import timedelta

from app.chat.words import SLOWER
from app.errors import TooManyRequests


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many within so long."""

    most: int
    within: timedelta


# A person writes a line every few seconds at most; behind one address may stand a whole library.
MESSAGES = Limit(20, timedelta(minutes=1))
FROM_ADDRESS = Limit(120, timedelta(minutes=10))
ENTRIES = Limit(60, timedelta(minutes=10))


def refuse_beyond(limit: Limit, counted: int) -> None:
    """Raises `TooManyRequests` when one more would be too many."""
    if counted >= limit.most:
        wait = int(limit.within.total_seconds() / 2)
        raise TooManyRequests(SLOWER, headers={"Retry-After": str(wait)})
