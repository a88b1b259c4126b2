"""F4, F30: a process that keeps the embedded PostgreSQL ends when it is asked to, whatever became of that.

Each starts a house of its own: `make long` (`PARVIS_FAULTS=long`).
"""

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.faults.processes import Parvis

# A supervisor of services waits for thirty seconds; the machine of the tests may be ten times slower than one that serves.
WITHIN_S = 150.0


@contextlib.contextmanager
def kept(folder: Path, *command: str) -> Iterator[Parvis]:
    """A process and the server it keeps; nothing of both outlives the test."""
    settings = {
        "PARVIS_DATA_DIR": str(folder / "data"),
        "PARVIS_SECRET_KEY": "a secret key of tests, long enough to be one",
    }
    started = Parvis(folder, *command, env=settings)
    try:
        yield started
    finally:
        left = [
            one
            for one in psutil.process_iter(["cmdline"])
            if str(folder / "data") in " ".join(one.info["cmdline"] or [])
        ]
        if started.alive:
            started.kill()
        for one in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()


def server(folder: Path) -> list[psutil.Process]:
    note = folder / "data/postgres/cluster/postmaster.pid"
    postmaster = psutil.Process(int(note.read_text().split("\n", 1)[0]))
    return [postmaster, *postmaster.children()]


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
@pytest.mark.parametrize(
    ("command", "ready"),
    [(("serve", "--port", "0"), "http.listening"), (("worker",), "worker.ready")],
    ids=["serve", "worker"],
)
async def test_who_keeps_the_server_ends_though_it_was_just_killed_or_frozen(
    tmp_path: Path, sign: signal.Signals, command: tuple[str, ...], ready: str
) -> None:
    with kept(tmp_path, *command) as process:
        await process.ready(ready)
        of_server = server(tmp_path)
        for one in of_server:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.send_signal(sign)
        assert await process.end(within_s=WITHIN_S) == 0
        for one in of_server:
            assert not one.is_running() or one.status() == psutil.STATUS_ZOMBIE
        with pytest.raises((FileNotFoundError, psutil.NoSuchProcess)):
            server(tmp_path)
