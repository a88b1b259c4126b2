"""The sealed file by itself: who stops reading early is told nothing that is not a damage."""

import io
import threading
from typing import BinaryIO, Literal

import pyrage
from pyrage.x25519 import Identity

from app.backups.envelope import opened


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


def test_who_stops_reading_before_the_end_leaves_no_thread_that_fails() -> None:
    """What is left in the cipher's buffer breaks on the closed pipe as its own end closes, not as it writes."""
    key = Identity.generate()
    kept = HeldBack(pyrage.encrypt(b"a few words", [key.to_public()]))
    with opened(kept, [key]) as stream:
        stream.close()
        kept.let_go.set()
    assert not [one for one in threading.enumerate() if one.name == "backup cipher"]
