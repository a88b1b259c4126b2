"""What a duration would do, before it is decided: the very verdicts of the night, counted."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.privacy import foreseeing
from app.privacy.foreseeing import MOST, closed_before, foresee
from app.privacy.retention import DEFAULT, Closed, Counted, Fate, Policy, Stage, decide

TODAY = date(2026, 3, 31)
CLOSED = Closed(
    ticket_id=UUID(int=1),
    reference="2020-000001-A",
    categories=frozenset({DEFAULT}),
    opened_on=date(2020, 1, 2),
    closed_on=date(2020, 3, 31),
    last_effect_on=None,
    clock_running=False,
    appeal_unsure=False,
    held=False,
    archived=False,
)
WANTED = Policy(
    category=DEFAULT,
    active_months=12,
    archive_months=24,
    counted_from=Counted.CLOSURE,
    fate=Fate.DESTROY,
    legal_basis="",
)


def test_what_would_be_listed_put_away_and_kept_is_counted_with_the_first_due() -> None:
    first = replace(CLOSED, opened_on=date(2018, 5, 1), closed_on=date(2018, 6, 1))
    others = [
        replace(CLOSED, held=True),
        replace(CLOSED, clock_running=True),
        replace(CLOSED, closed_on=date(2025, 1, 1)),
        replace(CLOSED, closed_on=date(2025, 1, 1), archived=True),
        replace(CLOSED, closed_on=date(2026, 1, 1)),
    ]
    found = foresee([CLOSED, first, *others], {}, WANTED, today=TODAY)
    assert (found.listed, found.archived, found.kept, found.whole) == (2, 2, 2, True)
    assert found.oldest == foreseeing.Oldest(
        opened_on=date(2018, 5, 1), closed_on=date(2018, 6, 1), due_on=date(2021, 6, 1)
    )


def test_another_category_that_keeps_longer_or_is_undecided_keeps_the_request() -> None:
    both = replace(CLOSED, categories=frozenset({DEFAULT, "CADA"}))
    longer = replace(WANTED, category="CADA", archive_months=600, version=1)
    for decided in ({}, {"CADA": longer}):
        found = foresee([both], decided, WANTED, today=TODAY)
        assert (found.listed, found.kept) == (0, 1)
    assert foresee([both], {"CADA": replace(longer, archive_months=0)}, WANTED, today=TODAY).listed == 1


def test_more_than_are_read_is_told() -> None:
    found = foresee([CLOSED] * (MOST + 1), {}, WANTED, today=TODAY)
    assert (found.listed, found.whole) == (MOST, False)


@given(
    closed_on=st.dates(date(1950, 1, 1), date(2026, 3, 31)),
    today=st.dates(date(2026, 3, 31), date(2090, 12, 31)),
    active=st.integers(0, 1200),
)
def test_nothing_that_was_not_read_would_move(closed_on: date, today: date, active: int) -> None:
    wanted = replace(WANTED, active_months=active, archive_months=0, version=1)
    # An instant of the day before may be this day in the administration.
    unread = closed_on - timedelta(days=1) >= closed_before(wanted, today=today)
    stage = decide(replace(CLOSED, closed_on=closed_on), {DEFAULT: wanted}, today=today).stage
    assert stage is Stage.ACTIVE or not unread
