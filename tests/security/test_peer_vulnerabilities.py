"""The page of our peers' vulnerabilities: every line once, whole, and with a test that exists."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/peer-vulnerabilities.md").read_text()
LINES = re.findall(r"^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \| (.+) \|$", PAGE, re.MULTILINE)


def test_every_line_stands_once_and_is_whole() -> None:
    assert [int(number) for number, *_ in LINES] == list(range(1, 63))
    assert PAGE.count("\n| ") == len(LINES) + 1  # no line of another form
    assert not [number for number, *cells in LINES if not all(cell.strip() for cell in cells)]


def test_every_class_has_its_regression_test() -> None:
    for number, _, _, _, told in LINES:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", told)
        assert ", ".join(f"`{path}::{name}`" for path, name in named) == told, number
        assert named, number
        for path, name in named:
            assert (ROOT / path).exists(), (number, path)
            written = (ROOT / path).read_text()
            assert re.search(rf"^\s*(?:async )?def {name}\(", written, re.MULTILINE), (number, path, name)
