"""Locks of the data folder: one process starts the server at a time, one server at a time uses the files."""

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event

from app.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Keeper:
    """The process that promised to stop the server."""

    host: str
    pid: int

    @property
    def gone(self) -> bool:
        """Says whether the process surely lives no more; nothing sure can be said of another host's."""
        if self.host != socket.gethostname():
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False


@contextmanager
def starting(home: Path, *, timeout: float, unless: Event | None = None) -> Iterator[None]:
    """Holds the right to start or stop the server.

    Raises `Misconfigured` when another process keeps it too long, or once it is no longer wanted.
    """
    end = time.monotonic() + timeout
    with (home / "start.lock").open("a") as lock:
        while not _taken(lock.fileno()):
            if time.monotonic() > end:
                raise Misconfigured(
                    f"another process has been starting or stopping PostgreSQL in {home} for {timeout:.0f} s: end it"
                )
            if unless is not None and unless.is_set():
                raise Misconfigured(f"PostgreSQL in {home} was asked to stop while it was to be started")
            time.sleep(0.02)
        yield


@contextmanager
def server_lock(home: Path) -> Iterator[int | None]:
    """Gives the descriptor of the lock that a server must inherit, or None while a server holds it.

    The kernel keeps a flock as long as one process has that open file: postmaster and backends inherit it, so it says
    "somebody uses these files" even after the postmaster alone was killed, and across the containers of one machine.
    """
    with (home / "server.lock").open("a") as lock:
        yield lock.fileno() if _taken(lock.fileno()) else None


def keeper(home: Path) -> Keeper | None:
    path = home / "keeper.json"
    if not path.exists():
        return None
    try:
        return Keeper(**json.loads(path.read_text()))
    except (ValueError, TypeError):
        return None  # cut off by a crash: nobody promised anything


def keep(home: Path) -> None:
    """Records that this process stops the server."""
    new = home / ".keeper.json"
    new.write_text(json.dumps(asdict(_me())))
    new.replace(home / "keeper.json")


def is_keeper(home: Path) -> bool:
    return keeper(home) == _me()


def adopt(home: Path) -> None:
    """Takes over a server whose keeper died before stopping it, so that it does not outlive everybody."""
    promised = keeper(home)
    if promised is None or promised.gone:
        keep(home)


def _me() -> Keeper:
    return Keeper(socket.gethostname(), os.getpid())


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
