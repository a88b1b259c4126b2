"""Letters without their accents: exactly what Unicode's combining marks are, in any script."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from app.accents import without_accents


def test_french_words_lose_their_accents_and_nothing_else() -> None:
    assert without_accents("Où êtes-vous né ? À Noël, cœur et ﬁn.") == "Ou etes-vous ne ? A Noel, cœur et fin."


@given(st.text(max_size=60))
def test_any_text_is_its_decomposition_less_its_marks(text: str) -> None:
    apart = unicodedata.normalize("NFKD", text)
    assert without_accents(text) == "".join(letter for letter in apart if not unicodedata.combining(letter))
