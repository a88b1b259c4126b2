"""The document rows travel in: the same whoever writes it, and refused where no column could hold what it says."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db.bulk import document_of

_WRITTEN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(), below, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), _WRITTEN, max_size=4))
def test_whatever_a_delivery_may_hold_is_written_as_it_is(row: dict[str, object]) -> None:
    assert json.loads(document_of([row])) == [row]


@pytest.mark.parametrize("number", [2**64, -(2**64), -(2**63) - 1, 10**30])
def test_a_number_of_more_than_sixty_four_bits_keeps_every_digit(number: int) -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    row = {"id": UUID(int=7), "at": at, "on": date(2026, 3, 2), "raw": b"\x00\xff", "payload": {"number": number}}
    assert json.loads(document_of([row])) == [
        {
            "id": str(UUID(int=7)),
            "at": at.isoformat(),
            "on": "2026-03-02",
            "raw": "\\x00ff",
            "payload": {"number": number},
        }
    ]


def test_what_is_nested_deeper_than_the_quick_writer_goes_is_written_too() -> None:
    deep: list[object] = []
    for _ in range(300):
        deep = [deep]
    assert json.loads(document_of([{"payload": deep}])) == [{"payload": deep}]


def test_a_naive_instant_and_what_no_column_holds_are_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        document_of([{"at": datetime(2026, 3, 2, 9)}])
    with pytest.raises(TypeError, match="Decimal"):
        document_of([{"amount": Decimal(1)}])
