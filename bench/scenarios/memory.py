"""Memory of one API process and one worker, at rest and after mails; and how soon the embedded house serves again."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench import figures
from bench.corpus import mails
from bench.ground import Ground, serving, working
from bench.machine import children_of, resident_mb
from bench.processes import Process, running
from bench.scenarios.intake import through


async def run(ground: Ground, *, quick: bool) -> dict[str, object]:
    """Returns resident memories in MiB, and starts in seconds, cold and warm."""
    count, batches = (40, 1) if quick else (600, 4)
    town = await ground.town()
    grown: list[dict[str, float]] = []
    async with serving(town, PARVIS_SMTP_LISTEN="127.0.0.1:0") as (api, _), working(town) as worker:
        port = int(str((await api.said("mail.listening"))["port"]))
        rest = _memory(api, worker)
        for number in range(batches):
            await through(town, port, mails(count, seed=500 + number))
            grown.append(_memory(api, worker))
    cold, warm = await _starts(ground.folder / "embedded")
    last = grown[-1]
    return {
        "what": "resident memory (MiB) and starts of the embedded house (s)",
        "mails": count * batches,
        "at_rest": rest,
        "after": grown,
        "cold_start_s": cold,
        "warm_start_s": warm,
        "budgets": {
            "api": figures.at_most(180, last["api"]),
            "worker": figures.at_most(250, round(last["worker"] + last["reading_child"], 1)),
            "warm_start": figures.at_most(3, warm),
        },
    }


def _memory(api: Process, worker: Process) -> dict[str, float]:
    return {
        "api": resident_mb(api.pid),
        "worker": resident_mb(worker.pid),
        "reading_child": round(sum(resident_mb(pid) for pid in children_of(worker.pid)), 1),
    }


async def _starts(folder: Path) -> tuple[float, float]:
    await asyncio.to_thread(folder.mkdir)
    async with _embedded(folder) as cold:
        pass
    async with _embedded(folder) as warm:
        pass
    return cold, warm


@asynccontextmanager
async def _embedded(folder: Path) -> AsyncIterator[float]:
    """Serves the embedded house; gives the seconds from the command to the first answer that says ready."""
    begun = time.perf_counter()
    settings = {"PARVIS_DATA_DIR": str(folder), "PARVIS_LISTEN": "127.0.0.1:0"}
    async with running("app", "serve", folder=folder, settings=settings) as process:
        port = int(str((await process.said("http.listening"))["port"]))
        async with asyncio.timeout(30):
            while not await _ready(port):  # noqa: ASYNC110 — another process
                await asyncio.sleep(0.01)
        yield round(time.perf_counter() - begun, 2)


async def _ready(port: int) -> bool:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return answer.startswith(b"HTTP/1.1 200")
