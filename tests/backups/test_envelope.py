"""The sealed file by itself: who stops reading early is told nothing that is not a damage."""

import io
import threading
from typing import BinaryIO, Literal

import pyrage
import pytest
from pyrage.x25519 import Identity

from app.backups.envelope import opened
from app.backups.refusals import DamagedBackup


class HeldBack:
    """A backup whose bytes, after its first words were looked at, come when they are let go."""

    name = "held-back.parvis"

    def __init__(self, content: bytes) -> None:
        self._content, self._openings = content, 0
        self.let_go = threading.Event()

    def open(self, mode: Literal["rb"], /) -> BinaryIO:
        assert mode == "rb"
        self._openings += 1
        return io.BytesIO(self._content) if self._openings == 1 else _Waiting(self._content, self.let_go)


class _Waiting(io.BytesIO):
    def __init__(self, content: bytes, let_go: threading.Event) -> None:
        super().__init__(content)
        self._let_go = let_go

    def read(self, count: int | None = -1, /) -> bytes:
        assert self._let_go.wait(60)
        return super().read(count)


def stopped_at_once(kept: HeldBack, key: Identity) -> None:
    """Reads nothing of a backup, and closes it before its bytes come."""
    with opened(kept, [key]) as stream:
        stream.close()
        kept.let_go.set()


def test_who_stops_reading_before_the_end_leaves_no_thread_that_fails() -> None:
    """What is left in the cipher's buffer breaks on the closed pipe as its own end closes, not as it writes."""
    key = Identity.generate()
    kept = HeldBack(pyrage.encrypt(b"a few words", [key.to_public()]))
    stopped_at_once(kept, key)
    assert not [one for one in threading.enumerate() if one.name == "backup cipher"]


def test_a_damage_is_told_to_who_stops_reading_before_it() -> None:
    """The pipe that breaks as the cipher's end closes does not hide what the cipher had found."""
    key = Identity.generate()
    altered = bytearray(pyrage.encrypt(b"x" * 70_000, [key.to_public()]))
    altered[-1] ^= 1
    kept = HeldBack(bytes(altered))
    with pytest.raises(DamagedBackup):
        stopped_at_once(kept, key)
