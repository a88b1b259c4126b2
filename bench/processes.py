"""Real processes: started on this machine's loopback, waited for until they say they listen, stopped whatever happens."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

_PATIENCE_S = 60.0
_STOP_S = 30.0


class DidNotStart(RuntimeError):
    """A process ended, or said nothing, before it listened."""


class Process:
    """A child that writes what it does as JSON lines; `said` waits for one of them."""

    def __init__(self, child: asyncio.subprocess.Process, log: Path) -> None:
        self._child, self._log = child, log
        self._lines: list[dict[str, object]] = []
        self._more = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    @property
    def pid(self) -> int:
        return self._child.pid

    async def said(self, event: str, **having: object) -> dict[str, object]:
        """Returns the first line with that event. Raises `DidNotStart`."""
        wanted = {"event": event, **having}
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while True:
                    self._more.clear()
                    for line in self._lines:
                        if wanted.items() <= line.items():
                            return line
                    if self._reading.done():
                        raise DidNotStart(f"ended before {event}; see {self._log}\n{self._log.read_text()[-2000:]}")
                    await self._more.wait()
        except TimeoutError:
            raise DidNotStart(f"no {event} within {_PATIENCE_S:g} s; see {self._log}") from None

    async def stop(self) -> None:
        if self._child.returncode is None:
            self._child.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self._child.wait(), _STOP_S)
            except TimeoutError:
                self._child.kill()
                await self._child.wait()
        await self._reading

    async def _read(self) -> None:
        assert self._child.stdout
        with self._log.open("ab") as log:
            async for line in self._child.stdout:
                log.write(line)
                log.flush()
                if line.startswith(b"{"):
                    self._lines.append(json.loads(line))
                    self._more.set()
        self._more.set()


@asynccontextmanager
async def running(
    module: str, *arguments: str, folder: Path, settings: Mapping[str, str] | None = None
) -> AsyncIterator[Process]:
    """Runs `python -m module arguments`, with no setting but those given."""
    process = await start(module, arguments, folder=folder, settings=settings or {})
    try:
        yield process
    finally:
        await process.stop()


async def start(module: str, arguments: Sequence[str], *, folder: Path, settings: Mapping[str, str]) -> Process:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PARVIS_")}
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env={**inherited, **settings, "PYTHONUNBUFFERED": "1"}, limit=2**20,
    )  # fmt: skip
    return Process(child, folder / f"{module}-{child.pid}.log")
