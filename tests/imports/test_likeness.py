"""What is taken for the copy of a mail starts no clock: it must say the same, and be nobody's forgery."""

import pytest

from app.tickets.likeness import disowned, fuller, same_words

ASKED = "Bonjour,\n\nPuis-je clore mon jardin ?\n"


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("> bonjour, puis-je   CLORE mon jardin", True),
        (f"{ASKED}\n-- \nCamille Exemple", True),
        ("jardin ?", True),
        ("Bonjour, puis-je abattre un arbre ?", False),
        ("jar", False),
        ("", False),
        (" … ", False),
    ],
)
def test_texts_say_the_same_when_one_holds_the_words_of_the_other(other: str, *, same: bool) -> None:
    assert same_words(ASKED, other) is same
    assert same_words(other, ASKED) is same


def test_two_mails_without_a_word_are_not_the_same_and_the_one_with_more_words_is_the_fuller() -> None:
    assert not same_words("", "\n")
    assert fuller(f"{ASKED} Merci.", ASKED)
    assert not fuller(ASKED.upper(), ASKED)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, False),
        ({"authentication": {}}, False),
        ({"authentication": {"dmarc": {"result": "none"}, "spf": {"result": "pass"}}}, False),
        ({"authentication": {"dmarc": {"result": "fail"}}}, True),
        ({"authentication": {"spf": {"result": "softfail"}}}, True),
        ({"authentication": {"spf": {"result": "fail"}, "dkim": {"result": "pass"}}, "identity_verified": True}, False),
        ({"authentication": "fail", "identity_verified": False}, False),
    ],
)
def test_a_mail_is_disowned_when_our_boundary_refused_it_and_nothing_vouches_for_it(
    fields: dict[str, object], *, said: bool
) -> None:
    assert disowned(fields) is said
