"""A long text as numbered messages: nothing lost, nothing cut inside."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.contract import Capabilities, TextUnit
from app.channels.kit.segments import measure
from app.errors import Invalid
from app.exchanges.splitting import split

MARK = re.compile(r"^\(\d+/\d+\) ")


def bare(parts: list[str]) -> str:
    return "".join(MARK.sub("", part) for part in parts)


def can(limit: int, unit: TextUnit = TextUnit.CHARACTERS, **more: int) -> Capabilities:
    return Capabilities(text_max=limit, text_unit=unit, **more)


def test_a_text_that_fits_is_left_as_it_is() -> None:
    assert split("Bonjour", can(7)) == ["Bonjour"]
    assert split("Bonjour" * 1000, Capabilities()) == ["Bonjour" * 1000]


def test_parts_are_numbered_and_cut_at_words() -> None:
    parts = split("Votre dossier est complet et sera instruit dans le mois qui vient.", can(30))
    assert [part[:6] for part in parts] == ["(1/3) ", "(2/3) ", "(3/3) "]
    assert all(len(part) <= 30 for part in parts)
    assert " ".join(MARK.sub("", part) for part in parts).split() == (
        ["Votre", "dossier", "est", "complet", "et", "sera", "instruit", "dans", "le", "mois", "qui", "vient."]
    )


@pytest.mark.parametrize("unit", list(TextUnit))
@given(text=st.text(alphabet="aé ê€\n🏳️‍🌈e\u0301{", min_size=1, max_size=400))
def test_nothing_is_lost_and_each_part_fits(unit: TextUnit, text: str) -> None:
    limit = 1 if unit is TextUnit.SMS_SEGMENTS else 60
    capabilities = can(limit, unit, max_parts=60)
    try:
        parts = split(text, capabilities)
    except Invalid:
        return
    assert all(measure(part, unit) <= limit for part in parts)
    if len(parts) > 1:
        assert "".join(bare(list(parts)).split()) == "".join(text.split())


def test_an_address_of_the_web_is_not_cut() -> None:
    url = "https://villebourg.example.fr/demarches/urbanisme"
    parts = split("A" * 70 + " voir " + url + " et " + "B" * 60, can(100))
    assert sum(url in part for part in parts) == 1


def test_a_family_of_four_stays_together() -> None:
    parts = split("x" * 50 + "👨‍👩‍👧‍👦" * 4, can(60))
    assert all(not part.endswith("\u200d") and "\u200d" not in MARK.sub("", part)[:1] for part in parts)


def test_more_than_the_channel_takes_is_refused_in_words() -> None:
    with pytest.raises(Invalid) as refused:
        split("x" * 1000, can(100, max_parts=2))
    assert "raccourcissez" in refused.value.detail


def test_a_very_long_text_costs_no_cutting() -> None:
    with pytest.raises(Invalid):
        split("é" * 100_000, can(8, TextUnit.SMS_SEGMENTS))
