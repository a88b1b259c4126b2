"""The processes of a run: two that serve, two that work, a PostgreSQL, a Redis; whoever dies is started again."""

import asyncio
import contextlib
import os
import random
import signal
import socket
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psutil

from app.db.embedded import Dsns, EmbeddedPostgres
from tests.faults.processes import Parvis
from tests.faults.soak.clients import Doors
from tests.faults.soak.nursery import Nursery
from tests.faults.soak.proxy import Proxy
from tests.harness.valkey import Valkey

SECRET = "a secret key of tests, long enough to be one"
APIS, WORKERS = ("api-0", "api-1"), ("worker-0", "worker-1")
_ENDS_WITHIN_S = 40


@dataclass(slots=True)
class Cast:
    """Everybody by name. The first of each pair keeps the embedded PostgreSQL alive; the second goes through the proxy."""

    folder: Path
    server: EmbeddedPostgres
    dsns: Dsns
    valkey: Valkey
    proxy: Proxy
    nursery: Nursery
    doors: Sequence[Doors]
    settings: Mapping[str, str] = field(default_factory=dict)
    processes: dict[str, Parvis] = field(default_factory=dict)
    zombies: list[Parvis] = field(default_factory=list)
    by_themselves: list[str] = field(default_factory=list)
    ended_s: list[float] = field(default_factory=list)
    back_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _alone: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def start_all(self) -> None:
        await asyncio.gather(*(self.start(name) for name in (*APIS, *WORKERS)))

    async def start(self, name: str, **env: str) -> None:
        """Starts a process and waits until it is ready; one that dies on the way is started again, as systemd would."""
        for _ in range(20):
            started = await self.nursery.run(*self._arguments(name), env={**self._settings(name), **env})
            self.processes[name] = started
            try:
                events = ("http.listening", "mail.listening") if name in APIS else ("worker.ready",)
                await started.ready(*events, within_s=120)
            except AssertionError:
                if started.alive:
                    started.kill()
                await asyncio.sleep(0.3)
            else:
                return
        raise AssertionError(f"{name} does not start any more: {self.processes[name].log()[-3000:]}")

    async def kill(self, name: str) -> None:
        """Ends a process as a power cut would, and starts it again."""
        async with self._alone[name]:
            await asyncio.to_thread(self.processes[name].kill)
            killed = time.monotonic()
            await self.start(name)
            self.back_s[name.partition("-")[0]].append(time.monotonic() - killed)

    async def roll(self) -> None:
        """Asks one after the other to end, and starts it again (F30)."""
        for name in (*APIS, *WORKERS):
            async with self._alone[name]:
                await self._asked_to_end(name)
                await self.start(name)

    async def _asked_to_end(self, name: str) -> None:
        """Asks a process to end. One that does not is told of with its last words, and the run goes on."""
        process, asked = self.processes[name], time.monotonic()
        try:
            status = await process.end(within_s=_ENDS_WITHIN_S)
        except TimeoutError:
            said = process.log()[-2000:]
            self.by_themselves.append(f"{name} had not ended {_ENDS_WITHIN_S} s after it was asked to: {said}")
            await asyncio.to_thread(process.kill)
        else:
            self.ended_s.append(time.monotonic() - asked)
            if status != 0:
                self.by_themselves.append(f"{name} ended with {status} when asked to: {process.log()[-1000:]}")

    async def armed(self, name: str, point: str) -> None:
        """Puts a worker in the place of another that dies at a point, waits until it does, starts it again."""
        async with self._alone[name]:
            await asyncio.to_thread(self.processes[name].kill)
            await self.start(name, PARVIS_CRASH_AT=point)
            process = self.processes[name]
            for _ in range(300):
                if not process.alive:
                    break
                await asyncio.sleep(0.05)
            else:
                await asyncio.to_thread(process.kill)  # nothing took it there
            await self.start(name)

    async def freeze(self, name: str, *, seconds: float) -> None:
        async with self._alone[name]:
            process = self.processes[name].process
            process.send_signal(signal.SIGSTOP)
            await asyncio.sleep(seconds)
            process.send_signal(signal.SIGCONT)

    async def replaced_asleep(self, name: str) -> None:
        """Freezes a process and starts another in its place; the sleeper is woken later, and finds its work done."""
        async with self._alone[name]:
            sleeper = self.processes[name]
            sleeper.process.send_signal(signal.SIGSTOP)
            self.zombies.append(sleeper)
            await self.start(name)

    async def wake_zombies(self) -> None:
        """Wakes the sleepers, lets them find out, and asks them to end."""
        for sleeper in self.zombies:
            if sleeper.alive:
                sleeper.process.send_signal(signal.SIGCONT)
        if self.zombies:
            await asyncio.sleep(3)
        for sleeper in self.zombies:
            if sleeper.alive:
                await sleeper.end(within_s=40)
        self.zombies.clear()

    def postgres(self) -> list[int]:
        """The postmaster and its children; none while there is no server."""
        with contextlib.suppress(FileNotFoundError, ValueError, psutil.NoSuchProcess):
            note = self.server.home / "cluster" / "postmaster.pid"
            postmaster = psutil.Process(int(note.read_text().split("\n", 1)[0]))
            return [postmaster.pid, *(child.pid for child in postmaster.children())]
        return []

    def signal_postgres(self, sign: signal.Signals, *, all_of_it: bool = True) -> None:
        pids = self.postgres()
        for pid in pids if all_of_it else pids[:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sign)

    async def redis_again(self, *, after_s: float) -> None:
        async with self._alone["redis"]:
            await asyncio.to_thread(self.valkey.kill)
            await asyncio.sleep(after_s)
            self.valkey.socket.unlink(missing_ok=True)
            await asyncio.to_thread(self.valkey.start)

    async def flush_redis(self) -> None:
        reader, writer = await asyncio.open_unix_connection(self.valkey.socket)
        writer.write(b"FLUSHALL\r\n")
        await reader.readline()
        writer.close()

    async def revive(self) -> None:
        """Starts again whoever died although nobody killed it, and remembers that it did."""
        for name, process in list(self.processes.items()):
            if not process.alive:
                self.by_themselves.append(f"{name} died by itself: {process.log()[-1500:]}")
                await self.start(name)

    async def stop(self) -> None:
        for process in (*self.processes.values(), *self.zombies):
            if process.alive:
                process.process.send_signal(signal.SIGCONT)
                process.kill()
        self.valkey.kill()
        await self.proxy.stop()
        await self.nursery.stop()
        await asyncio.to_thread(self.server.start)  # takes it over from whoever was killed
        await asyncio.to_thread(self.server.stop)

    async def said(self, *arguments: str) -> str:
        """Runs a command beside the processes; returns all it said."""
        command = await self.nursery.run(*arguments, env=self._settings("worker-0"))
        await asyncio.to_thread(command.process.wait, 300)
        return command.log()

    def _arguments(self, name: str) -> Sequence[str]:
        if name in WORKERS:
            return ("worker",)
        return ("serve", "--port", str(self.doors[APIS.index(name)].http))

    def _settings(self, name: str) -> dict[str, str]:
        own = {"PARVIS_SMTP_LISTEN": f"127.0.0.1:{self.doors[APIS.index(name)].smtp}"} if name in APIS else {}
        if name.endswith("1"):
            own["PARVIS_DATABASE_URL"] = f"postgresql://parvis_app@/parvis?host={quote(str(self.proxy.folder))}"
        return {
            "PARVIS_DATA_DIR": str(self.folder / "data"),
            "PARVIS_SECRET_KEY": SECRET,
            "PARVIS_OUTGOING": "send",
            "PARVIS_EGRESS_ALLOW": '["127.0.0.1", "localhost"]',
            "PARVIS_REDIS_URL": self.valkey.url,
            "PARVIS_DATABASE_POOL": "6",
            "PARVIS_WORKER_CONCURRENCY": "4",
            "PARVIS_WORKER_INSIDE": "false",
            "PARVIS_OCR": "off",
            "PARVIS_SUGGEST": "words",
            **{f"PARVIS_LIMIT_{whose}": "0" for whose in ("CALLER", "TENANT", "ADDRESS", "CHANNEL")},
            **self.settings,
            **own,
        }


def free_doors(count: int) -> Sequence[Doors]:
    """Finds ports that stay a process's own while it is dead: below those that connections are given."""
    chance = random.Random(time.monotonic_ns() ^ os.getpid())
    ports: list[int] = []
    while len(ports) < 2 * count:
        port = chance.randrange(20_000, 30_000)
        with socket.socket() as tried, contextlib.suppress(OSError):
            tried.bind(("127.0.0.1", port))
            ports.append(port)
    return [Doors(*ports[2 * one : 2 * one + 2]) for one in range(count)]
