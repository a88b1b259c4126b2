"""Pure calls, caught in the act: what reaches for a clock, the network, a file or chance is named.

Reading the source finds what an adapter writes; watching the calls finds what a library does for it.
"""

import ast
import inspect
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from app.channels.contract import ChannelAdapter

_CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "localtime", "gmtime"}
_CLOCK_OWNERS = {"datetime", "date", "time"}
_REACHED = {
    "datetime.now": "the clock",
    "datetime.utcnow": "the clock",
    "datetime.today": "the clock",
    "date.today": "the clock",
    "time": "the clock",
    "time_ns": "the clock",
    "urandom": "chance",
    "Random.random": "chance",
    "Random.getrandbits": "chance",
    "fork_exec": "another process",
    "open": "a file",
}
_MODULES = {"time": "time", "time_ns": "time", "open": "_io", "urandom": "posix", "fork_exec": "_posixsubprocess"}


@contextmanager
def watched() -> Iterator[list[str]]:
    """Collects what is reached for while it lasts: « the clock (time.time) »."""
    found: list[str] = []

    def notice(_: FrameType, event: str, called: object) -> None:
        if event != "c_call":
            return
        name = getattr(called, "__qualname__", "")
        module = getattr(called, "__module__", None)
        if name in _REACHED and (name not in _MODULES or module in {_MODULES[name], "nt", "io"}):
            found.append(f"{_REACHED[name]} ({name})")

    held = sys.getprofile()
    sys.setprofile(notice)
    try:
        yield found
    finally:
        sys.setprofile(held)


@contextmanager
def without_network() -> Iterator[None]:
    """Makes every connection and name look-up fail for a while."""

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("an adapter's verify and parse may not touch the network")

    held = socket.socket.connect, socket.getaddrinfo
    socket.socket.connect, socket.getaddrinfo = forbidden, forbidden  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        socket.socket.connect, socket.getaddrinfo = held  # type: ignore[method-assign]


def clock_readings(adapter: ChannelAdapter) -> str:
    """Returns where the adapter's own module reads a clock, or nothing; sending is handed its time too."""
    module = sys.modules.get(type(adapter).__module__)
    try:
        tree = ast.parse(inspect.getsource(module)) if module else None
    except (OSError, TypeError):
        return "the source cannot be read"
    for node in ast.walk(tree) if tree else ():
        if (
            isinstance(node, ast.Attribute)
            and node.attr in _CLOCKS
            and isinstance(node.value, ast.Name | ast.Attribute)
        ):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            if owner in _CLOCK_OWNERS:
                return f"line {node.lineno} reads a clock ({owner}.{node.attr})"
    return ""
