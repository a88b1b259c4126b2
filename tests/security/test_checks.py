"""The page of security checks: every number once, and no test is named that does not exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINES = re.findall(r"^\| T(\d+) \| (\w+) \| (.+) \|$", (ROOT / "docs/security-checks.md").read_text(), re.MULTILINE)


def test_every_check_stands_once_with_a_status() -> None:
    assert [int(number) for number, _, _ in LINES] == list(range(1, 131))
    assert {status for _, status, _ in LINES} <= {"proven", "missing", "unmapped"}


def test_what_is_proven_names_tests_that_exist_and_nothing_else_does() -> None:
    for number, status, told in LINES:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", told)
        assert bool(named) is (status == "proven"), number
        for path, name in named:
            place = ROOT / path
            assert place.exists(), (number, path)
            assert re.search(rf"^\s*(?:async )?def {name}\(", place.read_text(), re.MULTILINE), (number, path, name)
