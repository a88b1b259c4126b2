"""`parvis` on a machine whose time is set while it works: `python -m tests.faults.jumping FILE serve …`.

The file holds how many seconds the machine is ahead. All that reads the time in Python reads it so; nothing else does.
"""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path


def main(ahead: Path, *arguments: str) -> None:
    real = time.time

    def told() -> float:
        return real() + float(ahead.read_text() or 0)

    time.time = told
    time.time_ns = lambda: int(told() * 1e9)

    from app import clock
    from app.cli.program import program
    from app.rest import timekeeping

    clock.STEADY = clock.SteadyClock(lambda: datetime.fromtimestamp(told(), UTC), clock._uptime)
    timekeeping.EVERY_S = 0.2
    program(list(arguments), prog_name="parvis")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
