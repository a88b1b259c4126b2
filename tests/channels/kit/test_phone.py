"""T13: one line, however it is written; the overseas departments; and what is no number."""

import pytest

from app.channels.contract import Party, PointKind
from app.channels.kit.phone import e164, is_withheld, phone_party


@pytest.mark.parametrize(
    "written",
    [
        "06 12 34 56 78",
        "0612345678",
        "+33 6 12 34 56 78",
        "0033612345678",
        "06.12.34.56.78",
        "+33 (0)6 12 34 56 78",
        " 33612345678",
    ],
)
def test_one_line_is_one_number(written: str):
    assert e164(written) == "+33612345678"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("0262201234", "+262262201234"),
        ("0692 12 34 56", "+262692123456"),
        ("0590123456", "+590590123456"),
        ("0690123456", "+590690123456"),
        ("0596 12 34 56", "+596596123456"),
        ("0696123456", "+596696123456"),
        ("0697123456", "+596697123456"),
        ("0594123456", "+594594123456"),
        ("0694123456", "+594694123456"),
        ("0269612345", "+262269612345"),
        ("0639123456", "+262639123456"),
        ("0145671234", "+33145671234"),
    ],
)
@pytest.mark.parametrize("territory", ["FR", "MQ", "RE"])
def test_leading_digits_say_which_department(written: str, expected: str, territory: str):
    assert e164(written, territory=territory) == expected


def test_the_territory_reads_what_the_digits_do_not_say():
    assert e164("751234", territory="NC") == "+687751234"
    assert e164("40412345", territory="PF") == "+68940412345"
    assert e164("0612345678", territory="NC") == "+33612345678"


def test_a_provider_may_leave_out_the_plus():
    assert e164("2349067554729", international=True) == "+2349067554729"
    assert e164("2349067554729") is None


@pytest.mark.parametrize("written", ["36000", "3975", "MAIRIE", "INFO VILLE", "112"])
def test_a_short_code_or_a_name_is_nobody_s_identity(written: str):
    assert phone_party(written) == Party(PointKind.SENDER_NAME, written)


@pytest.mark.parametrize("written", [None, "", "  "])
def test_nothing_is_nobody(written: str | None):
    assert phone_party(written) is None


def test_a_withheld_number_is_known_as_such():
    assert all(is_withheld(word) for word in (None, "", "Anonymous", "Restricted", "<unknown>"))
    assert not is_withheld("0612345678")
