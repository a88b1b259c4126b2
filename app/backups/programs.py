"""PostgreSQL's own programs that write and read a dump, run so that no password stands in a list of processes."""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from psycopg.conninfo import conninfo_to_dict

from app.db.embedded.binaries import ENVIRONMENT, find_binaries
from app.errors import Misconfigured

_NEEDED = ("pg_dump", "pg_restore", "psql")
# What libpq reads from the environment, by the name a connection string gives it.
_VARIABLES = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "channel_binding": "PGCHANNELBINDING",
    "options": "PGOPTIONS",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "passfile": "PGPASSFILE",
    "service": "PGSERVICE",
}


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder that holds the three of them, of one major version."""

    folder: Path
    major: int

    def start(
        self,
        program: str,
        *arguments: str,
        stdin: int,
        stdout: int,
        stderr: IO[bytes],
        url: str | None = None,
    ) -> "subprocess.Popen[bytes]":
        """Starts one; `url` is handed over in the environment, never among the arguments."""
        environment = {**ENVIRONMENT, **(_environment(url) if url else {})}
        return subprocess.Popen(  # noqa: S603 — a program of a folder the operator chose or installed
            [str(self.folder / program), *arguments], env=environment, stdin=stdin, stdout=stdout, stderr=stderr
        )


def find_programs(*, major: int) -> Programs:
    """Returns the programs of one major version: PARVIS_PG_BIN, beside the embedded server, the system's, the PATH.

    Raises `Misconfigured`: a dump is written and read by the version of its server, which alone knows all of it.
    """
    seen = []
    for folder in _folders(major):
        if not all((folder / name).exists() for name in _NEEDED):
            continue
        found = _major(folder)
        if found == major:
            return Programs(folder, major)
        if found is not None:
            seen.append(str(found))
    told = f"only those of PostgreSQL {', '.join(dict.fromkeys(seen))} were found" if seen else "none were found"
    raise Misconfigured(
        f"pg_dump, pg_restore and psql of PostgreSQL {major} are needed, as the server is, and {told}: install "
        f"postgresql-client-{major}, or set PARVIS_PG_BIN to the folder that holds them"
    )


def _folders(major: int) -> Iterator[Path]:
    chosen = os.environ.get("PARVIS_PG_BIN")
    if chosen:
        yield Path(chosen)
    with contextlib.suppress(Misconfigured):  # a machine without a server may well have the clients
        yield find_binaries(made_by=major).folder
    yield Path(f"/usr/lib/postgresql/{major}/bin")
    on_path = shutil.which("pg_dump")
    if on_path:
        yield Path(on_path).resolve().parent
        yield Path(on_path).parent


def _major(folder: Path) -> int | None:
    try:
        said = subprocess.run(  # noqa: S603 — as above
            [folder / "pg_dump", "--version"], env=ENVIRONMENT, capture_output=True, text=True, timeout=10, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    number = re.search(r"\) (\d+)", said)
    return int(number[1]) if number else None


def _environment(url: str) -> Mapping[str, str]:
    given = conninfo_to_dict(url)
    unknown = sorted(set(given) - set(_VARIABLES))
    if unknown:
        raise Misconfigured(
            f"the database's address sets {', '.join(unknown)}, which pg_dump cannot be handed safely: leave it out for backups"
        )
    return {_VARIABLES[name]: str(value) for name, value in given.items() if value is not None}


def last_words(said: bytes, *, known: Sequence[str] = ("ERROR", "FATAL", "error:")) -> str:
    """Returns the last complaint of a program, without the rows it may quote."""
    lines = [line.strip() for line in said.decode(errors="replace").splitlines() if line.strip()]
    complaints = [line for line in lines if any(word in line for word in known)]
    return (complaints or lines or ["it said nothing"])[-1][:300]
