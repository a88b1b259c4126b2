"""A great house brought from a former version of the repository to this one under load, its migration killed on the way.

`python -m tests.faults.upgrade --former COMMIT --rows 100000`: needs a clone with history. One JSON object on stdout.
"""

import argparse
import asyncio
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

import uvloop

from app import logs
from tests.faults.upgrade.run import Wanted, upgraded

ROOT = Path(__file__).parents[3]


def main(arguments: Sequence[str] | None = None) -> int:
    """Plays the upgrade; the status is 1 when something was refused, lost, or kept waiting for too long."""
    asked = _parser().parse_args(arguments)
    logs.configure(level="error", form="json")
    with (
        tempfile.TemporaryDirectory(prefix="parvis-upgrade-", dir=asked.folder, ignore_cleanup_errors=True) as name,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        folder = Path(name)
        former = _unpacked(asked.former, folder / "former")
        wanted = Wanted(former=former, rows=asked.rows, kills=asked.kills, reading_s=asked.reading)
        found = runner.run(upgraded(wanted, folder))
    sys.stdout.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    return 0 if found["met"] else 1


def _unpacked(commit: str, into: Path) -> Path:
    """Writes the code of a commit into a folder: what `PYTHONPATH` names to run it."""
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        packed.extractall(into, filter="data")
    return into


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.upgrade", description=__doc__)
    parser.add_argument("--former", required=True, help="the commit whose code serves when the upgrade begins")
    parser.add_argument("--rows", type=int, default=100_000, help="requests of the house")
    parser.add_argument("--kills", type=int, default=5, help="migrations killed before one is left alone")
    parser.add_argument("--reading", type=float, default=8.0, help="seconds each long reading of every table lasts")
    parser.add_argument("--folder", type=Path, default=None, help="where the run's own folder is made")
    return parser


if __name__ == "__main__":
    sys.exit(main())
