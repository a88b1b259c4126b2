"""When a webhook is tried again, and what an answer means."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from app.webhooks.schedule import JITTER, WAITS, Answered, after, exhausted, meaning_of, rest_after
from app.webhooks.sending import KEPT_BYTES, redacted
from app.webhooks.values import DeliveryState

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_ten_attempts_outlast_three_days() -> None:
    assert [wait.total_seconds() for wait in WAITS] == [
        0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400,
    ]  # fmt: skip
    assert sum(WAITS, timedelta()) > timedelta(days=3)


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (200, Answered.TAKEN),
        (204, Answered.TAKEN),
        (301, Answered.REFUSED),
        (308, Answered.REFUSED),
        (400, Answered.REFUSED),
        (404, Answered.REFUSED),
        (410, Answered.GONE),
        (429, Answered.DOWN),
        (500, Answered.DOWN),
        (503, Answered.DOWN),
        (None, Answered.DOWN),
    ],
)
def test_only_2xx_is_success_and_410_asks_for_silence(status: int | None, meaning: Answered) -> None:
    assert meaning_of(status) is meaning


def test_each_failure_waits_longer_with_jitter_and_the_tenth_is_the_last() -> None:
    for attempts in range(1, len(WAITS)):
        soonest = after(attempts, Answered.DOWN, now=NOW, chance=0).at
        latest = after(attempts, Answered.DOWN, now=NOW, chance=1).at
        assert (soonest, latest) == (NOW + WAITS[attempts], NOW + WAITS[attempts] * (1 + JITTER))
    assert after(len(WAITS), Answered.REFUSED, now=NOW, chance=0).state is DeliveryState.FAILED
    assert after(1, Answered.GONE, now=NOW, chance=0).state is DeliveryState.FAILED
    assert after(7, Answered.TAKEN, now=NOW, chance=0).state is DeliveryState.DELIVERED


def test_a_dead_consumer_is_asked_every_five_minutes_at_most() -> None:
    waits = [(rest_after(n, now=NOW, chance=0) - NOW).total_seconds() for n in range(1, 12)]
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300, 300, 300, 300]


def test_a_consumer_is_given_up_when_nothing_was_taken_since_a_delivery_that_failed_for_good() -> None:
    failed = {"state": DeliveryState.FAILED, "created_at": NOW}
    assert exhausted(**failed, last_success_at=None)
    assert exhausted(**failed, last_success_at=NOW - timedelta(seconds=1))
    assert not exhausted(**failed, last_success_at=NOW + timedelta(seconds=1))
    assert not exhausted(state=DeliveryState.PENDING, created_at=NOW, last_success_at=None)


def test_what_is_kept_of_an_answer_names_nobody_and_opens_nothing() -> None:
    secret = SecretStr("whsec_c2VjcmV0")
    said = b"bonjour usager@example.org\x00 +33 1 99 00 00 00 whsec_c2VjcmV0 " + b"k" * 40 + b"\xff fin"
    kept = redacted(said, [secret])
    assert kept.startswith("bonjour ••• ")
    assert kept.endswith("fin")
    for hidden in ("usager", "99 00", "whsec", "kkkk", "\x00"):
        assert hidden not in kept
    assert len(redacted("é ".encode() * 2000, []).encode()) <= KEPT_BYTES
