"""What a text costs as SMS, and cutting it without breaking a character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.contract import TextUnit
from app.channels.kit.segments import SmsEncoding, measure, sms_parts, sms_size, split_text

WORDS = st.text("aé€^[]êç😀\n 👩🏽‍🚒e\u0301", max_size=600)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("", "gsm7", 0, 1),
        ("a" * 160, "gsm7", 160, 1),
        ("a" * 161, "gsm7", 161, 2),
        ("a" * 306, "gsm7", 306, 2),
        ("a" * 307, "gsm7", 307, 3),
        ("€" * 80, "gsm7", 160, 1),
        ("€" * 81, "gsm7", 162, 2),
        ("Réponse à votre demande où", "gsm7", 26, 1),
        ("Réponse reçue", "ucs2", 13, 1),
        ("’" * 70, "ucs2", 70, 1),
        ("’" * 71, "ucs2", 71, 2),
        ("😀" * 35, "ucs2", 70, 1),
        ("😀" * 36, "ucs2", 72, 2),
    ],
)
def test_the_cost_of_a_text(text: str, encoding: str, units: int, parts: int):
    size = sms_size(text)
    assert (size.encoding, size.units, size.segments) == (SmsEncoding(encoding), units, parts)


def test_an_escape_pair_is_not_cut():
    assert [len(part) for part in sms_parts("a" * 152 + "€" + "b" * 20)] == [152, 21]


def test_a_surrogate_pair_is_not_cut():
    assert [len(part) for part in sms_parts("é" * 66 + "😀" + "ê" * 10)] == [66, 11]


@given(WORDS)
def test_parts_hold_all_of_the_text_and_no_more_than_they_can(text: str):
    size, parts = sms_size(text), sms_parts(text)
    assert "".join(parts) == text
    assert len(parts) == size.segments
    limit = (160 if len(parts) == 1 else 153) if size.encoding is SmsEncoding.GSM7 else (70 if len(parts) == 1 else 67)
    for part in parts:
        cost = sms_size(part)
        width = cost.units if cost.encoding is size.encoding else len(part.encode("utf-16-le")) // 2
        assert width <= limit


@given(WORDS, st.sampled_from(list(TextUnit)), st.integers(8, 120))
def test_messages_fit_and_lose_nothing_but_blanks(text: str, unit: TextUnit, limit: int):
    limit = max(limit // 20, 1) if unit is TextUnit.SMS_SEGMENTS else limit * 4
    pieces = split_text(text, limit=limit, unit=unit)
    assert all(measure(piece, unit) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_text_is_cut_where_a_person_would():
    text = "Votre dossier est complet.\n\nUn agent vous répondra sous dix jours."
    assert split_text(text, limit=40, unit=TextUnit.CHARACTERS) == [
        "Votre dossier est complet.",
        "Un agent vous répondra sous dix jours.",
    ]


def test_a_family_is_one_grapheme():
    assert measure("👩‍👩‍👧 e\u0301", TextUnit.GRAPHEMES) == 3
