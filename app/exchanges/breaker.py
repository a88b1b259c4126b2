"""When a channel's departures stop and begin again: a provider in trouble is not stormed, and the others wait for nobody.

Pure: what a lane is, what sendings came to and the instant go in; what the lane becomes comes out. Open, it lets nothing
through; once its pause is over one message is the probe, and its success lets the others follow.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import assert_never

from app.channels.contract import Outcome, Sent

FAILURES = 5
WINDOW = timedelta(minutes=2)
PAUSE, LONGEST = timedelta(seconds=30), timedelta(minutes=10)
# Refused credentials wait for a person: one look an hour tells when somebody mended them elsewhere.
REFUSED = timedelta(hours=1)
MOST_HINT = timedelta(days=1)
MANY = 1_000_000
# No instant but a person's word ends the wait after a restore.
RESTORED_UNTIL = datetime(9999, 12, 31, tzinfo=UTC)


class LaneState(StrEnum):
    """Whether a channel's messages leave."""

    FLOWING = "flowing"
    SUSPENDED = "suspended"
    PROBING = "probing"  # one message has left to see; the others wait for what it comes to
    RESTORED = "restored"  # the data come from a backup: nothing leaves before a person says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """What holds one channel back. `held_until` alone, while it flows, is a pause its provider asked for."""

    state: LaneState = LaneState.FLOWING
    failures: int = 0
    failing_since: datetime | None = None
    openings: int = 0
    held_until: datetime | None = None
    reason: str | None = None
    free_at: datetime | None = None


def allows(lane: Lane, *, now: datetime) -> int:
    """Returns how many messages may leave now, as far as the breaker goes."""
    if lane.state is LaneState.RESTORED or (lane.held_until is not None and lane.held_until > now):
        return 0
    return MANY if lane.state is LaneState.FLOWING else 1


def probing(lane: Lane, *, until: datetime) -> Lane:
    """Returns the lane once its probe has left; another goes if nobody says by then what became of it."""
    return replace(lane, state=LaneState.PROBING, held_until=until)


def after(lane: Lane, sent: Sequence[Sent], *, now: datetime, jitter: float) -> Lane:
    """Returns what a lane becomes, given what sendings came to, in order; `jitter` is between 0 and 1."""
    if lane.state is LaneState.RESTORED:
        return lane  # what left before the restore says nothing of it
    for one in sent:
        lane = _after_one(lane, one, now=now, jitter=jitter)
    return lane


def _after_one(lane: Lane, sent: Sent, *, now: datetime, jitter: float) -> Lane:
    match sent.outcome:
        case Outcome.OK | Outcome.PERMANENT | Outcome.OPTED_OUT | Outcome.WINDOW_CLOSED:
            # A refusal of one message is an answer: the provider works.
            return Lane(free_at=lane.free_at)
        case Outcome.AUTH:
            return _opened(lane, sent, now=now, pause=REFUSED)
        case Outcome.THROTTLED if sent.retry_after_s is not None:
            pause = min(timedelta(seconds=sent.retry_after_s), MOST_HINT)
            until = now + _shaken(pause, jitter)
            state = LaneState.FLOWING if lane.state is LaneState.FLOWING else LaneState.SUSPENDED
            return replace(lane, state=state, held_until=max(until, lane.held_until or until), reason=_told(sent))
        case Outcome.RETRY | Outcome.THROTTLED | Outcome.UNKNOWN | Outcome.CONFIG:
            return _failed(lane, sent, now=now, jitter=jitter)
        case _:
            assert_never(sent.outcome)


def _failed(lane: Lane, sent: Sent, *, now: datetime, jitter: float) -> Lane:
    if lane.state is LaneState.SUSPENDED:
        return lane  # what had left before it was suspended says nothing new
    since = lane.failing_since
    fresh = since is None or now - since > WINDOW
    failing = replace(
        lane, failures=1 if fresh else lane.failures + 1, failing_since=now if fresh else since, reason=_told(sent)
    )
    if lane.state is LaneState.FLOWING and failing.failures < FAILURES:
        return failing
    return _opened(failing, sent, now=now, pause=_shaken(min(PAUSE * 2 ** min(lane.openings, 10), LONGEST), jitter))


def _opened(lane: Lane, sent: Sent, *, now: datetime, pause: timedelta) -> Lane:
    return replace(
        lane,
        state=LaneState.SUSPENDED,
        openings=lane.openings + 1,
        held_until=max(now + pause, lane.held_until or now),
        reason=_told(sent),
    )


def _shaken(pause: timedelta, jitter: float) -> timedelta:
    """A little later, never earlier: those who were all told the same time do not all come back at once."""
    return pause + min(pause / 10, timedelta(minutes=1)) * jitter


def _told(sent: Sent) -> str:
    return (sent.detail or sent.outcome.value)[:300]
