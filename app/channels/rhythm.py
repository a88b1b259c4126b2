"""When a silence is one: judged by a channel's own rhythm over four weeks, never by another's. Pure.

A dead inbox is the worst legal failure: requests arrive nowhere, and silence decides. A channel that receives rarely says
nothing by receiving nothing.
"""

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta

WEEKS = timedelta(weeks=4)
# Fewer, and the rhythm is not known: a new channel, or a quiet one.
ENOUGH_HOURS, ENOUGH_DAYS, LONG_ENOUGH = 20, 8, timedelta(days=10)
TWICE = 2
AT_LEAST = timedelta(hours=12)
_HOUR = timedelta(hours=1)


def silent_since(hours: Sequence[datetime], *, now: datetime) -> datetime | None:
    """Returns since when a channel is silent far longer than usual; None when it is not, or cannot be judged.

    `hours` are those in which it received anything. Its usual silence is the longest of the four weeks before the last
    reception, less one: an outage that happened once must not become the norm, and week-ends come four times.
    """
    known = sorted(hour for hour in hours if now - WEEKS - AT_LEAST <= hour <= now)
    if len(known) < ENOUGH_HOURS or len({hour.date() for hour in known}) < ENOUGH_DAYS:
        return None
    if known[-1] - known[0] < LONG_ENOUGH:
        return None
    gaps = sorted((after - before for before, after in itertools.pairwise(known)), reverse=True)
    usual = gaps[1]
    last = known[-1] + _HOUR
    return last if now - last > max(TWICE * usual, AT_LEAST) else None
