import pytest

from app.rest.languages import Language, Said, negotiate, say


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "fr"),
        ("", "fr"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("fr-FR, en;q=0.9", "fr"),
        ("fr;q=0.2, en;q=0.8", "en"),
        ("de, en;q=0.3", "en"),
        ("de", "fr"),
        ("*", "fr"),
        ("en;q=0, fr;q=0.1", "fr"),
        ("en;q=nan", "fr"),
        ("en;q=2", "fr"),
        (",;=;;q=", "fr"),
        ("en," * 100_000, "en"),
    ],
)
def test_the_preferred_language_is_chosen_and_french_otherwise(header, language):
    assert negotiate(header) == language


def test_a_sentence_said_in_both_languages_is_french_where_a_text_is_expected():
    said = Said("bonjour", en="hello")
    assert said == "bonjour"
    assert say(said, Language.EN) == "hello"
    assert say("tel quel", Language.EN) == "tel quel"
