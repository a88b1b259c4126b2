"""Real processes of Parvis, started on free ports, watched through their logs, and killed."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]
PATIENCE_S = 300.0


class Parvis:
    """One process of `parvis`, its log in a file."""

    def __init__(self, folder: Path, *arguments: str, env: Mapping[str, str], module: str = "app") -> None:
        self._log = folder / f"log-{time.monotonic_ns()}"
        self._out = self._log.open("wb")
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PARVIS_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=folder,
            env={**clean, "PYTHONPATH": str(ROOT), **env},
            stdin=subprocess.DEVNULL,
            stdout=self._out,
            stderr=self._out,
        )

    async def ready(self, *events: str, within_s: float = PATIENCE_S) -> Self:
        """Waits until the process said these things."""
        end = time.monotonic() + within_s
        while not all(self.said(event) for event in events):
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"not ready ({self.process.poll()}): {self.log()[-3000:]}")
            await asyncio.sleep(0.05)
        return self

    def said(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line.get("event") == event]

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log().splitlines() if line.startswith("{")]

    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")

    @property
    def http(self) -> str:
        return f"http://127.0.0.1:{self.said('http.listening')[-1]['port']}"

    @property
    def smtp(self) -> int:
        return int(self.said("mail.listening")[0]["port"])

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self.process.kill()
        self._gone()

    async def end(self, *, within_s: float = 26.0) -> int:
        """Asks it to end; returns its status."""
        self.process.send_signal(signal.SIGTERM)
        return await self.ended(within_s=within_s)

    async def ended(self, *, within_s: float) -> int:
        status = await asyncio.to_thread(self.process.wait, within_s)
        self._gone()
        return status

    def _gone(self) -> None:
        self.process.wait(10)
        self._out.close()
