"""When a silence is one: by the channel's own rhythm."""

from datetime import UTC, datetime, timedelta

from app.channels.rhythm import silent_since

NOW = datetime(2026, 3, 30, 9, tzinfo=UTC)  # a Monday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def office(until: datetime, *, weeks: int = 4) -> list[datetime]:
    """A mailbox that receives on working days, from eight to six."""
    found, at = [], until - timedelta(weeks=weeks)
    while at < until:
        if at.weekday() < 5 and 8 <= at.hour < 18:
            found.append(at)
        at += HOUR
    return found


def test_a_week_end_is_no_silence() -> None:
    assert silent_since(office(NOW - HOUR), now=NOW) is None


def test_two_working_days_without_anything_are() -> None:
    stopped = NOW - 9 * DAY + timedelta(hours=9)
    since = silent_since(office(stopped), now=NOW)
    assert since is not None
    assert since <= stopped


def test_a_long_week_end_is_not_yet_a_silence() -> None:
    friday = datetime(2026, 3, 27, 18, tzinfo=UTC)
    assert silent_since(office(friday), now=friday + 4 * DAY) is None


def test_an_outage_that_happened_once_does_not_become_the_norm() -> None:
    hours = [hour for hour in office(NOW - 7 * DAY) if not NOW - 20 * DAY < hour < NOW - 12 * DAY]
    assert silent_since(hours, now=NOW) is not None


def test_a_quiet_channel_says_nothing_by_receiving_nothing() -> None:
    weekly = [NOW - 5 * DAY - n * timedelta(weeks=1) for n in range(4)]
    assert silent_since(weekly, now=NOW) is None
    assert silent_since([], now=NOW) is None


def test_a_busy_channel_is_told_within_a_day() -> None:
    hours = [NOW - 20 * HOUR - n * HOUR for n in range(600)]
    assert silent_since(hours, now=NOW) is not None
    assert silent_since(hours, now=NOW - 12 * HOUR) is None


def test_a_new_channel_is_not_judged() -> None:
    hours = [NOW - 3 * DAY - n * HOUR for n in range(100)]
    assert silent_since(hours, now=NOW) is None
