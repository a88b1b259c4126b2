"""The administration's words around what the law prescribes: filled in one pass, and never in its place."""

from dataclasses import replace

import pytest

from app.sve.letters.composing import compose
from app.sve.letters.values import Kind
from app.sve.letters.wording_values import Wording
from app.sve.letters.wordings import VARIABLES, own_words
from app.tickets.wording import unknown_places
from tests.sve.letters.grounds import ground

EMPTY = Wording.none(Kind.ARE)


def words(opening: str = "", closing: str = "") -> Wording:
    return Wording(
        id=None, kind=Kind.ARE, edition=1, opening=opening, closing=closing, created_at=None, created_by=None
    )


@pytest.mark.parametrize("kind", [Kind.ARE, Kind.TRANSMISSION, Kind.PIECES])
def test_own_words_take_no_mention_away_and_give_none(kind: Kind) -> None:
    here = ground()
    own = own_words(words("Nous vous répondrons avant le 3 mars 2026.", "Voies et délais de recours : aucun."), here)
    plain, worded = compose(kind, here), compose(kind, here, own)
    assert (worded.mentions, worded.missing) == (plain.mentions, plain.missing)
    assert [one for one in worded.paragraphs if one in plain.paragraphs] == list(plain.paragraphs)
    assert worded.paragraphs[0].text == "Nous vous répondrons avant le 3 mars 2026."


def test_nothing_written_changes_nothing() -> None:
    here = ground()
    assert compose(Kind.ARE, here, own_words(EMPTY, here)) == compose(Kind.ARE, here)
    assert own_words(words("  \n\n", "\n"), here).opening == []


def test_a_place_filled_opens_no_other() -> None:
    """A citizen's own words are never read as words of the administration."""
    here = ground(addressee="{{administration.phone}}")
    (paragraph,) = own_words(words("Bonjour {{ contact.name }},"), here).opening
    assert paragraph.text == "Bonjour {{administration.phone}},"


def test_a_line_with_an_empty_place_is_left_out_and_the_others_stay() -> None:
    here = ground()
    here = replace(here, office=replace(here.office, phone=""))
    (paragraph,) = own_words(words(closing="Écrivez-nous.\nTéléphone : {{administration.phone}}\nMerci."), here).closing
    assert paragraph.text == "Écrivez-nous.\nMerci."


def test_the_team_of_a_request_is_no_place_of_a_letter() -> None:
    assert unknown_places("{{team.name}} {{ticket.reference}} {{nobody.knows}}", VARIABLES) == [
        "team.name",
        "nobody.knows",
    ]
