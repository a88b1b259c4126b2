"""The grid of RGAA 4.1 is whole, says one of four things of each criterion, and names tests that exist."""

import csv
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CRITERIA = dict(zip(range(1, 14), (9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12), strict=True))  # RGAA 4.1, by theme
STATES = {"conforme", "non conforme", "sans objet", "à vérifier"}


def grid() -> list[dict[str, str]]:
    with (ROOT / "docs/rgaa.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_each_of_the_106_criteria_has_its_line() -> None:
    wanted = [f"{theme}.{number}" for theme, count in CRITERIA.items() for number in range(1, count + 1)]
    assert [line["critere"] for line in grid()] == wanted


def test_each_line_says_a_state_and_how_it_is_known() -> None:
    for line in grid():
        assert {line["application"], line["pages"]} <= STATES, line
        assert line["comment"].strip(), line


def test_the_tests_it_names_are_there() -> None:
    named = {name for line in grid() for name in re.findall(r"\btest_\w+", line["comment"])}
    files = [path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]
    written = {name for path in files for name in re.findall(r"def (test_\w+)", path.read_text())}
    assert named - written - {path.stem for path in files} == set()
    assert named
