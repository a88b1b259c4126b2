"""Our manners that no other tool checks."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = sorted((ROOT / "app").rglob("*.py"))
SAY_NOTHING = re.compile(r"(^|/)(utils?|helpers?|common|misc|managers?)(\.py|/)")


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def test_no_file_holds_two_ideas() -> None:
    long = {str(p.relative_to(ROOT)): n for p in CODE if (n := len(p.read_text().splitlines())) > 400}
    assert long == {}


def test_no_function_holds_two_ideas() -> None:
    long = []
    for path in CODE:
        long += [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno > 60
        ]
    assert long == []


def test_no_module_is_named_after_nothing() -> None:
    assert [str(p) for p in CODE if SAY_NOTHING.search(str(p.relative_to(ROOT)))] == []


def test_only_the_clock_reads_the_time() -> None:
    reading = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\(\)")
    found = {str(p.relative_to(ROOT)) for p in CODE if reading.search(p.read_text())}
    # The store compares the age of its own unfinished files with the machine's time, which stamped them.
    assert found == {"app/clock.py", "app/files/local.py"}


def test_commit_stands_once() -> None:
    found = [str(p.relative_to(ROOT)) for p in CODE if re.search(r"\.commit\(\)", p.read_text())]
    # Migrations have a connection of their own.
    assert found == ["app/db/migrate.py", "app/db/transaction.py"]


def test_every_direct_dependency_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [
        *project["project"]["dependencies"],
        *(line for extra in project["project"]["optional-dependencies"].values() for line in extra),
        *project["dependency-groups"]["dev"],
    ]
    names = {re.split(r"[\[<>=;! ]", line)[0] for line in wanted}
    # What npm installs is compared by tests/ui/test_package.py.
    ours = (ROOT / "docs/dependencies.md").read_text().partition("## The agents' application")[0]
    page = set(re.findall(r"^\| ([a-z0-9-]+) \|", ours, re.MULTILINE)) - {"package"}
    assert names == page


@pytest.mark.parametrize(
    "pattern",
    [r"/wor" + r"k/", r"\bAKIA[0-9A-Z]{16}\b", r"-----BEGIN [A-Z ]*PRIVATE " + r"KEY-----"],
    ids=["machine paths", "cloud keys", "private keys"],
)
def test_the_repository_holds_no(pattern: str) -> None:
    found = []
    for path in _tracked():
        if path.suffix in {".eml", ".lock", ".png", ".woff2"}:
            continue
        if re.search(pattern, path.read_text(errors="replace")):
            found.append(str(path.relative_to(ROOT)))
    assert found == []
