"""A letter as a page: conformant whatever is typed in it, however long its list, with or without a logo."""

import re
from dataclasses import fields, replace
from datetime import UTC, date, datetime

import pytest

from app.sve.law.regime import Regime
from app.sve.letters.composing import compose
from app.sve.letters.ground import Fields, Ground, Head, Office, Sense
from app.sve.letters.kinds import EVERYWHERE, FIELDS
from app.sve.letters.layout import letter
from app.sve.letters.values import Kind
from tests.harness.pictures import a_logo
from tests.sve.letters.grounds import PUBLISHED, ground

AT = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
EVIL = (
    '#panic("x") ]#read("/etc/passwd")[ = Titre\n== Sous-titre $x$ *gras* <b>gras</b> <label> @ref \\ {x} {} "" 😀 \x00'
)
BORN = "2026-06-10"
GROUNDS = {
    Kind.ARE: ground(Regime.SVR),
    Kind.AR: ground(Regime.SVR, channel="post"),
    Kind.PIECES: ground(Regime.SVA),
    Kind.TRANSMISSION: ground(Regime.UNKNOWN),
    Kind.WRONG_CHANNEL: replace(ground(Regime.UNKNOWN), published=PUBLISHED),
    Kind.DECISION: ground(Regime.SVR),
    Kind.ATTESTATION: ground(Regime.SVA, on=BORN),
    Kind.WITHDRAWAL_HEARING: ground(Regime.SVA, on=BORN),
    Kind.WITHDRAWAL: ground(Regime.SVA, on=BORN),
}


def page(kind: Kind, asked: Ground, *, logo: bytes | None = None, draft: bool = False) -> bytes:
    return letter(compose(kind, asked), asked, logo=logo, draft=draft, made_at=AT)


def filled(kind: Kind, word: str) -> Fields:
    """Gives the same word to every field a kind of letter takes."""
    given: dict[str, object] = {}
    for field in fields(Fields):
        if field.name in {*FIELDS[kind], *EVERYWHERE}:
            given[field.name] = word
    given |= {"pieces": (word, word)} if "pieces" in given else {}
    given |= {"sense": Sense.REFUSAL} if "sense" in given else {}
    return Fields(**{name: date(2026, 7, 1) if name.endswith("_on") else value for name, value in given.items()})  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_makes_a_page_that_can_be_archived_and_read_aloud(kind: Kind):
    made = page(kind, GROUNDS[kind], logo=a_logo())
    for mark in (
        b"<pdfaid:part>2</pdfaid:part>",
        b"<pdfaid:conformance>A</pdfaid:conformance>",
        b"<pdfuaid:part>1</pdfuaid:part>",
        b"/Lang(fr-FR)",
        b"/MarkInfo<</Marked true",
        b"2026-03-04T11:00:00",
    ):
        assert mark in made, mark
    assert b"/S/Figure" in made
    assert made.count(b"/S/H1") == 1


@pytest.mark.parametrize("kind", Kind)
def test_nothing_typed_in_any_field_becomes_markup(kind: Kind):
    asked = GROUNDS[kind]
    evil = replace(
        asked,
        fields=filled(kind, EVIL),
        citizen=EVIL,
        subject=EVIL,
        channel=EVIL,
        office=Office(name=EVIL, service=EVIL, postal_address=EVIL, email=EVIL, phone=EVIL),
        head=Head(**{one.name: EVIL for one in fields(Head)}),
    )
    made = page(kind, evil)
    assert made.startswith(b"%PDF")
    assert made.count(b"/S/H1") == 1
    assert b"/S/H2" not in made


def test_ten_pages_of_pieces_are_ten_pages_and_none_is_lost():
    pieces = tuple(f"Pièce n° {number} : justificatif de la situation du demandeur" for number in range(1, 501))
    asked = ground(Regime.SVA, pieces=pieces, deadline_on=date(2026, 3, 31))
    made = page(Kind.PIECES, asked)
    assert len(re.findall(rb"/Type/Page\b", made)) >= 10
    ways_to_reach_the_service = 3
    assert made.count(b"/S/LI/") == len(pieces) + ways_to_reach_the_service


def test_the_same_letter_is_the_same_bytes():
    assert page(Kind.ARE, GROUNDS[Kind.ARE]) == page(Kind.ARE, GROUNDS[Kind.ARE])


def test_a_draft_is_not_the_letter():
    assert page(Kind.ARE, GROUNDS[Kind.ARE], draft=True) != page(Kind.ARE, GROUNDS[Kind.ARE])
