"""Documentation under test: links lead somewhere, commands exist, the example of the front page runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_make_commands_exist(page: Path) -> None:
    named = set(re.findall(r"`make ([a-z]+)", page.read_text()))
    assert named - TARGETS == set()


def test_the_example_of_the_front_page_says_what_silence_does() -> None:
    readme = (ROOT / "README.md").read_text()
    document = re.search(r"echo '(\{.*?\})' \\", readme, re.DOTALL)
    assert document
    told = subprocess.run(
        [sys.executable, "-m", "app", "sve", "explain", "-"],
        input=document[1],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "28 février 2026" in told.stdout


def test_ci_runs_the_command_of_the_front_page() -> None:
    assert "make check" in (ROOT / ".ci/run").read_text()
    assert "`make check` is what CI runs" in (ROOT / "README.md").read_text()


def test_every_module_the_makefile_runs_exists() -> None:
    modules = re.findall(r"-m ((?:app|bench)[\w.]*)", (ROOT / "Makefile").read_text())
    assert modules
    for module in modules:
        place = ROOT / module.replace(".", "/")
        assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), module
