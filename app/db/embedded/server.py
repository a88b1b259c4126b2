"""The supervisor: one PostgreSQL over one folder, started by whoever comes first, shared by the others."""

import asyncio
import contextlib
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Never

import psycopg
import structlog

from app.db.embedded import lock
from app.db.embedded.binaries import find_binaries
from app.db.embedded.cluster import (
    children,
    clear_notes,
    command,
    initialise,
    last_words,
    log_size,
    major_of,
    postmaster,
    roll_log,
)
from app.db.embedded.folder import make_home, socket_folder
from app.db.embedded.roles import Dsns, dsns, ensure_database, ensure_roles
from app.db.embedded.root import find_footing
from app.errors import Misconfigured

log = structlog.get_logger(__name__)
_ATTEMPTS = 5
_STARTS_WITHIN_S = 120.0
_LEAVES_WITHIN_S = 10.0


class EmbeddedPostgres:
    """PostgreSQL in `data_dir`, a folder of its own, reached by a socket in a private folder and by no network.

    `fast` gives durability up and is for tests alone.
    """

    def __init__(self, data_dir: Path, *, fast: bool = False) -> None:
        self.home = Path(data_dir).absolute()
        self.fast = fast
        self._child: subprocess.Popen[bytes] | None = None
        self._leaving = threading.Event()

    def start(self, *, timeout: float = _STARTS_WITHIN_S) -> Dsns:
        """Returns the addresses of a server that answers: the living one of this folder, or a new one.

        Raises `Misconfigured`, whose one sentence says what to do.
        """
        self._leaving.clear()
        return self._start(timeout=timeout)

    def _start(self, *, timeout: float) -> Dsns:
        make_home(self.home)
        with lock.starting(self.home, timeout=timeout + 10, unless=self._leaving):
            addresses = dsns(socket_folder(self.home))
            if _answers(addresses):
                lock.adopt(self.home)
            else:
                self._launch(addresses, end=time.monotonic() + timeout)
            with psycopg.connect(addresses.admin, autocommit=True) as connection:
                ensure_roles(connection)
                ensure_database(connection)
        return addresses

    def stop(self) -> None:
        """Stops the server if this process started it, or took it over from a dead one; else does nothing.

        A start that is under way in another thread is given up. Another process that is starting it becomes its keeper.
        """
        self._leaving.set()
        end = time.monotonic() + _LEAVES_WITHIN_S
        while lock.is_keeper(self.home):
            try:
                with lock.starting(self.home, timeout=0.5):
                    if lock.is_keeper(self.home):
                        self._end()
                    return
            except Misconfigured:
                if time.monotonic() > end:
                    log.warning("embedded_postgres.left")  # to whoever holds the lock, who takes over from the dead
                    return

    def alive(self) -> bool:
        """Says whether a server uses the folder, answering or not."""
        if self._child is not None and self._child.poll() is None:
            return True
        with lock.server_lock(self.home) as free:
            return free is None

    async def supervise(self, *, every: float = 0.5) -> None:
        """Starts the server again whenever it dies, with growing pauses, until cancelled."""
        pause = every
        while True:
            await asyncio.sleep(pause)
            if await asyncio.to_thread(self.alive):
                pause = every
                continue
            log.warning("embedded_postgres.died")
            try:
                await asyncio.to_thread(self._start, timeout=_STARTS_WITHIN_S)
            except (Misconfigured, psycopg.Error, OSError) as error:  # OSError: a full disk, until somebody makes room
                pause = min(pause * 2, 30)
                log.error("embedded_postgres.not_restarted", why=str(error), again_in_s=pause)  # noqa: TRY400 — its sentence says it all
            else:
                log.warning("embedded_postgres.restarted")

    def _launch(self, addresses: Dsns, *, end: float) -> None:
        binaries = find_binaries(made_by=major_of(self.home))
        footing = find_footing(self.home, binaries)
        sockets = socket_folder(self.home, like=self.home.stat())
        initialise(self.home, binaries, footing, fast=self.fast)
        roll_log(self.home)
        logged = log_size(self.home)
        arguments = footing.command("postgres", *command(self.home, sockets, binaries, fast=self.fast))
        attempts = 0
        # After a crash old backends hold the files for a moment: wait for them, then try a few times.
        while attempts < _ATTEMPTS and time.monotonic() < end and not self._leaving.is_set():
            with lock.server_lock(self.home) as free, (self.home / "postgres.log").open("ab") as out:
                if free is None:
                    time.sleep(0.02)
                    continue
                attempts += 1
                if self._child is not None:
                    self._child.wait()  # dead, since its lock is free; without this it would stay a zombie
                clear_notes(self.home, sockets)
                lock.keep(self.home)
                self._child = subprocess.Popen(  # noqa: S603
                    arguments,
                    stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                    pass_fds=[free], start_new_session=True, **footing.options(self.home),
                )  # fmt: skip
            while self._child.poll() is None and time.monotonic() < end and not self._leaving.is_set():
                if _answers(addresses):
                    return
                time.sleep(0.01)
            time.sleep(0.1)
        if attempts == 0 and not self._leaving.is_set():
            self._refuse()
        if attempts:
            self._end()
        if self._leaving.is_set():
            raise Misconfigured(f"PostgreSQL in {self.home} was asked to stop while it was starting")
        raise Misconfigured(f"PostgreSQL did not start in {self.home}: {last_words(self.home, since=logged)}")

    def _refuse(self) -> Never:
        other = lock.keeper(self.home)
        whose = f"process {other.pid} of host {other.host}" if other else "another process"
        raise Misconfigured(
            f"the PostgreSQL of {self.home} was started by {whose} and does not answer: "
            "stop it, or set PARVIS_DATA_DIR to another folder"
        )

    def _end(self) -> None:
        # Fast shutdown, then immediate, then none: recovery is safe, only slower at the next start. One that answers nobody
        # is recovering already, or frozen: its checkpoint is not waited for.
        fast = 20 if _obeys(dsns(socket_folder(self.home))) else 1
        for sign, patience in ((signal.SIGINT, fast), (signal.SIGQUIT, 2), (signal.SIGKILL, 5)):
            if not self.alive():
                break
            living = self._child is not None and self._child.poll() is None
            pid = self._child.pid if self._child is not None and living else postmaster(self.home)
            if pid is not None:
                # A frozen backend does not see that its postmaster is gone: killed with it, or it would keep the files.
                for one in (pid, *(children(pid) if sign is signal.SIGKILL else ())):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(one, sign)
            end = time.monotonic() + patience
            while self.alive() and time.monotonic() < end:
                time.sleep(0.01)
        self._child = None


def _obeys(addresses: Dsns) -> bool:
    """Whether the server would end by itself: it answers, or is ending already."""
    try:
        psycopg.connect(addresses.admin, connect_timeout=2).close()
    except psycopg.OperationalError as error:
        return "shutting down" in str(error)
    return True


def _answers(addresses: Dsns) -> bool:
    try:
        psycopg.connect(addresses.admin, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
