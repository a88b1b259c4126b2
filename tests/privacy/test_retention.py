"""How long a request is kept: nothing without a decision, nothing under a clock, an appeal or a hold."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.privacy.retention import (
    CATEGORIES,
    DEFAULT,
    Closed,
    Counted,
    Fate,
    Policy,
    Stage,
    add_months,
    decide,
    last_effect,
    proposed,
)
from app.sve.catalogue.families import FamilyWord

URBANISM = FamilyWord.URBANISME.value
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


def policy(category: str = DEFAULT, *, active: int = 12, archive: int = 48, **words: object) -> Policy:
    values = {
        "counted_from": Counted.CLOSURE,
        "fate": Fate.DESTROY,
        "legal_basis": "Délibération.",
        "version": 1,
        **words,
    }
    return Policy(category=category, active_months=active, archive_months=archive, **values)  # type: ignore[arg-type]


def decided(*policies: Policy) -> dict[str, Policy]:
    return {one.category: one for one in policies}


def test_a_request_is_at_hand_then_archived_then_due() -> None:
    known = decided(policy())
    found = [decide(CLOSED, known, today=day) for day in (date(2021, 3, 30), date(2021, 3, 31), date(2025, 3, 31))]
    assert [one.stage for one in found] == [Stage.ACTIVE, Stage.ARCHIVED, Stage.DUE]
    assert [one.look_on for one in found] == [date(2021, 3, 31), date(2025, 3, 31), None]


def test_what_nobody_decided_does_nothing_however_old() -> None:
    assert all(proposed(category).fate is Fate.UNDECIDED for category in CATEGORIES)
    assert decide(CLOSED, {}, today=date(2100, 1, 1)).stage is Stage.UNDECIDED
    undecided = decided(policy(fate=Fate.UNDECIDED))
    found = decide(CLOSED, undecided, today=date(2100, 1, 1))
    assert (found.stage, found.look_on) == (Stage.ARCHIVED, None)


def test_every_family_of_the_catalogue_is_a_category() -> None:
    assert set(CATEGORIES) == {DEFAULT, *(word.value for word in FamilyWord)}


def test_of_two_categories_the_longest_governs_and_one_undecided_keeps_it() -> None:
    both = replace(CLOSED, categories=frozenset({DEFAULT, URBANISM}))
    long = policy(URBANISM, active=24, archive=96)
    assert decide(both, decided(policy(), long), today=date(2029, 1, 1)).policy == long
    assert decide(both, decided(policy()), today=date(2029, 1, 1)).stage is Stage.UNDECIDED


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"clock_running": True}, Stage.ACTIVE),
        ({"last_effect_on": date(2030, 1, 1)}, Stage.ACTIVE),
        ({"held": True}, Stage.ARCHIVED),
        ({}, Stage.DUE),
    ],
)
def test_a_clock_an_appeal_and_a_hold_keep_a_request(changed: dict[str, object], expected: Stage) -> None:
    found = decide(replace(CLOSED, **changed), decided(policy()), today=date(2029, 1, 1))  # type: ignore[arg-type]
    assert found.stage is expected
    assert found.look_on is not None or expected is Stage.DUE


def test_an_appeal_whose_period_nobody_could_oppose_lasts_a_reasonable_time() -> None:
    unsure = replace(CLOSED, appeal_unsure=True)
    assert last_effect(unsure) == date(2021, 3, 31)
    at_once = decided(policy(active=0, archive=0))
    assert decide(unsure, at_once, today=date(2021, 3, 31)).stage is Stage.ACTIVE
    assert decide(unsure, at_once, today=date(2021, 4, 1)).stage is Stage.DUE


def test_a_month_later_is_the_same_day_or_the_last_of_the_month() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2023, 11, 30), 3) == date(2024, 2, 29)
    assert add_months(date(2023, 12, 15), 12) == date(2024, 12, 15)


@given(
    st.dates(date(2000, 1, 1), date(2060, 1, 1)),
    st.integers(0, 200),
    st.integers(0, 200),
    st.sampled_from(Counted),
    st.none() | st.dates(date(2000, 1, 1), date(2080, 1, 1)),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
def test_nothing_is_due_before_the_law_has_said_its_last_word(
    closed_on: date, active: int, archive: int, counted: Counted, last_on: date | None, today: date
) -> None:
    request = replace(CLOSED, closed_on=closed_on, last_effect_on=last_on)
    found = decide(request, decided(policy(active=active, archive=archive, counted_from=counted)), today=today)
    if found.stage in {Stage.ARCHIVED, Stage.DUE}:
        assert today > last_effect(request)
    if found.stage is Stage.DUE:
        assert today >= add_months(add_months(closed_on, active), archive)
    if found.look_on is not None:
        assert found.look_on > today
