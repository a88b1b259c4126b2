"""What becomes of a message, case by case: a report ends a doubt whichever comes first, and copies are counted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.channels.contract import DeliveryStatus, Outcome, Sent
from app.exchanges import course
from app.exchanges.outbox import OutState
from tests.worlds.ledger import Ledger, a_message

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def leased(*, mail: bool = False, parts: int = 1) -> Ledger:
    ledger = Ledger()
    ledger.add(a_message(1, mail=mail, parts=parts, priority=1, at=NOW))
    ledger.lease(ledger.due(NOW), now=NOW)
    return ledger


@pytest.mark.parametrize("outcome", [Outcome.RETRY, Outcome.UNKNOWN, Outcome.AUTH])
@pytest.mark.parametrize("first", ["report", "answer"])
def test_what_a_provider_reports_on_has_left_whatever_it_answered(outcome: Outcome, first: str) -> None:
    """A gateway's 503 over the head of a provider that had it: a second SMS would be read twice."""
    ledger = leased()
    (message,) = ledger.messages.values()

    def reported() -> None:
        present = ledger.messages[message.id]
        step = course.after_report(present, DeliveryStatus.SENT, None, code=None, whole=True, now=NOW)
        assert step is not None
        ledger.move(message.id, step.values)

    def answered() -> None:
        present, sent = ledger.messages[message.id], Sent(outcome=outcome)
        step = course.after_sending(present, message, sent, doubtful=1, asks=False, now=NOW, chance=0.0)
        assert step is not None
        ledger.move(message.id, step.values)

    for act in (reported, answered) if first == "report" else (answered, reported):
        act()
    assert ledger.messages[message.id].state is OutState.ACCEPTED


def test_a_worker_that_died_after_its_provider_spoke_leaves_no_doubt() -> None:
    (message,) = leased().messages.values()
    step = course.after_death(replace(message, status_rank=2), doubtful=1, asks=False, now=NOW)
    assert (step.values["state"], step.told) == ("accepted", course.Told.ACCEPTED)


def test_copies_of_a_mail_are_counted_together_whether_nobody_answered_or_a_worker_died() -> None:
    (message,) = leased(mail=True).messages.values()
    lost = Sent(outcome=Outcome.UNKNOWN)
    for doubtful, state in ((1, "frozen"), (2, "frozen"), (3, "unknown")):
        given = {"doubtful": doubtful, "asks": False, "now": NOW}
        after = course.after_sending(message, message, lost, chance=0.0, **given)  # type: ignore[arg-type]
        assert after is not None
        assert after.values["state"] == course.after_death(message, **given).values["state"] == state  # type: ignore[arg-type]


def test_greylisting_does_not_use_up_the_copies_of_a_mail() -> None:
    """F16: three times « later », then an answer that was lost: one copy may have left, and it goes again."""
    (message,) = leased(mail=True).messages.values()
    fourth, lost = replace(message, attempts=4), Sent(outcome=Outcome.UNKNOWN)
    step = course.after_sending(fourth, fourth, lost, doubtful=1, asks=False, now=NOW, chance=0.0)
    assert step is not None
    assert step.values["state"] == "frozen"


@pytest.mark.parametrize(("sent", "from_part"), [(3, 0), (1, 1)])
def test_a_long_text_sent_again_leaves_whole_unless_it_stopped_half_way(sent: int, from_part: int) -> None:
    (message,) = leased(parts=3).messages.values()
    failed = replace(message, state=OutState.FAILED, parts_sent=sent, names=["a", "b", "c"][:sent])
    step = course.sent_again(failed, now=NOW, give_up_after=DAY)
    assert step.values.get("parts_sent", sent) == from_part


def test_a_worker_paused_past_its_lease_lets_nothing_leave() -> None:
    """F11, F34: to the second."""
    (message,) = leased().messages.values()
    second = timedelta(seconds=1)
    instants = (NOW + course.LEASE - second, NOW + course.LEASE, NOW + course.LEASE + second)
    assert [course.may_leave(message, now=at) for at in instants] == [True, False, False]
