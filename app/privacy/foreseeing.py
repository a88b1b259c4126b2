"""What a duration would do before it is decided: counted purely, from closed requests, the policies and the day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.privacy.retention import Closed, Policy, Stage, Verdict, add_months, decide

# How many of the requests closed longest ago are read: more would be a morning's work for one keystroke.
MOST = 5000
# A month's end that does not exist falls earlier, and a civil day begins before the instant's: both are within it.
_MARGIN = timedelta(days=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Oldest:
    """The days of the request that was due first."""

    opened_on: date
    closed_on: date
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What tonight's round would do of the requests of one category. `whole` is False when there were more to read."""

    on: date
    listed: int
    archived: int
    kept: int
    oldest: Oldest | None
    whole: bool


def closed_before(policy: Policy, *, today: date) -> date:
    """Returns a day on or after which no request was closed long enough ago for anything to happen to it."""
    return min(add_months(today, -policy.active_months) + _MARGIN, today + timedelta(days=1))


def foresee(found: Sequence[Closed], decided: Mapping[str, Policy], wanted: Policy, *, today: date) -> Foreseen:
    """Counts what would become of closed requests were a policy decided. `found` holds at most one more than `MOST`."""
    policies = {**decided, wanted.category: replace(wanted, version=wanted.version + 1)}
    read = [(one, decide(one, policies, today=today)) for one in found[:MOST]]
    due = [(one, verdict) for one, verdict in read if verdict.stage is Stage.DUE]
    return Foreseen(
        on=today,
        listed=len(due),
        archived=sum(verdict.stage is Stage.ARCHIVED and not one.archived for one, verdict in read),
        kept=sum(verdict.stage is not Stage.DUE and _over(one, wanted, today) for one, verdict in read),
        oldest=min((_days(one, verdict) for one, verdict in due), key=lambda days: days.due_on, default=None),
        whole=len(found) <= MOST,
    )


def _over(one: Closed, wanted: Policy, today: date) -> bool:
    """Whether the months alone are over since the closure, whatever else keeps the request."""
    return add_months(add_months(one.closed_on, wanted.active_months), wanted.archive_months) <= today


def _days(one: Closed, verdict: Verdict) -> Oldest:
    if verdict.due_on is None:
        raise AssertionError(verdict)
    return Oldest(opened_on=one.opened_on, closed_on=one.closed_on, due_on=verdict.due_on)
