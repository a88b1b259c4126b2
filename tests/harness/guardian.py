"""Waits until a run of pytest is over, however it ended, then stops its servers and clears its folder.

Stands alone: started with `python -I -S guardian.py FOLDER`, it imports the standard library only.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import sys
import time
from pathlib import Path


def main(folder: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with (folder / "living").open() as living:
        fcntl.flock(living, fcntl.LOCK_EX)
    # SIGQUIT is PostgreSQL's immediate shutdown: nothing here is worth a checkpoint. Valkey has no use for it either.
    for pid in servers(folder):
        send(pid, signal.SIGQUIT)
    end = time.monotonic() + 5
    while any(map(lives, servers(folder))) and time.monotonic() < end:
        time.sleep(0.01)
    for pid in servers(folder):
        send(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


def servers(folder: Path) -> list[int]:
    """Returns the processes written down in the folder: PostgreSQL's own notes, and `*.pid`."""
    numbers = []
    for note in [*folder.rglob("postmaster.pid"), *folder.glob("*.pid")]:
        with contextlib.suppress(FileNotFoundError):  # a server takes its note away as it ends
            numbers.append(note.read_text().split("\n", 1)[0].strip())
    return [int(number) for number in numbers if number.isdecimal()]


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and ") Z " in state.read_text())


def send(pid: int, sign: signal.Signals) -> None:
    if lives(pid):
        os.kill(pid, sign)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
