"""How far a long work is: over one line of a terminal, or a JSON line now and then; nothing where nobody looks."""

import json
import sys
import time

import click

_EVERY_S = 1.0
_MEGABYTE = 10**6


class Progress:
    """Tells counts by step; bytes of the database are told in megabytes."""

    def __init__(self, *, as_lines: bool) -> None:
        self._as_lines, self._on_terminal = as_lines, not as_lines and sys.stderr.isatty()
        self._step, self._said_at = "", 0.0

    def __call__(self, step: str, count: int) -> None:
        if step == self._step and time.monotonic() - self._said_at < _EVERY_S:
            return
        self._step, self._said_at = step, time.monotonic()
        if self._as_lines:
            click.echo(json.dumps({"step": step, "count": count}))
        elif self._on_terminal:
            shown = f"{count / _MEGABYTE:.0f} MB" if step.startswith("database") else str(count)
            click.echo(f"\r\x1b[K{step}: {shown}", nl=False, err=True)

    def done(self) -> None:
        """Leaves the line to what follows."""
        if self._on_terminal and self._step:
            click.echo("\r\x1b[K", nl=False, err=True)
