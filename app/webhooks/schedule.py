"""When a delivery is tried again, and what an answer means. Pure.

Source: Standard Webhooks specification 1.0, "Deliverability and reliability": ten attempts over three days, with jitter;
2xx alone is success, 3xx is a failure, 410 asks to be called no more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from app.webhooks.values import DeliveryState

# The wait before each attempt, the first one included: their sum is a little more than three days.
WAITS = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER = 0.1
LONGEST_REST = timedelta(minutes=5)
# An outage, rather than one event its consumer cannot read: what waited leaves at once when it ends.
OUTAGE = 3
_OK, _MULTIPLE, _GONE, _TOO_MANY, _SERVER = 200, 300, 410, 429, 500


class Answered(StrEnum):
    """What the answer to one attempt means."""

    TAKEN = "taken"
    REFUSED = "refused"  # this delivery: the next ones may be taken
    DOWN = "down"  # the consumer: the next ones would fare alike
    GONE = "gone"  # it wants to be called no more


@dataclass(frozen=True, slots=True)
class Next:
    """What follows from one attempt."""

    state: DeliveryState
    at: datetime | None


def meaning_of(status: int | None) -> Answered:
    """Reads a status; None when there was no answer."""
    if status is None or status == _TOO_MANY or status >= _SERVER:
        return Answered.DOWN
    if status == _GONE:
        return Answered.GONE
    return Answered.TAKEN if _OK <= status < _MULTIPLE else Answered.REFUSED


def after(attempts: int, answered: Answered, *, now: datetime, chance: float) -> Next:
    """Returns what becomes of a delivery after its `attempts`-th attempt; `chance` in [0, 1) is the jitter's."""
    match answered:
        case Answered.TAKEN:
            return Next(DeliveryState.DELIVERED, None)
        case Answered.GONE:
            return Next(DeliveryState.FAILED, None)
        case Answered.REFUSED | Answered.DOWN:
            if attempts >= len(WAITS):
                return Next(DeliveryState.FAILED, None)
            return Next(DeliveryState.PENDING, now + WAITS[attempts] * (1 + JITTER * chance))
        case _:
            assert_never(answered)


def rest_after(failures: int, *, now: datetime, chance: float) -> datetime:
    """Returns when a consumer that failed `failures` times in a row is called again, whatever waits for it."""
    whole = min(WAITS[1] * (1 << min(failures - 1, 10)), LONGEST_REST)
    return now + whole * (1 + JITTER * chance)


def exhausted(*, state: DeliveryState, created_at: datetime, last_success_at: datetime | None) -> bool:
    """Says whether a consumer is given up: a delivery failed for good, and nothing was taken since it was made."""
    return state is DeliveryState.FAILED and (last_success_at is None or last_success_at < created_at)
