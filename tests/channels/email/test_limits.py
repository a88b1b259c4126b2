"""No mail costs more than two seconds and 150 MB, whatever it is made of."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.channels.email.made import HEAVY

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def costs() -> dict[str, dict[str, Any]]:
    run = subprocess.run(
        [sys.executable, "-m", "tests.channels.email.measured"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {line["name"]: line for line in map(json.loads, run.stdout.splitlines())}


@pytest.mark.xdist_group("mail-costs")
@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_mail_stays_within_time_and_memory(name: str, costs: dict[str, dict[str, Any]]):
    cost = costs[name]
    assert cost["outcome"] in {"message_received", "held"}
    assert cost["seconds"] < 2
    assert cost["grown_mb"] < 150


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("5,000 levels", "profondeur"),
        ("5,000 joined messages", "profondeur"),
        ("20,000 parts", "parties"),
        ("10,000 headers", "entetes"),
        ("3,000 hops", "entetes"),
        ("10 MB header", "entete-long"),
        ("1 MB subject", "entete-long"),
        ("50,000 blank lines first", "debut"),
        ("3,000 nested div", "html"),
        ("over the size", "taille"),
        ("punycode charset", "jeu-de-caracteres"),
    ],
)
def test_what_was_left_aside_is_said(name: str, code: str, costs: dict[str, dict[str, Any]]):
    assert code in {warning.partition(":")[0] for warning in costs[name]["warnings"]}
