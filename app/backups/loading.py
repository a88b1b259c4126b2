"""Filling an empty database from a dump, in one transaction: all of it is there, or nothing is."""

import contextlib
import subprocess
import tempfile
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import IO, Self

from app.backups.programs import Programs, last_words
from app.errors import Unavailable

_PIECE = 1 << 20


class Loading:
    """`pg_restore` writes SQL, `psql` runs it between our own beginning and end; only `commit` makes it true.

    Left in any other way, the connection ends before its COMMIT, and the database stays as it was.
    """

    def __init__(self, programs: Programs, owner_url: str, *, beginning: str) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 — closed when this is left
        self._psql = programs.start(
            "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-",
            url=owner_url, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self._said,
        )  # fmt: skip
        self._restore = programs.start(
            "pg_restore", "--file=-", "--no-owner", "--no-comments",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said,
        )  # fmt: skip
        self._pump = threading.Thread(target=self._carry, args=(beginning,), name="restore", daemon=True)
        self._pump.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for program in (self._restore, self._psql):
            if program.poll() is None:
                program.kill()
            program.wait()
        self._pump.join()
        for pipe in (self._restore.stdin, self._restore.stdout, self._psql.stdin):
            with contextlib.suppress(OSError):
                _open(pipe).close()
        self._said.close()

    def feed(self, some: bytes) -> None:
        """Takes the next slice of the dump. Raises `Unavailable` when the database refused something before."""
        try:
            _open(self._restore.stdin).write(some)
        except BrokenPipeError as error:
            raise self._refused() from error

    def filled(self) -> None:
        """Ends the dump and waits until all of it was handed over."""
        try:
            _open(self._restore.stdin).close()
        except BrokenPipeError as error:
            raise self._refused() from error
        self._pump.join()
        if self._restore.wait() or self._psql.poll() is not None:
            raise self._refused()

    def commit(self, ending: Iterable[str]) -> None:
        """Runs the last statements, whose own COMMIT makes the whole true."""
        try:
            for statements in ending:
                _open(self._psql.stdin).write(statements.encode())
            _open(self._psql.stdin).close()
        except BrokenPipeError as error:
            raise self._refused() from error
        if self._psql.wait():
            raise self._refused()

    def _carry(self, beginning: str) -> None:
        into, out = _open(self._psql.stdin), _open(self._restore.stdout)
        with contextlib.suppress(BrokenPipeError, ValueError):
            into.write(beginning.encode())
            while some := out.read(_PIECE):
                into.write(some)
            into.flush()
            return
        # psql is gone: what still comes is of no use, and pg_restore must not wait for somebody to take it.
        self._restore.kill()

    def _refused(self) -> Unavailable:
        for program in (self._restore, self._psql):
            with contextlib.suppress(subprocess.TimeoutExpired):
                program.wait(timeout=5)
        self._said.seek(0)
        return Unavailable(f"the database refused the restore, and nothing was kept: {last_words(self._said.read())}")


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
