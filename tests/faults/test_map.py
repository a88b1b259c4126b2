"""The page of faults: every number once, each with its promise and its proof, and no test is named that does not exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINES = re.findall(r"^\| F(\d+) \| (.+?) \| (\w+) \| (.+) \|$", (ROOT / "docs/faults.md").read_text(), re.MULTILINE)


def test_every_fault_stands_once_with_a_status() -> None:
    assert [int(number) for number, _, _, _ in LINES] == list(range(1, 41))
    assert {status for _, _, status, _ in LINES} <= {"proven", "partly", "cannot"}


def test_what_is_proven_names_tests_that_exist_and_what_is_not_says_what_is_missing() -> None:
    for number, _, status, told in LINES:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", told)
        assert named or status != "proven", number
        assert ("missing: " in told) is (status == "partly"), number
        for path, name in named:
            place = ROOT / path
            assert place.exists(), (number, path)
            assert re.search(rf"^\s*(?:async )?def {name}\(", place.read_text(), re.MULTILINE), (number, path, name)


def test_no_test_of_the_page_is_written_in_another_form() -> None:
    page = (ROOT / "docs/faults.md").read_text()
    assert page.count("::test_") == len(re.findall(r"`tests/[\w/]+\.py::test_\w+`", page))
