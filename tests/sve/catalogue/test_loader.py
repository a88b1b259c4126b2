"""What the catalogue refuses, each time with the file, the entry, the field and what to do."""

from datetime import date
from pathlib import Path

import pytest

from app.sve.catalogue import CatalogueError, load
from app.sve.catalogue.loader import read_text

ENTRY = """
[[procedure]]
code = 'LOC-ESSAI'
title = 'Essai'
domain = 'divers'
kinds = ['commune']
keywords = ['essai']
certainty = 'partly'
sources = ['unread']
doubt = 'à lire'
[[procedure.versions]]
valid_from = 2020-01-01
effect = 'SVA'
delay = 'P2M'
basis = ['CRPA L231-1']
"""


def refusal(text: str) -> str:
    with pytest.raises(CatalogueError) as refused:
        read_text(text, file="essai.toml")
    return str(refused.value)


def test_a_sound_entry_is_read() -> None:
    (entry,) = read_text(ENTRY, file="essai.toml")
    assert (entry.code, entry.file, entry.last.valid_from) == ("LOC-ESSAI", "essai.toml", date(2020, 1, 1))


@pytest.mark.parametrize(
    ("before", "after", "field", "advice"),
    [
        ("sources = ['unread']", "sources = []", "sources", "au moins un"),
        ("sources = ['unread']\n", "", "sources", "au moins un"),
        ("sources = ['unread']", "sources = ['nowhere']", "sources", "inconnue"),
        ("keywords = ['essai']", "keywords = []", "keywords", "au moins un"),
        ("keywords = ['essai']", "keywords = ['']", "keywords", "liste de textes"),
        ("kinds = ['commune']", "kinds = ['hameau']", "kinds", "« hameau » est inconnu"),
        ("effect = 'SVA'", "effect = 'peut-être'", "effect", "SVA, SVR, renunciation"),
        ("effect = 'SVA'\n", "", "effect", "ce champ manque"),
        ("delay = 'P2M'", "delay = '60 jours'", "delay", "n'est pas une durée"),
        ("delay = 'P2M'", "delay = 'P0M'", "delay", "durée nulle"),
        ("delay = 'P2M'", "delay = 2", "delay", "un texte"),
        ("delay = 'P2M'", "delay = 'P2M'\nadds = 'P1M'", "adds", "majoration"),
        ("effect = 'SVA'", "effect = 'SVA'\nfamily = 'LUNE'", "family", "« LUNE » est inconnu"),
        ("effect = 'SVA'", "effect = 'SVA'\nfamily = 'DIA'", "family", "renunciation"),
        ("effect = 'SVA'", "effect = 'renunciation'", "family", "DIA"),
        ("effect = 'SVA'", "effect = 'SVA'\nfamily = 'URBANISME'", "permit", "URBANISME"),
        ("effect = 'SVA'", "effect = 'SVA'\nfamille = 'DIA'", "famille", "champ inconnu"),
        ("title = 'Essai'", "title = 'Essai'\ntitre = 'Essai'", "titre", "champ inconnu"),
        ("valid_from = 2020-01-01", "valid_from = '2020-01-01'", "valid_from", "sans guillemets"),
        ("valid_from = 2020-01-01", "valid_from = 2020-01-01\nvalid_until = 2019-01-01", "valid_until", "avant"),
        ("certainty = 'partly'", "certainty = 'read'", "certainty", "texte lu"),
        ("certainty = 'partly'", "certainty = 'sure'", "certainty", "read, partly, unverified"),
        ("code = 'LOC-ESSAI'", "code = 'essai'", "code", "majuscules"),
    ],
)
def test_what_is_not_sound_is_refused_with_its_place(before: str, after: str, field: str, advice: str) -> None:
    told = refusal(ENTRY.replace(before, after))
    assert told.startswith("essai.toml, ")
    assert f"« {field} »" in told
    assert advice in told


def test_two_versions_may_not_overlap() -> None:
    second = "[[procedure.versions]]\nvalid_from = 2024-01-01\neffect = 'SVR'\nbasis = []\n"
    assert "valid_until = 2023-12-31" in refusal(ENTRY + second)
    closed = ENTRY.replace("effect = 'SVA'", "valid_until = 2023-12-31\neffect = 'SVA'") + second
    (entry,) = read_text(closed, file="essai.toml")
    assert [str(entry.version_on(day).effect) for day in (date(2023, 12, 31), date(2024, 1, 1))] == ["SVA", "SVR"]
    assert entry.version_on(date(2019, 12, 31)) is None


def test_what_is_not_toml_is_refused_by_line() -> None:
    assert "line 3" in refusal("\n\nceci n'est pas du TOML")


def test_an_installation_replaces_entries_and_adds_its_own(tmp_path: Path) -> None:
    (tmp_path / "0001-a.toml").write_text(ENTRY)
    (tmp_path / "0002-b.toml").write_text(ENTRY.replace("'Essai'", "'Essai suivant'"))
    found = load(tmp_path)
    assert (len(found), found.get("LOC-ESSAI").title, found.get("LOC-ESSAI").file) == (
        402,
        "Essai suivant",
        "0002-b.toml",
    )


def test_a_code_may_not_stand_twice_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(ENTRY + ENTRY)
    with pytest.raises(CatalogueError, match="deux fois"):
        load(tmp_path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff")
    with pytest.raises(CatalogueError, match=r"a\.toml : illisible"):
        load(tmp_path)


def test_no_folder_is_no_addition(tmp_path: Path) -> None:
    assert len(load(tmp_path / "nowhere")) == 401
