"""Real processes under load, killed by seed: `python -m tests.faults.soak --seed 1 --rounds 100`."""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import uvloop

from app import logs
from tests.faults.soak.figures import Figures
from tests.faults.soak.plan import rounds
from tests.faults.soak.run import Wanted, opened, told, written


def main(arguments: Sequence[str] | None = None) -> int:
    """Plays a run; the status is 1 when a promise was broken."""
    asked = _parser().parse_args(arguments)
    logs.configure(level="error", form="json")
    wanted = Wanted(
        seed=asked.seed,
        plan=rounds(asked.seed, asked.rounds),
        seconds=asked.seconds,
        messages=asked.messages,
        every=asked.every,
        minutes=asked.minutes,
        patient=asked.patient,
    )
    asked.results.mkdir(parents=True, exist_ok=True)
    file = asked.results / f"soak-{asked.seed}.json"
    with (
        tempfile.TemporaryDirectory(prefix="parvis-soak-", dir=asked.folder, ignore_cleanup_errors=True) as folder,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        figures = runner.run(_played(wanted, Path(folder), file))
    sys.stdout.write(file.read_text())
    return 1 if figures.findings or figures.late else 0


async def _played(wanted: Wanted, folder: Path, file: Path) -> Figures:
    def progress(figures: Figures, messages: int) -> None:
        written(figures, file)
        told(figures, messages)

    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with opened(wanted, folder) as soak:
        return await soak.play(progress=progress)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="which rounds, in which order")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=3.0, help="the shortest a round lasts")
    parser.add_argument("--messages", type=int, default=400, help="messages accepted in each round at least")
    parser.add_argument("--minutes", type=float, default=600.0, help="after these no further round is begun")
    parser.add_argument("--patient", action="store_true", help="at the end, wait until leases run out by themselves")
    parser.add_argument("--every", type=int, default=25, help="rounds between two checkpoints")
    parser.add_argument(
        "--folder", type=Path, default=None, help="where the run's own folder is made (default: the temporary one)"
    )
    parser.add_argument("--results", type=Path, default=Path("bench/results"), help="where soak-SEED.json is written")
    return parser


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())
