"""What the kernel answers PostgreSQL when it writes and flushes, decided by a test: held up, refused, or let through.

Each `postgres` of a folder of programs is started under a filter of system calls (seccomp, Linux 5.5) whose listener it
hands over before it becomes the real program; every process it forks stays under it. The calls are PostgreSQL's own, and
so is what it makes of the answer. Run as a program, this file is what installs the filter and then runs PostgreSQL.
Source: seccomp_unotify(2), seccomp(2).
"""

import contextlib
import ctypes
import errno
import fcntl
import os
import platform
import select
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

# (number, name) by machine: what makes a file longer, and what makes it durable.
_CALLS = {
    "x86_64": {18: "write", 296: "write", 285: "allocate", 74: "flush", 75: "flush"},
    "aarch64": {68: "write", 70: "write", 47: "allocate", 82: "flush", 83: "flush"},
}
_HERE = _CALLS.get(platform.machine(), {})
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_NO_NEW_PRIVILEGES, _SET_FILTER, _NEW_LISTENER = 38, 1, 8
_ALLOW, _NOTIFY = 0x7FFF0000, 0x7FC00000
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_RECEIVE, _SEND, _CONTINUE = 0xC0502100, 0xC0182101, 1
_ASKED, _ANSWER = struct.Struct("<QIIiIQ6Q"), struct.Struct("<QqiI")

# Given the call and the file's path, the error the call ends with, 0 to let it through.
Judge = Callable[[str, str], int]


class HeldCalls:
    """Programs of PostgreSQL whose writes and flushes this process answers for; `programs` is for PARVIS_PG_BIN."""

    def __init__(self, folder: Path, real: Path) -> None:
        self.programs, self._judge = folder / "programs", _nothing
        self._held, self._let = threading.Event(), threading.Event()
        self._let.set()
        address = str(folder / "listeners")
        self.programs.mkdir(parents=True)
        for program in real.iterdir():
            if program.name != "postgres":
                (self.programs / program.name).symlink_to(program)
        wrapper = self.programs / "postgres"
        wrapper.write_text(f'#!/bin/sh\nexec {sys.executable} -I {__file__} {address} {real / "postgres"} "$@"\n')
        wrapper.chmod(0o755)
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(address)
        os.chmod(address, 0o777)  # noqa: PTH101 — PostgreSQL may run as somebody else; the folder is a test's
        self._door.listen()
        threading.Thread(target=self._answer, daemon=True).start()

    @contextlib.contextmanager
    def answering(self, judge: Judge) -> Iterator[None]:
        """Judges every call while it lasts."""
        self._judge = judge
        try:
            yield
        finally:
            self._judge = _nothing

    @contextlib.contextmanager
    def holding(self, judge: Judge) -> Iterator[threading.Event]:
        """Holds up the calls that would be refused, until its end; gives what is set once one is held."""
        self._held.clear()
        self._let.clear()

        def hold(call: str, path: str) -> int:
            if judge(call, path):
                self._held.set()
                self._let.wait()
            return 0

        try:
            with self.answering(hold):
                yield self._held
        finally:
            self._let.set()

    def _answer(self) -> None:
        poll, door = select.poll(), self._door.fileno()
        poll.register(door, select.POLLIN)
        while True:
            for number, happened in poll.poll():
                if number == door:
                    listener = self._introduced()
                    if listener is not None:
                        poll.register(listener, select.POLLIN)
                elif happened & select.POLLIN:
                    self._one(number)
                else:  # the last process under that filter is gone
                    poll.unregister(number)
                    os.close(number)

    def _introduced(self) -> int | None:
        with self._door.accept()[0] as line:
            _, listeners, _, _ = socket.recv_fds(line, 1, 1)
            return listeners[0] if listeners else None

    def _one(self, listener: int) -> None:
        asked = bytearray(_ASKED.size)
        with contextlib.suppress(OSError):  # whoever called was killed meanwhile
            fcntl.ioctl(listener, _RECEIVE, asked)
            number, pid, _, call, _, _, file, *_ = _ASKED.unpack(asked)
            refused = self._judge(_HERE[call], str(Path(f"/proc/{pid}/fd/{file}").readlink()))
            answer = _ANSWER.pack(number, 0, -refused, 0 if refused else _CONTINUE)
            fcntl.ioctl(listener, _SEND, bytearray(answer))


def full(call: str, path: str) -> int:
    """A disk without room: nothing new is written to it, what is written already can be flushed."""
    grows = call == "allocate" or (call == "write" and "xlogtemp" in path)
    return errno.ENOSPC if grows else 0


def failing(call: str, path: str) -> int:
    """A disk that does not confirm what PostgreSQL's journal holds."""
    return errno.EIO if call == "flush" and "/pg_wal/" in path else 0


def _nothing(_call: str, _path: str) -> int:
    return 0


def _filter() -> ctypes.Array[ctypes.c_char]:
    """The program of the filter: the number of the call is loaded and compared with each of ours."""
    numbers = sorted(_HERE)
    steps = [struct.pack("<HBBI", _LOAD, 0, 0, 0)]
    for at, number in enumerate(numbers):
        steps.append(struct.pack("<HBBI", _EQUAL, len(numbers) - at, 0, number))
    steps += [struct.pack("<HBBI", _RETURN, 0, 0, _ALLOW), struct.pack("<HBBI", _RETURN, 0, 0, _NOTIFY)]
    return ctypes.create_string_buffer(b"".join(steps), 8 * len(steps))


def _become(address: str, program: str, arguments: list[str]) -> None:
    libc, steps = ctypes.CDLL(None, use_errno=True), _filter()
    rules = ctypes.create_string_buffer(struct.pack("<HxxxxxxQ", len(steps) // 8, ctypes.addressof(steps)), 16)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs")
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(address)
        listener = libc.syscall(_SECCOMP[platform.machine()], _SET_FILTER, _NEW_LISTENER, rules)
        if listener < 0:
            raise OSError(ctypes.get_errno(), "no listener: seccomp's notifications need Linux 5.5")
        socket.send_fds(line, [b"."], [listener])
    os.close(listener)
    os.execv(program, [program, *arguments])


if __name__ == "__main__":
    _, _address, _program, *_arguments = sys.argv
    if _arguments == ["--version"]:
        os.execv(_program, [_program, *_arguments])
    _become(_address, _program, _arguments)
