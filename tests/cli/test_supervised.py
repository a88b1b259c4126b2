"""What a service manager is told (sd_notify(3)): ready once it answers, stopping once it was asked to."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.cli.supervised import Standing, tell


@contextmanager
def manager(address: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(address)
        line.settimeout(5)
        yield line


@pytest.mark.parametrize("shape", ["a path", "an abstract name"])
def test_who_asked_is_told_in_the_manager_s_own_words(
    shape: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"{tmp_path.name}-{shape}".replace(" ", "-")
    asked, address = (str(tmp_path / "n"),) * 2 if shape == "a path" else (f"@{name}", f"\0{name}")
    monkeypatch.setenv("NOTIFY_SOCKET", asked)
    with manager(address) as line:
        tell(Standing.READY)
        tell(Standing.STOPPING)
        assert [line.recv(100) for _ in range(2)] == [b"READY=1", b"STOPPING=1"]


def test_nobody_asked_or_nobody_listens_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    tell(Standing.READY)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    tell(Standing.READY)
