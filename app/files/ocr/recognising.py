"""Having a piece read by a child process: one process a piece, killed with all it started when its time is over."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from dataclasses import asdict

from app.files.ocr.values import Bounds, Outcome, State

_MOST_ANSWER = 8 * 2**20


class Recogniser:
    """Reads contents by machine; what a content does to its child is told of that content alone."""

    def __init__(self, executable: str, *, languages: str, bounds: Bounds | None = None) -> None:
        self.bounds = bounds or Bounds()
        self._executable, self._languages = executable, languages

    async def read(self, content: bytes) -> Outcome:
        """Returns what was read, or why nothing was. Never raises for what the content does."""
        most = self.bounds.most_bytes
        if len(content) > most:
            return Outcome(state=State.TOO_LARGE, reason=f"elle pèse plus de {most // 2**20} Mo")
        child = await self._started()
        try:
            answer = await asyncio.wait_for(_exchange(child, content), timeout=self.bounds.seconds)
        except TimeoutError:
            return Outcome(state=State.FAILED, reason="la lecture a pris trop de temps", again=True)
        finally:
            await _end(child)
        return self._understood(answer)

    def _understood(self, answer: bytes) -> Outcome:
        try:
            return Outcome.from_words(json.loads(answer), longest=self.bounds.most_characters)
        except ValueError:
            told = "le processus de lecture s'est arrêté sur cette pièce (mémoire, temps ou défaut)"
            return Outcome(state=State.FAILED, reason=told, again=True)

    async def _started(self) -> asyncio.subprocess.Process:
        asked = {"bounds": asdict(self.bounds), "executable": self._executable, "languages": self._languages}
        kept = {name: os.environ[name] for name in ("PATH", "TESSDATA_PREFIX") if name in os.environ}
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "app.files.ocr.child",
            json.dumps(asked),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            # Nothing of the house's configuration, and no secret, is in the child's environment.
            env={**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,
        )


async def _exchange(child: asyncio.subprocess.Process, content: bytes) -> bytes:
    """Hands the content over while the answer is read, no further than it may be long."""
    if child.stdin is None or child.stdout is None:
        raise AssertionError(child)
    giving = asyncio.create_task(_give(child.stdin, content))
    try:
        answer = b""
        while len(answer) <= _MOST_ANSWER and (more := await child.stdout.read(2**16)):
            answer += more
        return answer
    finally:
        giving.cancel()
        await asyncio.gather(giving, return_exceptions=True)


async def _give(into: asyncio.StreamWriter, content: bytes) -> None:
    # A child that died reads no more: its answer, or the absence of one, says so.
    with contextlib.suppress(ConnectionError):
        into.write(content)
        await into.drain()
        into.close()


async def _end(child: asyncio.subprocess.Process) -> None:
    # Its whole group: a tesseract it left behind goes with it.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        await child.wait()
