"""What a machine's reading may be, and within which bounds it is made."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

READABLE = frozenset({"application/pdf", "image/tiff", "image/jpeg", "image/png"})


class State(StrEnum):
    """How far the reading of a content by machine went; only `waiting` ever changes by itself."""

    WAITING = "waiting"
    READ = "read"
    NOTHING = "nothing"  # read whole, and no word was found
    FAILED = "failed"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one reading may cost: a hostile piece loses its own reading, and nothing else."""

    seconds: float = 300.0  # for the whole piece, by the clock on the wall
    processor_s: int = 60  # of one process: the child, and each run of tesseract
    memory_mb: int = 1536
    most_bytes: int = 40 * 2**20
    most_pages: int = 50
    most_pixels: int = 60_000_000  # of a picture that came so; pages of a PDF are drawn smaller instead
    page_pixels: int = 12_000_000  # an A4 page at 300 dots an inch has 8.7 million
    most_characters: int = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one reading gave. `confidence` is tesseract's own, of 100; a PDF's own text has none.

    `again` says whether another attempt could end otherwise; `reason` is in French, for agents.
    """

    state: State
    text: str = ""
    confidence: int | None = None
    pages: int | None = None
    reason: str | None = None
    again: bool = False

    def as_words(self) -> Mapping[str, Any]:
        return asdict(self)

    @classmethod
    def from_words(cls, told: object, *, longest: int) -> Self:
        """Reads what the child says, trusting none of it. Raises `ValueError`."""
        if not isinstance(told, dict):
            raise ValueError("an object is expected")  # noqa: TRY004 — the caller names one error for what no child of ours says
        text, confidence, pages, reason = (told.get(name) for name in ("text", "confidence", "pages", "reason"))
        return cls(
            state=State(str(told.get("state"))),
            text=storable(text)[:longest] if isinstance(text, str) else "",
            confidence=min(100, max(0, confidence)) if isinstance(confidence, int) else None,
            pages=max(0, pages) if isinstance(pages, int) else None,
            reason=storable(reason)[:300] if isinstance(reason, str) else None,
            again=told.get("again") is True,
        )


def storable(text: str) -> str:
    """Returns text a database takes: neither NUL nor half of a pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
