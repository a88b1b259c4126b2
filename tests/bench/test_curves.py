"""What growing towns are judged by, and how it is drawn."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench import curves
from bench.scenarios.growth import THIN, _budgets

MS = {
    "thin page": {"10000": {"p50": 2.0}, "100000": {"p50": 2.0}},
    "inbox a": {"10000": {"p50": 4.0}, "100000": {"p50": 5.0}},
    "inbox b": {"10000": {"p50": 6.0}, "100000": {"p50": 4.0}},
    "search 1 in 4": {"10000": {"p50": 8.0}, "100000": {"p50": 9.0}},
    "thread of 300": {"10000": {"p50": 8.0}, "100000": {"p50": 9.0}},
}


def test_a_picture_shows_the_thin_page_the_dearest_list_and_every_search(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = tmp_path / "result.json"
    result.write_text(json.dumps({"scenarios": {"growth": {"sizes": [10_000, 100_000], "ms": MS}}}))
    assert curves.main([str(result)]) == 0
    picture = ET.fromstring(capsys.readouterr().out)
    told = [one.text for one in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {"thin page", "inbox, the dearest of 12 lists", "search 1 in 4"} <= set(told)
    assert "thread of 300" not in told
    shown = {look: {int(size): one["p50"] for size, one in of.items()} for look, of in MS.items()}
    assert curves.chosen(shown)["inbox, the dearest of 12 lists"] == {10_000: 6.0, 100_000: 5.0}


def test_budgets_of_growth_are_judged_at_the_greatest_town() -> None:
    p95 = {
        THIN: {10**5: 2.0, 10**6: 2.0},
        "inbox a": {10**5: 4.0, 10**6: 6.0},
        "inbox b": {10**5: 10.0, 10**6: 11.0},
        "search 1 in 4": {10**5: 20.0, 10**6: 151.0},
    }
    told = _budgets(p95, [10**5, 10**6])
    assert {name: (one["found"], one["met"]) for name, one in told.items()} == {
        "growth of inbox a": (1.5, False),
        "inbox b in thin pages": (5.5, True),
        "search 1 in 4, ms": (151.0, False),
    }
