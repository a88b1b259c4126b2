"""Whom the courier looks at, and when: nobody without a reason, and everybody each minute in case a ring was lost."""

from datetime import UTC, datetime, timedelta

from app.ids import new_id
from app.live.agenda import Agenda

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HERE, THERE = new_id(), new_id()


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


BOTH = [HERE, THERE]


def rested() -> Agenda:
    agenda = Agenda()
    assert agenda.due(BOTH, now=NOON) == BOTH
    for one in BOTH:
        agenda.rests(one, until=None, now=NOON)
    return agenda


def test_where_nothing_happened_nothing_is_asked_until_everybody_is() -> None:
    agenda = rested()
    assert not any(agenda.something_is_due(now=later(second)) for second in range(60))
    assert agenda.something_is_due(now=later(60))
    assert agenda.due(BOTH, now=later(60)) == BOTH


def test_a_ring_is_followed_for_a_minute_since_the_log_shows_a_fact_late() -> None:
    agenda = rested()
    agenda.heard(HERE, now=later(5))
    assert agenda.due(BOTH, now=later(5)) == agenda.due(BOTH, now=later(7)) == [HERE]
    assert [agenda.is_attentive(HERE, now=later(second)) for second in (5, 64, 65)] == [True, True, False]


def test_a_ring_heard_while_the_database_is_asked_is_not_lost() -> None:
    agenda = rested()
    for until in (None, later(3600)):
        agenda.heard(HERE, now=later(6))  # after the look of the fifth second began, before it ended
        agenda.rests(HERE, until=until, now=later(5))
        assert agenda.due(BOTH, now=later(7)) == [HERE]


def test_what_is_to_be_tried_again_has_its_instant() -> None:
    agenda = rested()
    agenda.rests(HERE, until=later(30), now=later(1))
    assert [agenda.something_is_due(now=later(second)) for second in (29, 30)] == [False, True]
    assert agenda.due(BOTH, now=later(30)) == [HERE]


def test_who_was_served_longest_ago_comes_first() -> None:
    agenda = Agenda()
    agenda.served(HERE, now=NOON)
    assert agenda.due(BOTH, now=NOON) == [THERE, HERE]
    agenda.served(THERE, now=later(2))
    assert agenda.due(BOTH, now=later(2)) == [HERE, THERE]


def test_after_a_line_was_cut_everybody_is_looked_at() -> None:
    agenda = rested()
    agenda.missed(now=later(1))
    assert agenda.due(BOTH, now=later(1)) == BOTH


def test_one_that_is_suspended_is_not_looked_at_however_it_rings() -> None:
    agenda = rested()
    agenda.heard(HERE, now=later(1))
    assert agenda.due([THERE], now=later(1)) == []
    assert not agenda.something_is_due(now=later(2))
