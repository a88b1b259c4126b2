"""What a list asks of fields, read from its address; nothing typed there is an accident."""

import contextlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tickets.field_filters import MOST_FIELDS, Days, Looked, Numbers, looked_for


def test_values_ranges_and_several_fields_are_read_as_they_are_written() -> None:
    assert looked_for("quartier:centre|nord||site:https://example.fr/a") == [
        Looked("quartier", ["centre", "nord"]),
        Looked("site", ["https://example.fr/a"]),
    ]
    (one,) = looked_for("aire:-3.5..20|..7|8..")
    assert one.ranges == (
        Numbers(Decimal("-3.5"), Decimal(20)),
        Numbers(None, Decimal(7)),
        Numbers(Decimal(8), None),
    )
    (one,) = looked_for("debut:2026-01-01..|2026-02-01..2026-02-01")
    assert one.ranges == (Days(date(2026, 1, 1), None), Days(date(2026, 2, 1), date(2026, 2, 1)))
    (one,) = looked_for("aire:" + "|".join(map(str, range(20))))
    assert len(one.values) == 20
    (one,) = looked_for("texte:..|a..b|1...2|10")
    assert one.ranges == ()


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "a",
        "a:",
        ":b",
        "a:1||",
        "||",
        "a:2..1",
        "a:2026-02-30..",
        "a:2026-02-02..2026-02-01",
        "||".join(["a:1"] * 11),
        "a:" + "|".join(map(str, range(21))),
    ],
)
def test_what_is_not_written_so_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        looked_for(wrong)


@given(st.one_of(st.text(max_size=200), st.from_regex(r"[a:|.0-9-]{0,60}", fullmatch=True)))
def test_whatever_is_typed_is_read_or_refused(written: str) -> None:
    with contextlib.suppress(ValueError):
        found = looked_for(written)
        assert 1 <= len(found) <= MOST_FIELDS
        assert all(one.key and one.values for one in found)
