"""One folder for one run of pytest, shared by its workers, and a guardian that outlives them all to clear it."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

FOLDER = "PARVIS_TEST_RUN"
_ROOMY = 2 * 2**30


class Run:
    """Opened by the controller: makes the folder, names it in the environment, starts the guardian.

    The guardian waits for a lock that the kernel takes from us however we end, so that Ctrl-C, SIGTERM and SIGKILL
    leave no server behind.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="parvis-", dir=_fastest()))
        os.environ[FOLDER] = str(self.folder)
        self._living: IO[str] = (self.folder / "living").open("w")
        fcntl.flock(self._living, fcntl.LOCK_EX)
        self._guardian = subprocess.Popen(
            [sys.executable, "-I", "-S", Path(__file__).with_name("guardian.py"), self.folder],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def close(self) -> None:
        """Lets the guardian work, and waits until nothing of this run is left."""
        self._living.close()
        self._guardian.wait(30)


def folder() -> Path:
    """Returns the folder of this run."""
    return Path(os.environ[FOLDER])


def worker() -> int:
    """Returns this worker's number; 0 without xdist."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Lets one worker of the run in at a time."""
    with (folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fastest() -> Path:
    # A database in memory clones in 15 ms instead of 50; containers give /dev/shm too little for one.
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOMY:
        return memory
    return Path(tempfile.gettempdir())
