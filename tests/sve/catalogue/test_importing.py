"""A national list: read line by line, shown before it is written, all of it or nothing."""

from datetime import UTC, date, datetime

import pytest

from app.sve.catalogue import Catalogue, Certainty, built_in, load
from app.sve.catalogue.importing import read_list
from app.sve.catalogue.installing import install
from app.sve.law.regime import Regime

HEAD = "code;title;authority;effect;delay;source;valid_from\n"
FUN = "FUN-CONC;Attribution d'une concession funéraire;commune;SVR;2 mois;Liste publiée;\n"
NEW = "LOC-TRUC;Autorisation de truc;commune|epci;accord;P2M;Liste publiée;\n"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def read(text: str, into: Catalogue | None = None):
    return read_list(text.encode(), into=into or built_in())


def written(tmp_path, text: str, into: Catalogue | None = None) -> Catalogue:
    install(tmp_path, read(text, into), name="liste.csv", by="Agent Exemple", at=AT, digest="0" * 64)
    return load(tmp_path)


def test_a_list_changes_what_it_says_and_keeps_the_rest(tmp_path) -> None:
    entry = written(tmp_path, HEAD + FUN).get("FUN-CONC")
    assert (entry.last.effect, str(entry.last.delay)) == (Regime.SVR, "P2M")
    assert entry.keywords == built_in().get("FUN-CONC").keywords
    assert entry.certainty is Certainty.PARTLY
    assert "pas été relu" in entry.doubt
    assert [source.title for source in entry.sources] == ["Liste publiée"]


def test_the_file_says_who_when_and_from_what(tmp_path) -> None:
    written(tmp_path, HEAD + FUN)
    (path,) = tmp_path.iterdir()
    assert path.name == "0001-liste.toml"
    head = path.read_text()[:400]
    assert all(word in head for word in ("liste.csv", "Agent Exemple", "2026-03-02T09:00:00+00:00", "0" * 64))


def test_a_second_import_stands_over_the_first(tmp_path) -> None:
    first = written(tmp_path, HEAD + FUN)
    second = written(tmp_path, HEAD + FUN.replace("SVR", "SVA"), first)
    assert second.get("FUN-CONC").last.effect is Regime.SVA
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0001-liste.toml", "0002-liste.toml"]


def test_importing_twice_changes_nothing(tmp_path) -> None:
    again = read(HEAD + FUN + NEW, written(tmp_path, HEAD + FUN + NEW))
    assert (again.changes, again.unchanged) == ([], 2)
    assert install(tmp_path, again, name="liste.csv", by="x", at=AT, digest="") is None


def test_a_new_version_ends_the_one_before(tmp_path) -> None:
    line = "HAB-LOUER;Permis de louer;commune|epci;SVR;P2M;Liste publiée;2026-09-01\n"
    entry = written(tmp_path, HEAD + line).get("HAB-LOUER")
    assert [(str(v.effect), str(v.delay)) for v in entry.versions] == [("SVA", "P1M"), ("SVR", "P2M")]
    assert entry.versions[0].valid_until == date(2026, 8, 31)
    assert entry.versions[0].texts
    assert entry.versions[1].texts == []


def test_a_special_clock_is_kept(tmp_path) -> None:
    line = "URB-DP;Déclaration préalable;commune|epci;SVA;P2M;Liste publiée;\n"
    before, after = built_in().get("URB-DP").last, written(tmp_path, HEAD + line).get("URB-DP").last
    assert (after.family, after.permit) == (before.family, before.permit)
    assert str(after.delay) == "P2M"


def test_commas_and_a_byte_order_mark_are_read() -> None:
    assert len(read("\ufeff" + (HEAD + NEW).replace(";", ",")).changes) == 1


REFUSED = [
    (FUN.replace("SVR", "peut-être"), 2, "« peut-être » est inconnu"),
    (FUN.replace("2 mois", "bientôt"), 2, "n'est pas une durée"),
    (FUN.replace("commune", "hameau"), 2, "« hameau » est inconnu"),
    (FUN.replace("Liste publiée", ""), 2, "« source »"),
    (FUN.replace("FUN-CONC", "concession"), 2, "majuscules"),
    (FUN.replace(";\n", ";hier\n"), 2, "n'est pas un jour"),
    (NEW + FUN.replace(";2 mois", ""), 3, "6 cellules pour 7 colonnes"),
    (NEW + NEW, 3, "déjà à la ligne 2"),
    (NEW + 'X;"un guillemet ouvert\n', 3, "ligne CSV cassée"),
    ("URB-DIA;DIA;commune;SVA;P2M;Liste publiée;\n", 2, "DIA"),
]


@pytest.mark.parametrize(("lines", "line", "reason"), REFUSED)
def test_a_line_not_understood_is_told_and_nothing_is_kept(lines: str, line: int, reason: str) -> None:
    found = read(HEAD + lines)
    assert [(one.line, reason in one.reason) for one in found.refused] == [(line, True)], found.refused
    assert found.changes == []
    with pytest.raises(ValueError, match="refused"):
        install(None, found, name="x", by="x", at=AT, digest="")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "fichier est vide"),
        (b"code;title\n", "colonnes manquantes : authority, effect, source"),
        (HEAD.replace("delay", "d\xe9lai").encode(), "colonnes inconnues : délai"),
        (HEAD.encode() + "FUN-CONC;é".encode("latin-1"), "UTF-8"),
        (HEAD.replace("delay", "code").encode(), "colonnes en double : code"),
        (b"\x00\x00\n", "colonnes"),
    ],
)
def test_a_file_that_is_not_such_a_list_is_refused(data: bytes, reason: str) -> None:
    (refused,) = read_list(data, into=built_in()).refused
    assert reason in refused.reason


def test_every_line_that_is_wrong_is_told_at_once() -> None:
    wrong = FUN.replace("SVR", "x") + NEW + FUN.replace("2 mois", "y")
    assert [one.line for one in read(HEAD + wrong).refused] == [2, 4]


def test_hostile_words_stay_words(tmp_path) -> None:
    title = 'Un titre \\" = [pièges] \x7f #'
    row = f'LOC-TRUC;"{title.replace(chr(34), chr(34) * 2)}";commune;SVR;P2M;"Liste\npubliée";\n'
    assert written(tmp_path, HEAD + row).get("LOC-TRUC").title == title
