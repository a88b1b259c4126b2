"""One folder for one run of pytest, shared by its workers, and a guardian that outlives them all to clear it."""

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

FOLDER = "PARVIS_TEST_RUN"
_ROOMY = 2 * 2**30
# Servers that a worker started outlive it on purpose: Python need not remark on it as it leaves.
atexit.register(warnings.simplefilter, "ignore", ResourceWarning)


class Run:
    """Opened by the controller: makes the folder, names it in the environment, starts the guardian.

    The guardian waits for locks that the kernel takes from us and from the workers however we end, so that Ctrl-C,
    SIGTERM and SIGKILL leave no server behind.
    """

    def __init__(self) -> None:
        made = Path(tempfile.mkdtemp(prefix="parvis-", dir=_fastest()))
        os.environ[FOLDER] = str(made)
        self._living = live()
        self._guardian = subprocess.Popen(
            [sys.executable, "-I", "-S", Path(__file__).with_name("guardian.py"), made],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def close(self) -> None:
        """Lets the guardian work, and waits until nothing of this run is left."""
        self._living.close()
        self._guardian.wait(30)


def live() -> IO[str]:
    """Tells the guardian that this process still needs the servers, until the file is closed."""
    living = (folder() / "living").open("a")
    fcntl.flock(living, fcntl.LOCK_SH)
    return living


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
