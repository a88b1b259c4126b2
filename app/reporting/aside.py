"""A file written aside: what fails half-way is no file."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO


@contextmanager
def aside() -> Iterator[IO[bytes]]:
    """Gives a file that nobody sees until it is whole: closed where its writing fails, else left at its beginning."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 — closed by whoever sends it
    try:
        yield file
    except BaseException:
        file.close()
        raise
    file.seek(0)
