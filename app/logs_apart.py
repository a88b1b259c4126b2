"""Logs written by a thread of their own: a pipe nobody reads, a full disk or a dead collector keeps no request waiting.

What cannot be written is dropped and counted; the count is the first thing written once writing works again.
"""

import contextlib
import json
import logging
import os
import queue
import sys
import threading
from collections.abc import Iterator

KEPT = 5_000  # lines that wait to be written
_DRAIN_S = 2.0


class Apart(logging.Handler):
    """Hands lines to the thread that writes them to a descriptor; never waits."""

    def __init__(self, formatter: logging.Formatter | None, descriptor: int) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self._descriptor = descriptor
        # Each count has one thread that raises it: what found no room (whoever logs, under the handler's own lock),
        # what could not be written and what was told (the thread that writes).
        self._crowded_out = self._unwritten = self._told = 0
        self._lines: queue.Queue[str | None] = queue.Queue(KEPT)
        self._thread = threading.Thread(target=self._write_all, name="logs", daemon=True)
        self._thread.start()

    @property
    def lost(self) -> int:
        """How many lines were lost and not yet told."""
        return self._crowded_out + self._unwritten - self._told

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._lines.put_nowait(self.format(record))
        except queue.Full:
            self._crowded_out += 1

    def end(self) -> None:
        """Writes what waits, and gives it up where nobody takes it."""
        with contextlib.suppress(queue.Full):
            self._lines.put_nowait(None)
        self._thread.join(_DRAIN_S)

    def _write_all(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                if lost := self.lost:
                    _write(self._descriptor, json.dumps({"event": "log.lost", "level": "error", "lines": lost}))
                    self._told += lost
                _write(self._descriptor, line)
            except OSError:
                self._unwritten += 1


@contextlib.contextmanager
def apart() -> Iterator[None]:
    """Lets the logs of this process, which go to the standard error, be written apart for as long as it lasts."""
    root = logging.getLogger()
    before = list(root.handlers)
    try:
        descriptor = sys.stderr.fileno()
    except (
        OSError,
        AttributeError,
    ):  # nothing that could block: a program that captures what we say, or nothing at all
        yield
        return
    one = Apart(before[0].formatter if before else None, descriptor)
    root.handlers[:] = [one]
    try:
        yield
    finally:
        root.handlers[:] = before
        one.end()


def _write(descriptor: int, line: str) -> None:
    # Not through sys.stderr: its lock, held by a write that never ends, would keep the process from ending.
    left = memoryview((line + "\n").encode("utf-8", "backslashreplace"))
    while left:
        left = left[os.write(descriptor, left) :]
