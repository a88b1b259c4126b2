"""`parvis procedures`: the catalogue at hand, without a database."""

import json
from pathlib import Path

from tests.cli.conftest import Parvis, lines

LIST = "code;title;authority;effect;delay;source\nLOC-TRUC;Autorisation de truc;commune;SVR;P2M;Liste publiée\n"


def test_procedures_are_listed_for_a_kind_and_a_domain(parvis: Parvis) -> None:
    told = lines(parvis("procedures", "list", "--kind", "commune", "--domain", "funéraire", "--json"))
    assert {"FUN-INHUM", "FUN-CONC"} <= {one["code"] for one in told}
    assert all("commune" in one["kinds"] for one in told)
    assert next(one["effect"] for one in told if one["code"] == "FUN-CONC") == "UNKNOWN"
    assert "FUN-CONC           UNKNOWN" in parvis("procedures", "list").stdout
    assert parvis("procedures", "list", "--domain", "lune").exit_code == 2


def test_a_procedure_shows_what_was_read(parvis: Parvis) -> None:
    told = parvis("procedures", "show", "urb-dp").stdout
    assert "Un mois pour les déclarations préalables" in told
    assert "LEGI, base de la DILA au 13 juillet 2025" in told
    assert json.loads(parvis("procedures", "show", "URB-DP", "--json").stdout)["versions"][0]["family"] == "URBANISME"
    assert "no procedure is called NO-NE" in parvis("procedures", "show", "NO-NE").stderr


def test_a_list_is_shown_then_imported_then_known(parvis: Parvis, tmp_path: Path) -> None:
    (tmp_path / "liste.csv").write_text(LIST)
    tried = parvis("procedures", "import", "liste.csv", "--dry-run")
    assert "+ LOC-TRUC" in tried.stdout
    assert not (tmp_path / "data" / "catalogue").exists()
    assert "written in data/catalogue/0001-liste.toml" in parvis("procedures", "import", "liste.csv").stdout
    assert json.loads(parvis("procedures", "show", "LOC-TRUC", "--json").stdout)["file"] == "0001-liste.toml"
    (again,) = parvis("procedures", "import", "liste.csv", "--json").stdout.splitlines() or [None]
    assert again is None


def test_a_refused_line_imports_nothing(parvis: Parvis, tmp_path: Path) -> None:
    result = parvis("procedures", "import", "-", "--json", stdin=LIST + "LOC-AUTRE;;commune;SVR;P2M;Liste\n")
    assert (result.exit_code, json.loads(result.stdout)["line"]) == (1, 3)
    assert "nothing is imported" in result.stderr
    assert not (tmp_path / "data" / "catalogue").exists()


def test_a_broken_addition_is_named(parvis: Parvis, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "catalogue"
    folder.mkdir(parents=True)
    (folder / "0001-a.toml").write_text("[[procedure]]\n")
    assert "0001-a.toml, entrée sans code, « code »" in parvis("procedures", "list").stderr


OWN = (
    "code;title;authority;effect;delay;source;deliberation_date;deliberation_number;deliberation_title;valid_from\n"
    "LOC-BOULES;Terrains de boules;commune;SVR;4 mois;Règlement;2025-12-15;2025-112;Règlement;2026-01-01\n"
)


def test_a_list_is_imported_for_one_administration(
    in_the_house: Parvis, a_town_with_a_mailbox: tuple[str, str]
) -> None:
    slug, _ = a_town_with_a_mailbox
    tried = in_the_house("procedures", "import", "-", "--tenant", slug, "--dry-run", stdin=OWN)
    assert "+ LOC-BOULES" in tried.stdout, tried.output
    assert in_the_house("procedures", "show", "LOC-BOULES", "--tenant", slug).exit_code == 1
    assert in_the_house("procedures", "import", "-", "--tenant", slug, stdin=OWN).exit_code == 0
    told = json.loads(in_the_house("procedures", "show", "LOC-BOULES", "--tenant", slug, "--json").stdout)
    assert (told["origin"], told["edition"], told["deliberation"]["number"]) == ("local", 1, "2025-112")
    assert "LOC-BOULES" in in_the_house("procedures", "list", "--tenant", slug).stdout
    assert "LOC-BOULES" not in in_the_house("procedures", "list").stdout
    assert "0 to write, 1 as they are" in in_the_house("procedures", "import", "-", "--tenant", slug, stdin=OWN).stdout


def test_a_line_without_its_act_imports_nothing_for_an_administration(
    in_the_house: Parvis, a_town_with_a_mailbox: tuple[str, str]
) -> None:
    slug, _ = a_town_with_a_mailbox
    result = in_the_house("procedures", "import", "-", "--tenant", slug, stdin=OWN.replace("2025-112", ""))
    assert (result.exit_code, "line 2" in result.stderr, "nothing is imported" in result.stderr) == (1, True, True)
    assert in_the_house("procedures", "show", "LOC-BOULES", "--tenant", slug).exit_code == 1
