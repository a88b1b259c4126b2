"""Numbers that should not be there: found by their keys, masked, and never slowly."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sensitive import Sensitive, find, kinds, listed, masked

# Examples that the registries themselves publish.
IBAN = "FR14 2004 1010 0505 0001 3M02 606"
CARD = "4111 1111 1111 1111"


def nir(body: str) -> str:
    counted = body.replace("2A", "19").replace("2B", "18")
    return body + f"{97 - int(counted) % 97:02d}"


bodies = st.builds(
    lambda sex, year, month, place, rest: f"{sex}{year:02d}{month:02d}{place}{rest:06d}",
    st.sampled_from("1234"),
    st.integers(0, 99),
    st.integers(1, 12),
    st.sampled_from(["78", "2A", "2B", "97", "01"]),
    st.integers(1, 999_999),
)
gaps = st.sampled_from(["", " ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", ".", "-"])


@given(bodies, gaps)
def test_a_number_with_its_key_is_found_however_it_is_spaced(body: str, gap: str) -> None:
    number = nir(body)
    cut = (1, 3, 5, 7, 10, 13, 15)
    spaced = gap.join(number[start:end] for start, end in zip((0, *cut), cut, strict=False))
    text = f"Bonjour, je suis né, n° {spaced}, merci."
    assert [(one.kind, text[one.start : one.end]) for one in find(text)] == [(Sensitive.NIR, spaced)]
    assert masked(text) == "Bonjour, je suis né, n° [numéro de sécurité sociale], merci."


@given(bodies, st.integers(1, 96))
def test_a_number_whose_key_is_wrong_is_none(body: str, off: int) -> None:
    number = nir(body)
    wrong = number[:13] + f"{(int(number[13:]) - 1 + off) % 97 + 1:02d}"
    # Fifteen digits that begin with 34 or 37 may be those of a card.
    assert [one for one in find(f"dossier {wrong}") if one.kind is Sensitive.NIR] == []


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=400))
def test_what_is_masked_holds_nothing_more_and_the_rest_is_untouched(text: str) -> None:
    hidden = masked(f"{text} {CARD} {text}")
    assert "1111 1111" not in hidden
    assert find(hidden) == []
    assert masked(hidden) == hidden


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (IBAN, [Sensitive.IBAN]),
        (f"RIB:{IBAN.replace(' ', '').lower()}.", [Sensitive.IBAN]),
        ("DE89 3704 0044 0532 0130 00", [Sensitive.IBAN]),
        ("FR14 2004 1010 0505 0001 3M02 607", []),
        (CARD, [Sensitive.CARD]),
        ("5500-0000-0000-0004", [Sensitive.CARD]),
        ("378282246310005", [Sensitive.CARD]),
        ("4111 1111 1111 1112", []),
        # A SIRET has fourteen figures and the key of cards; a telephone number, a date, a reference are none of these.
        ("SIRET 732 829 320 00074", []),
        ("01 99 00 00 01, le 12/05/2026, dossier 2026-000123", []),
        # The first candidate's key is wrong; the true number begins within it.
        (f"12 {nir('1850578006084')}", [Sensitive.NIR]),
        (f"{nir('185052A006084')} et {IBAN} et {CARD}", [Sensitive.NIR, Sensitive.IBAN, Sensitive.CARD]),
        (f"x{nir('1850578006084')}", []),
    ],
)
def test_examples(text: str, expected: list[Sensitive]) -> None:
    assert [one.kind for one in find(text)] == expected
    assert kinds(text) == [kind for kind in Sensitive if kind in expected]


def test_what_was_found_is_said_in_words() -> None:
    assert listed([Sensitive.NIR]) == "un numéro de sécurité sociale"
    assert listed(list(Sensitive)) == "un numéro de sécurité sociale, un IBAN et un numéro de carte bancaire"


@pytest.mark.parametrize("unit", ["1", "1 ", "4111 ", "FR76 ", "2 85 05 78 006 084 42 ", "A1.", "-1"])
def test_time_grows_with_the_text_and_no_faster(unit: str) -> None:
    """Measured in processor time against itself: four times the text may cost eight times as much, never sixteen."""

    def cost(size: int) -> float:
        text = (unit * (size // len(unit) + 1))[:size]
        best = float("inf")
        for _ in range(2):
            began = time.process_time()
            find(text)
            best = min(best, time.process_time() - began)
        return best

    small = max(cost(30_000), 0.002)
    assert cost(120_000) < 8 * small
