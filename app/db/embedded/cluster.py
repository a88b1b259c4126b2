"""The files of a cluster: how they are made, how the server over them is configured, what its log says."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

from app.db.embedded.binaries import Binaries
from app.db.embedded.roles import SUPERUSER
from app.db.embedded.root import Footing
from app.errors import Misconfigured

_LOG_BYTES = 8 * 2**20
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "logging_collector": "off",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "dynamic_shared_memory_type": "mmap",  # containers give /dev/shm 64 MB only
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Statements and their parameters hold citizens' words: the log keeps neither, nor the DETAIL of a conflict.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}
_FAST = {
    # What `parvis check` reads: nothing acknowledged here has to outlive the machine.
    "parvis.throwaway": "on",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
    "shared_buffers": "64MB",
}


def major_of(home: Path) -> int | None:
    """Returns the major version of PostgreSQL that made the cluster, None before there is one."""
    mark = home / "cluster" / "PG_VERSION"
    if not mark.exists():
        return None
    return int(mark.read_text().strip().split(".")[0])


def initialise(home: Path, binaries: Binaries, footing: Footing, *, fast: bool) -> None:
    """Makes the cluster, once. A run cut off half-way leaves nothing that a later one would take for a cluster."""
    target, making = home / "cluster", home / "cluster.new"
    if target.exists():
        return
    shutil.rmtree(making, ignore_errors=True)
    # No ICU in the wheels: byte order everywhere, French order is the query's affair.
    builtin = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8") if binaries.major >= 17 else ()
    done = subprocess.run(  # noqa: S603
        footing.command(
            "initdb", "-D", str(making), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
            *builtin, "--data-checksums", *(("--no-sync",) if fast else ()),
        ),
        capture_output=True, text=True, check=False, **footing.options(home),
    )  # fmt: skip
    if done.returncode:
        why = (done.stderr or done.stdout).strip().splitlines()
        raise Misconfigured(f"PostgreSQL's files could not be made in {home}: {why[-1] if why else 'initdb failed'}")
    making.rename(target)
    if not fast:
        folder = os.open(home, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def command(home: Path, socket_folder: Path, binaries: Binaries, *, fast: bool) -> list[str]:
    """Returns the arguments of `postgres`."""
    settings = _SETTINGS | {"unix_socket_directories": str(socket_folder)} | (_FAST if fast else {})
    if binaries.major >= 18:
        settings["io_method"] = "sync"  # three worker processes fewer for a small town
    return [
        "-D",
        str(home / "cluster"),
        *(word for key, value in settings.items() for word in ("-c", f"{key}={value}")),
    ]


def roll_log(home: Path) -> None:
    """Keeps one former log once the present one has grown large."""
    path = home / "postgres.log"
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        path.replace(home / "postgres.log.1")


def log_size(home: Path) -> int:
    path = home / "postgres.log"
    return path.stat().st_size if path.exists() else 0


def last_words(home: Path, *, since: int) -> str:
    """Returns the last complaint of the server's log after a size it had, and where to read the rest."""
    path = home / "postgres.log"
    lines = path.read_bytes()[since:].decode(errors="replace").splitlines() if path.exists() else []
    complaints = [line for line in lines if "FATAL" in line or "PANIC" in line] or lines
    return f"{complaints[-1].strip()} (see {path})" if complaints else f"it said nothing (see {path})"


def postmaster(home: Path) -> int | None:
    """Returns the server's process as it wrote it down, unless that process is dead or now another program's."""
    note = home / "cluster" / "postmaster.pid"
    if not note.exists():
        return None
    pid = int(note.read_text().split("\n", 1)[0])
    if not Path("/proc/self").exists():
        return pid
    status = Path(f"/proc/{pid}/status")
    told = status.read_text() if status.exists() else ""
    return pid if told.startswith("Name:\tpostgres") and "\nState:\tZ" not in told else None


def children(pid: int) -> list[int]:
    """Returns the processes a server has made, where the system tells them."""
    made, parent = list[int](), f"\nPPid:\t{pid}\n"
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it may end at any moment
            if parent in (process / "status").read_text():
                made.append(int(process.name))
    return made


def clear_notes(home: Path, socket_folder: Path) -> None:
    """Removes what a dead server left to keep others out; called with the server's lock held.

    PostgreSQL believes such a note as long as any process has that number: a zombie nobody has waited for, or, in a
    container that starts again, whoever was given it.
    """
    if postmaster(home) is None:
        (home / "cluster" / "postmaster.pid").unlink(missing_ok=True)
        for left in socket_folder.glob(".s.PGSQL.*"):
            left.unlink()
