"""What the agents' application is made of is named, locked and lawful; what is not built is told."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from app.web import legal_words
from supply import npm

ROOT = Path(__file__).parents[2]
UI = ROOT / "ui"


def test_each_package_of_the_application_has_its_reason_and_one_version() -> None:
    package = json.loads((UI / "package.json").read_text())
    wanted = package["dependencies"] | package["devDependencies"]
    named = re.findall(r"^\| ([@\w/.-]+) \|", (ROOT / "docs/dependencies.md").read_text(), re.MULTILINE)
    assert set(wanted) - set(named) == set()
    assert [name for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_every_locked_package_is_lawful_and_has_its_digest(tmp_path: Path) -> None:
    assert npm.findings() == []
    odd = tmp_path / "package-lock.json"
    odd.write_text(json.dumps({"packages": {"": {}, "node_modules/x": {"license": "AGPL-3.0", "resolved": "https:"}}}))
    assert npm.findings(odd) == ["node_modules/x: AGPL-3.0", "node_modules/x: no digest"]


def test_the_lock_names_no_place_to_install_from() -> None:
    """Each installation has its own registry or mirror; the digests say what is right."""
    packages = json.loads((UI / "package-lock.json").read_text())["packages"]
    assert [place for place, package in packages.items() if "resolved" in package] == []


def test_the_application_can_be_left_out_and_this_is_said() -> None:
    told = subprocess.run(
        [sys.executable, str(ROOT / "hatch_build.py")],
        env={**os.environ, "PARVIS_BUILD_UI": "0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "PARVIS_BUILD_UI=0" in told.stderr
    assert "/boite" in told.stderr


def test_the_words_of_the_law_are_those_of_the_servers_pages() -> None:
    """Both desks call an event or a derived date by one name."""
    written = (UI / "src" / "i18n" / "legal.fr.ts").read_text()
    for part in ("DATES", "GROUNDS", "EVENTS", "REGIMES", "STATES", "DUTIES"):
        block = written.partition(f"  {part.lower()}: {{")[2].partition("  },")[0]
        named = dict(re.findall(r'^\s+(\w+):\s+"([^"]+)",$', block, re.MULTILINE))
        assert named == dict(getattr(legal_words, part)), part
