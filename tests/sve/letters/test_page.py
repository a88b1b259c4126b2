"""A page: archivable, accessible, made without a network, and deaf to what its data would like to be."""

import re
from datetime import UTC, datetime

import pytest

from app.sve.letters.page import UNDRAWN, Unprintable, pdf
from tests.harness.pictures import a_logo

SHOWN = "= #data.title\n#for line in data.lines { par(line) }"
HOSTILE = [
    '#panic("lu")',
    '#read("/etc/passwd")',
    '#import "@preview/x:1.0.0": *',
    "= Titre\n== Autre",
    '"); #panic("lu") //',
    "$ x^2 $ *gras* _penché_ `code` <label> @ref",
    "]#panic()[",
    "<script>alert(1)</script>",
    "\\u{1F600} \\",
]


def page(*lines: str, title: str = "Accusé de réception") -> bytes:
    return pdf(SHOWN, {"title": title, "lines": list(lines)}, title=title)


def test_a_page_says_that_it_can_be_archived_and_read_aloud():
    made = page("Bonjour")
    assert made.startswith(b"%PDF-1.7")
    assert b"<pdfaid:part>2</pdfaid:part>" in made
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in made
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert b"/Lang(fr-FR)" in made
    assert b"/MarkInfo<</Marked true" in made
    assert "Accusé de réception</rdf:li>".encode() in made


def test_the_same_page_has_the_same_bytes():
    assert page("Bonjour") == page("Bonjour")


def test_a_page_bears_the_day_it_was_made():
    made = pdf("= Titre", {}, title="Titre", made_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
    assert b"<xmp:CreateDate>2026-03-02T09:30:00+00:00</xmp:CreateDate>" in made


@pytest.mark.parametrize("words", HOSTILE)
def test_what_a_person_wrote_is_never_markup(words: str):
    """The compiler would fail on `panic`, on `read` and on a package; a title would stand in the outline."""
    made = page(words, title=words)
    assert made.count(b"/S/H1") == 1
    assert made.count(b"/S/H2") == 0


@pytest.mark.parametrize(
    "words",
    [
        "😀 merci",
        "中文",
        "\x00\x07 nul",
        "\ue000 privé",
        "\udcff seul",
        "سلام",
        "\u202egauche",
        "a\u200db",
        "",
        "\ufffe",
    ],
)
def test_no_character_makes_a_page_impossible(words: str):
    made = pdf("= Titre\n#for line in data.lines { par(line) }", {"lines": [words]}, title=words)
    assert made.startswith(b"%PDF")


def test_a_character_without_a_drawing_is_shown_as_a_box():
    assert page("😀", title="x") == page(UNDRAWN, title="x")


def test_an_image_comes_as_its_bytes():
    made = pdf('= Titre\n#image(bytes(data.logo), width: 2cm, alt: "Logo")', {"logo": a_logo()}, title="Titre")
    assert re.search(rb"/S/Figure", made)
    assert b"/Alt(Logo)" in made


def test_a_broken_template_is_said():
    with pytest.raises(Unprintable):
        pdf("#nothing-of-that-name", {}, title="Titre")
