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


@pytest.mark.parametrize(
    ("written", "territory", "expected"),
    [
        # The trunk zero is never dialled behind a country code, and many write it.
        ("+596 (0)696 12 34 56", "FR", "+596696123456"),
        ("+262 0692 12 34 56", "MQ", "+262692123456"),
        ("+590 0690 12 34 56", "GP", "+590690123456"),
        ("+594 0694 20 12 34", "GF", "+594694201234"),
        ("0033 (0) 6 12 34 56 78", "RE", "+33612345678"),
        ("00 33 0 590 12 34 56", "FR", "+590590123456"),
        # The code of the mainland before a number that is not of the mainland.
        ("+33 6 96 12 34 56", "FR", "+596696123456"),
        ("+33690123456", "FR", "+590690123456"),
        ("+33 6 39 12 34 56", "FR", "+262639123456"),
        ("+33 2 62 12 34 56", "FR", "+262262123456"),
        ("+33612345678", "MQ", "+33612345678"),
        # Saint-Pierre-et-Miquelon: six digits there, behind 0508 from elsewhere, 0708 for its mobiles.
        ("41 12 34", "PM", "+508411234"),
        ("0508 41 12 34", "FR", "+508411234"),
        ("+508 41 12 34", "FR", "+508411234"),
        ("0708 40 12 34", "PM", "+508708401234"),
        ("0708 40 12 34", "FR", "+508708401234"),
        # Ranges the departments share, told apart by their next digit.
        ("0709 00 12 34", "FR", "+590709001234"),
        ("0709 10 12 34", "RE", "+596709101234"),
        ("0709 20 12 34", "FR", "+262709201234"),
        ("0709 30 12 34", "FR", "+594709301234"),
        ("0709 35 12 34", "FR", "+262709351234"),
        ("0976 61 12 34", "FR", "+596976611234"),
        ("0976 22 12 34", "RE", "+262976221234"),
        ("09 70 12 34 56", "FR", "+33970123456"),
        # The Pacific: six and eight digits, read by the territory alone.
        ("75.12.34", "NC", "+687751234"),
        ("+687 75 12 34", "FR", "+687751234"),
        ("72 12 34", "WF", "+681721234"),
        ("+681 72 12 34", "NC", "+681721234"),
        ("87 12 34 56", "PF", "+68987123456"),
        ("00 689 87 12 34 56", "FR", "+68987123456"),
        ("75.12.34", "FR", None),
        ("87 12 34 56", "FR", None),
        ("06 12 34 56 78", "PF", "+33612345678"),
        # Other digits, other marks, and what a copied number carries unseen.
        ("٠٦١٢٣٤٥٦٧٨", "FR", "+33612345678"),
        ("۰۶۹۶۱۲۳۴۵۶", "FR", "+596696123456"),
        ("０６１２３４５６７８", "FR", "+33612345678"),
        ("\u202a+33 6 12 34 56 78\u202c", "FR", "+33612345678"),
        ("06·12·34·56·78", "FR", "+33612345678"),
        ("06_12_34_56_78", "FR", "+33612345678"),
        ("06\u202f12\u202f34\u202f56\u202f78", "FR", "+33612345678"),
        ("tel:+33612345678", "FR", "+33612345678"),
        ("O6 12 34 56 78", "FR", None),
        ("06 12 34 56", "FR", None),
    ],
)
def test_a_number_is_the_same_in_every_writing(written: str, territory: str, expected: str | None):
    assert e164(written, territory=territory) == expected


def test_what_was_read_is_read_again_as_itself():
    for number in ("+33612345678", "+590690123456", "+508411234", "+508708401234", "+68987123456", "+262709201234"):
        for territory in ("FR", "GP", "PM", "PF", "RE"):
            assert e164(number, territory=territory) == number
