"""The table of OWASP ASVS 5.0, levels 1 and 2: every requirement once, said in our words, with evidence that exists."""

import csv
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
# The numbers of the standard's requirements of level 1 (with a star) and 2, by section; those of level 3 are left out.
SECTIONS = """
1.1 1 2 | 1.2 1* 2* 3* 4* 5* 6 7 8 9 | 1.3 1* 2* 3 4 5 6 7 8 9 10 11 | 1.4 1 2 3 | 1.5 1* 2
2.1 1* 2 3 | 2.2 1* 2* 3 | 2.3 1* 2 3 4 | 2.4 1
3.2 1* 2* | 3.3 1* 2 3 4 | 3.4 1* 2* 3 4 5 6 | 3.5 1* 2* 3* 4 5 | 3.7 1 2
4.1 1* 2 3 | 4.2 1 | 4.3 1 2 | 4.4 1* 2 3 4
5.1 1 | 5.2 1* 2* 3 | 5.3 1* 2* | 5.4 1 2 3
6.1 1* 2 3 | 6.2 1* 2* 3* 4* 5* 6* 7* 8* 9 10 11 12 | 6.3 1* 2* 3 4 | 6.4 1* 2* 3 4 | 6.5 1 2 3 4 5 | 6.6 1 2 3 | 6.8 1 2 3 4
7.1 1 2 3 | 7.2 1* 2* 3* 4* | 7.3 1 2 | 7.4 1* 2* 3 4 5 | 7.5 1 2 | 7.6 1 2
8.1 1* 2 | 8.2 1* 2* 3 | 8.3 1* | 8.4 1
9.1 1* 2* 3* | 9.2 1* 2 3 4
10.1 1 2 | 10.2 1 2 | 10.3 1 2 3 4 | 10.4 1* 2* 3* 4* 5* 6 7 8 9 10 11 | 10.5 1 2 3 4 5 | 10.6 1 2 | 10.7 1 2 3
11.1 1 2 | 11.2 1 2 3 | 11.3 1* 2* 3 | 11.4 1* 2 3 4 | 11.5 1 | 11.6 1
12.1 1* 2 3 | 12.2 1* 2* | 12.3 1 2 3 4
13.1 1 | 13.2 1 2 3 4 5 | 13.3 1 2 | 13.4 1* 2 3 4 5
14.1 1 2 | 14.2 1* 2 3 4 | 14.3 1* 2 3
15.1 1* 2 3 | 15.2 1* 2 3 | 15.3 1* 2 3 4 5 6 7
16.1 1 | 16.2 1 2 3 4 5 | 16.3 1 2 3 4 | 16.4 1 2 3 | 16.5 1 2 3
17.1 1 | 17.2 1 2 3 4 | 17.3 1 2
"""
COLUMNS = ["id", "level", "applies", "status", "how", "evidence"]


def rows() -> list[dict[str, str]]:
    with (ROOT / "docs/asvs.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == COLUMNS
        return list(reader)


def wanted() -> list[tuple[str, str]]:
    found = []
    for section in re.split(r"[|\n]", SECTIONS.strip()):
        name, *numbers = section.split()
        found += [(f"V{name}.{one.rstrip('*')}", "1" if one.endswith("*") else "2") for one in numbers]
    return found


def test_every_requirement_of_the_two_levels_stands_once_in_its_order() -> None:
    assert [(row["id"], row["level"]) for row in rows()] == wanted()
    assert Counter(level for _, level in wanted()) == {"1": 70, "2": 183}


def test_every_line_says_whether_and_how() -> None:
    for row in rows():
        assert all(value and value == value.strip() for value in row.values()), row
        assert row["status"] in {"met", "partly", "not met", "not applicable"}, row
        assert (row["applies"] == "no") is (row["status"] == "not applicable"), row
        assert row["how"].endswith("."), row


def test_every_evidence_is_there_to_be_read() -> None:
    for row in rows():
        path, _, name = row["evidence"].partition("::")
        assert (ROOT / path).is_file(), row
        if name:
            assert re.search(rf"^\s*(?:async )?def {name}\(", (ROOT / path).read_text(), re.MULTILINE), row


def test_the_figures_told_are_those_of_the_table() -> None:
    counted = Counter(row["status"] for row in rows())
    told = f"{counted['met']} met, {counted['partly']} partly, {counted['not met']} not met, {counted['not applicable']} not applicable"
    for page in ("SECURITY.md", "docs/security-checks.md"):
        assert told in " ".join((ROOT / page).read_text().split()), (page, told)
