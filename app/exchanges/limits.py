"""How fast messages may leave: so many at once, then one every so often, for a channel and for each of its recipients.

A token bucket written as one instant (the generic cell rate algorithm): the instant at which all that was granted would
have been earned. Pure; where the instants are kept is `gates`' work.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.channels.contract import Capabilities


@dataclass(frozen=True, slots=True)
class Pace:
    """At most `burst` at once, then one `every` so often."""

    every: timedelta
    burst: int


# A person is written to by hand, or acknowledged: more than this in a minute is a loop or a mistake (RFC 3834 §2).
RECIPIENT = Pace(timedelta(seconds=20), 12)


def pace_of(capabilities: Capabilities) -> Pace | None:
    """Returns what a provider accepts from this account, None where it says nothing."""
    rate = capabilities.rate_per_second
    if rate is None or rate <= 0:
        return None
    return Pace(timedelta(seconds=1 / rate), max(1, math.ceil(rate)))


def room(pace: Pace, free_at: datetime | None, *, now: datetime) -> int:
    """Returns how many may leave now."""
    ahead = max(free_at - now, timedelta()) if free_at is not None else timedelta()
    return max(0, int((pace.burst * pace.every - ahead) / pace.every + 1e-9))


def spent(pace: Pace, free_at: datetime | None, count: int, *, now: datetime) -> datetime:
    """Returns the instant to keep once `count` have left."""
    return max(free_at or now, now) + count * pace.every


def opens_at(pace: Pace, free_at: datetime | None, *, now: datetime) -> datetime:
    """Returns when one more may leave: now, or later."""
    return max(now, (free_at or now) - (pace.burst - 1) * pace.every)


def recipient_key(channel_id: UUID, address: str) -> str:
    """Names a recipient without saying who it is."""
    return hashlib.sha256(f"{channel_id}/{address}".encode("utf-8", "replace")).hexdigest()
