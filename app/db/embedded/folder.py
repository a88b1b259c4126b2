"""The folder of the embedded server, and the private one of its socket."""

import os
import tempfile
from pathlib import Path

from app.errors import Misconfigured

_SHORT = 80  # a socket's path may hold 107 bytes, and PostgreSQL adds a file name to it


def make_home(home: Path) -> None:
    """Makes the folder, closed to everybody else. Raises `Misconfigured` when it cannot be written."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        (home / "start.lock").open("a").close()
    except OSError as error:
        raise Misconfigured(
            f"the folder {home} cannot be written ({error.strerror}): set PARVIS_DATA_DIR to a folder this user may write"
        ) from error


def socket_folder(home: Path, *, like: os.stat_result | None = None) -> Path:
    """Returns the folder of the socket: inside `home`, or a private one elsewhere when that path is too long.

    It is given to the owner of `like`, who runs the server.
    """
    folder = home / "run"
    if len(os.fsencode(folder)) > _SHORT:
        folder = _elsewhere(home / "run.path")
    folder.mkdir(mode=0o700, exist_ok=True)
    if like is not None and folder.stat().st_uid != like.st_uid:
        os.chown(folder, like.st_uid, like.st_gid)
    return folder


def _elsewhere(note: Path) -> Path:
    # Written down, so that another process finds the same one; random, so that nobody can wait there for us.
    if note.exists() and (known := Path(note.read_text())).is_dir():
        return known
    made = Path(tempfile.mkdtemp(prefix="parvis-", dir="/tmp"))
    note.write_text(str(made))
    return made
