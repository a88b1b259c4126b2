"""What the contract offers: one place to import from, and capabilities that answer an agent's questions."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.channels import contract
from app.channels.contract import Capabilities, Media, Support
from app.channels.registry import PROTOCOLS

ROOT = Path(__file__).parents[2]
PICTURES = Media(types="image/*", support=Support.PARTIAL, max_bytes=5_000_000)
TABLE = Capabilities(media=(Media(types="image/svg+xml", support=Support.REJECTED), PICTURES))


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("image/jpeg", Support.PARTIAL),
        ("IMAGE/PNG; name=a.png", Support.PARTIAL),
        ("image/svg+xml", Support.REJECTED),
        ("application/pdf", None),
        ("imagery/jpeg", None),
    ],
)
def test_the_first_line_that_covers_a_piece_says_what_becomes_of_it(content_type: str, expected: Support | None):
    line = TABLE.media_for(content_type)
    assert (line.support if line else None) is expected


def test_a_line_for_everything_covers_everything():
    assert Capabilities(media=(Media(types="*/*"),)).media_for("application/pdf") == Media(types="*/*")


def test_everything_an_adapter_needs_is_imported_from_the_contract():
    assert all(hasattr(contract, name) for name in contract.__all__)
    assert {protocol.__name__ for protocol in PROTOCOLS.values()} <= set(contract.__all__)


def test_the_contract_costs_an_adapter_nothing_heavy():
    code = "import sys, app.channels.contract; print(sorted({'httpx', 'asyncio', 'ssl'} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert out.stdout.strip() == "[]"
