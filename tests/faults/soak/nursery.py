"""A process that has imported all of Parvis once, and forks each process of a run from there: the imports, some seconds
of processor time, would otherwise be most of what a killed process costs. What runs is the same code, from its first line.

`python -m tests.faults.soak.nursery EXITS`, spoken to by `Nursery`: one JSON object a line, the child's number back.
"""

import asyncio
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import random
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from tests.faults.processes import ROOT, Parvis

_NOT_HERE = ("app.__main__", "app.demo", "app.exchanges.reading_child", "app.cli.skeleton")


class Forked:
    """What `subprocess.Popen` is to its child, for one that the nursery forked."""

    def __init__(self, pid: int, exits: Path) -> None:
        self.pid, self._note = pid, exits / str(pid)

    def poll(self) -> int | None:
        """Its status once it has ended; of one that was killed, the signal below zero."""
        with contextlib.suppress(FileNotFoundError, ValueError):
            return int(self._note.read_text())
        return None

    def send_signal(self, sign: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sign)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float = 60) -> int:
        end = time.monotonic() + timeout
        while (status := self.poll()) is None:
            if time.monotonic() > end:
                raise TimeoutError(f"process {self.pid} has not ended within {timeout} s")
            time.sleep(0.005)
        return status


class ForkedParvis(Parvis):
    """A process of Parvis, its log in a file, that was forked."""

    def __init__(self, process: Forked, log: Path) -> None:
        self._log, self._out = log, log.open("ab")
        self.process = process  # type: ignore[assignment]  # it answers to all that is asked here


class Nursery:
    """The harness's end."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._exits = folder, folder / "exits"
        self._child: asyncio.subprocess.Process | None = None
        self._alone = asyncio.Lock()

    async def start(self) -> None:
        self._exits.mkdir()
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PARVIS_")}
        self._child = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.faults.soak.nursery", str(self._exits)),
            cwd=self._folder,
            env={**clean, "PYTHONPATH": str(ROOT)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,  # it ends after its children, whatever ends the harness
        )
        await self._answer()

    async def run(self, *arguments: str, env: Mapping[str, str]) -> ForkedParvis:
        """Forks `parvis ARGUMENTS`."""
        log = self._folder / f"log-{time.monotonic_ns()}"
        async with self._alone:
            assert self._child is not None
            assert self._child.stdin is not None
            asked = {"arguments": arguments, "env": dict(env), "log": str(log)}
            self._child.stdin.write(json.dumps(asked).encode() + b"\n")
            return ForkedParvis(Forked(int(await self._answer()), self._exits), log)

    async def stop(self) -> None:
        if self._child is not None:
            assert self._child.stdin is not None
            self._child.stdin.close()
            await self._child.wait()

    async def _answer(self) -> bytes:
        assert self._child is not None
        assert self._child.stdout is not None
        if not (line := await self._child.stdout.readline()):
            raise RuntimeError("the nursery has ended")
        return line


def main(exits: Path) -> None:
    """Forks what is asked for until nobody asks any more, then ends what is left."""
    living = set[int]()

    def reaped(*_: Any) -> None:
        for pid in list(living):
            with contextlib.suppress(ChildProcessError):
                ended, status = os.waitpid(pid, os.WNOHANG)
                if ended:
                    living.discard(pid)
                    note = exits / f".{pid}"
                    note.write_text(str(os.waitstatus_to_exitcode(status)))
                    note.rename(exits / str(pid))

    _import_everything()
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, reaped)
    _say(sys.stdout, "ready")
    for line in sys.stdin:
        asked = json.loads(line)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if pid == 0:
            _become(asked)
        living.add(pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        _say(sys.stdout, str(pid))
    for pid in list(living):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _import_everything() -> None:
    for module in pkgutil.walk_packages(importlib.import_module("app").__path__, "app."):
        if not module.name.startswith(_NOT_HERE):
            importlib.import_module(module.name)
    for name in ("uvicorn", "uvloop", "procrastinate", "uvicorn.protocols.http.httptools_impl", "redis.asyncio"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def _become(asked: Mapping[str, Any]) -> None:
    """Goes on as `parvis` would have begun: its own environment, descriptors, signals and randomness."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    null, log = os.open(os.devnull, os.O_RDONLY), os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(null, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.update(asked["env"])
    random.seed()
    # Read at its import, which was too early here.
    vars(importlib.import_module("app.crashpoints"))["_ARMED"] = os.environ.get("PARVIS_CRASH_AT")
    program = importlib.import_module("app.cli.program").program
    try:
        program(list(asked["arguments"]), prog_name="parvis")
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1 if end.code else 0)
    except BaseException:  # noqa: BLE001 — the last frame of a process: told in its log, and its status says so
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def _say(out: IO[str], word: str) -> None:
    out.write(f"{word}\n")
    out.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
