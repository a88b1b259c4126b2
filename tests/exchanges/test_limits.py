"""How fast messages may leave, counted in instants: no sleep, no store."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.channels.contract import Capabilities
from app.exchanges import limits
from app.exchanges.limits import Pace

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_so_many_at_once_then_one_every_so_often() -> None:
    pace, free_at, at, left = Pace(timedelta(seconds=2), 5), None, NOON, []
    for second in range(21):
        at = NOON + timedelta(seconds=second)
        count = limits.room(pace, free_at, now=at)
        if count:
            free_at = limits.spent(pace, free_at, count, now=at)
        left.append(count)
    assert (left[0], sum(left)) == (5, 15)
    assert max(left[1:]) == 1


@pytest.mark.parametrize("rate", [0.2, 1.0, 20.0, 33.3])
def test_a_rate_of_the_provider_is_never_passed_over_a_minute(rate: float) -> None:
    pace = limits.pace_of(Capabilities(rate_per_second=rate))
    assert pace is not None
    free_at, left = None, 0
    for tenth in range(600):
        at = NOON + timedelta(seconds=tenth / 10)
        if count := limits.room(pace, free_at, now=at):
            free_at, left = limits.spent(pace, free_at, count, now=at), left + count
    assert 0.9 * rate * 60 <= left <= rate * 60 + pace.burst


def test_it_says_when_one_more_may_leave() -> None:
    pace = Pace(timedelta(seconds=10), 2)
    free_at = limits.spent(pace, None, 2, now=NOON)
    opens = limits.opens_at(pace, free_at, now=NOON)
    assert opens == NOON + timedelta(seconds=10)
    assert limits.room(pace, free_at, now=opens) == 1
    assert limits.room(pace, free_at, now=opens - timedelta(seconds=1)) == 0


def test_a_provider_that_says_nothing_has_no_rate() -> None:
    assert limits.pace_of(Capabilities()) is None


def test_a_recipient_is_named_without_being_told() -> None:
    assert "usager" not in limits.recipient_key(UUID(int=1), "usager@example.org")
