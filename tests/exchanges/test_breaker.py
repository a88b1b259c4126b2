"""When a channel's departures stop and begin again: decided without a clock, a database or a provider."""

from datetime import UTC, datetime, timedelta

from app.channels.contract import Outcome, Sent
from app.exchanges import breaker
from app.exchanges.breaker import FAILURES, LONGEST, PAUSE, WINDOW, Lane, LaneState

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FAILED = Sent(outcome=Outcome.RETRY, detail="503")


def after(lane: Lane, *sent: Sent, at: datetime = NOON, jitter: float = 0.0) -> Lane:
    return breaker.after(lane, sent, now=at, jitter=jitter)


def test_a_few_failures_change_nothing_but_their_count() -> None:
    lane = after(Lane(), *[FAILED] * (FAILURES - 1))
    assert (lane.state, breaker.allows(lane, now=NOON) > 1) == (LaneState.FLOWING, True)


def test_failures_in_a_row_suspend_the_lane_and_say_why() -> None:
    lane = after(Lane(), *[FAILED] * FAILURES)
    assert (lane.state, lane.reason, lane.held_until) == (LaneState.SUSPENDED, "503", NOON + PAUSE)
    assert breaker.allows(lane, now=NOON) == 0


def test_failures_far_apart_suspend_nothing() -> None:
    lane = Lane()
    for number in range(3 * FAILURES):
        lane = after(lane, FAILED, at=NOON + number * (WINDOW + timedelta(seconds=1)))
    assert lane.state is LaneState.FLOWING


def test_a_success_or_a_refusal_of_one_message_forgets_the_failures() -> None:
    for answer in (Outcome.OK, Outcome.PERMANENT, Outcome.OPTED_OUT, Outcome.WINDOW_CLOSED):
        lane = after(Lane(), *[FAILED] * (FAILURES - 1), Sent(outcome=answer), *[FAILED] * (FAILURES - 1))
        assert lane.state is LaneState.FLOWING


def test_after_its_pause_one_message_goes_to_see_and_the_others_wait() -> None:
    lane = after(Lane(), *[FAILED] * FAILURES)
    later = NOON + PAUSE
    assert breaker.allows(lane, now=later) == 1
    lane = breaker.probing(lane, until=later + timedelta(minutes=3))
    assert breaker.allows(lane, now=later) == 0
    assert after(lane, Sent(outcome=Outcome.OK), at=later) == Lane()


def test_each_failed_probe_makes_the_pause_longer_up_to_a_limit() -> None:
    lane, at, pauses = after(Lane(), *[FAILED] * FAILURES), NOON, []
    for _ in range(8):
        assert lane.held_until
        at = lane.held_until
        lane = after(breaker.probing(lane, until=at), FAILED, at=at)
        assert lane.held_until
        pauses.append(lane.held_until - at)
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (2 * PAUSE, LONGEST)


def test_refused_credentials_suspend_at_once() -> None:
    assert after(Lane(), Sent(outcome=Outcome.AUTH)).state is LaneState.SUSPENDED


def test_a_provider_that_names_its_time_is_left_alone_until_then_and_a_little_later() -> None:
    told = Sent(outcome=Outcome.THROTTLED, retry_after_s=120)
    assert after(Lane(), told).held_until == NOON + timedelta(seconds=120)
    shaken = after(Lane(), told, jitter=1.0).held_until
    assert shaken == NOON + timedelta(seconds=132)
    flowing = after(Lane(), told)
    assert (flowing.state, breaker.allows(flowing, now=NOON)) == (LaneState.FLOWING, 0)


def test_what_had_left_before_the_lane_was_suspended_makes_nothing_longer() -> None:
    lane = after(Lane(), *[FAILED] * FAILURES)
    assert after(lane, *[FAILED] * 20) == lane
