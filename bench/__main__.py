"""`python -m bench [scenario...] [--quick]`: one JSON object on stdout and in bench/results/, progress on stderr."""

import argparse
import asyncio
import json
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from app import logs
from bench import machine
from bench.ground import Ground
from bench.scenarios import SCENARIOS

RESULTS = Path(__file__).parent / "results"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the scenarios asked for, or all. The status tells whether each ran to its end, not whether budgets are met."""
    asked = _parser().parse_args(arguments)
    unknown = sorted(set(asked.scenario) - SCENARIOS.keys())
    if unknown:
        _parser().error(f"no such scenario: {', '.join(unknown)}; there are {', '.join(SCENARIOS)}")
    logs.configure(level="warning", form="json")  # on stderr: the figures alone are on stdout
    names = [name for name in SCENARIOS if not asked.scenario or name in asked.scenario]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        document = runner.run(measured(names, quick=asked.quick, rows=asked.rows, streams=asked.streams))
    written = json.dumps(document, ensure_ascii=False, indent=2)
    print(written)
    if not asked.quick:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{datetime.now(UTC):%Y-%m-%dT%H%M%S}.json").write_text(written + "\n")
    return 1 if document["broke"] else 0


async def measured(
    names: Sequence[str], *, quick: bool, rows: int | None = None, streams: int | None = None
) -> dict[str, object]:
    """Runs scenarios one after the other on one server, in a folder that is gone afterwards; names those that broke."""
    scenarios: dict[str, object] = {}
    broke: list[str] = []
    document: dict[str, object] = {"quick": quick, "machine": machine.facts(), "scenarios": scenarios}
    with (
        tempfile.TemporaryDirectory(prefix="parvis-bench-") as folder,
        Ground(Path(folder), rows=rows, streams=streams) as ground,
    ):
        for name in names:
            begun = time.perf_counter()
            print(f"{name} …", file=sys.stderr, flush=True)
            try:
                scenarios[name] = shown = await SCENARIOS[name](ground, quick=quick)
            except Exception:  # noqa: BLE001 — whatever it was, what the others measured is not lost with it
                broke.append(name)
                traceback.print_exc()
                continue
            print(f"{name} {_verdict(shown)} in {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    document["broke"] = broke
    document["met"] = all(one["met"] for shown in scenarios.values() for one in _budgets(shown).values())
    return document


def _verdict(shown: Mapping[str, object]) -> str:
    return ", ".join(
        f"{name} {one['found']} ({one['budget']}: {'met' if one['met'] else 'MISSED'})"
        for name, one in _budgets(shown).items()
    )


def _budgets(shown: object) -> Mapping[str, Mapping[str, object]]:
    return shown["budgets"] if isinstance(shown, dict) else {}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("scenario", nargs="*", help=f"of {', '.join(SCENARIOS)}; all by default")
    parser.add_argument("--quick", action="store_true", help="a few of each, to see that it runs; no file is written")
    parser.add_argument("--rows", type=int, metavar="N", help="open clocks of watch and recompute; fewer by default")
    parser.add_argument("--streams", type=int, metavar="N", help="open streams of live; 1,000 by default")
    return parser


if __name__ == "__main__":
    sys.exit(main())
