"""A PostgreSQL whose own time a test sets: every process of the server asks libfaketime, the system's, for the time of day."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from app.db.embedded.binaries import ENVIRONMENT

_PLACES = (
    "/usr/lib/*-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib64/faketime/libfaketimeMT.so.1",
    "/usr/lib/faketime/libfaketimeMT.so.1",
)


class FakedTime:
    """Seconds added to the time of day of whatever is started under it; the seconds since the start are left alone."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "time-of-the-database"
        self.jump(0)

    def jump(self, seconds: int) -> None:
        # Put in place whole: a process may ask for the time while it is written.
        beside = self._file.with_suffix(".new")
        beside.write_text(f"{seconds:+d}")
        beside.replace(self._file)

    @contextmanager
    def starting(self) -> Iterator[None]:
        """The programs of PostgreSQL started inside ask for the time so, and what they start in turn."""
        told = {
            "LD_PRELOAD": str(_library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DISABLE_SHM": "1",
            "NO_FAKE_STAT": "1",
        }
        with patch.dict(ENVIRONMENT, told):
            yield


def _library() -> Path:
    for pattern in _PLACES:
        for found in Path("/").glob(pattern.removeprefix("/")):
            return found
    raise AssertionError("libfaketime is not on this machine: apt-get install libfaketime (dnf install libfaketime)")
