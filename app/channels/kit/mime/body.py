"""The words of a mail, put together from its text parts: none is dropped, none is shown twice."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from app.channels.kit.charsets import clean_visible
from app.channels.kit.html import Sanitised, sanitise
from app.channels.kit.mime.defects import Defect, Defects

_WORD = re.compile(r"[^\W\d_]{3,40}")
_URL = re.compile(r"(?:https?|mailto|tel|cid):\S+")
_BLANKS = b" \t\r\n\f\v"
_COMPARED_CHARS = 20_000
_ALIKE = 0.7


@dataclass(frozen=True, slots=True)
class Segment:
    """One text part, decoded. Segments of one `group` are versions of the same words (multipart/alternative)."""

    source: str
    html: bool
    group: int | None


@dataclass(frozen=True, slots=True)
class Body:
    """What an agent reads; `digest_source` is what the same mail carries whatever road it took."""

    text: str | None
    html: str | None
    digest_source: bytes

    @classmethod
    def of(cls, segments: Sequence[Segment], *, limit: int, defects: Defects) -> "Body":
        """Puts the parts together: plain text where there is some, else the words of the HTML, and the safe HTML."""
        return _Assembly(segments, limit, defects).body()


class _Assembly:
    def __init__(self, segments: Sequence[Segment], limit: int, defects: Defects) -> None:
        self._segments = segments
        self._limit = limit
        self._defects = defects
        self._spoken = {segment.group for segment in segments if not segment.html and segment.source.strip()} - {None}

    def body(self) -> Body:
        clean = [sanitise(segment.source) if segment.html else None for segment in self._segments]
        for made in clean:
            if made is not None and made.html is None:
                self._defects.note(Defect.HTML)
            if made is not None and made.lying_link:
                self._defects.note(Defect.LINK)
        self._compare(clean)
        text = self._text(clean)
        # Relays change line ends and trailing blanks; a list of five million words would weigh a hundred megabytes.
        source = b"\0".join(
            segment.source.encode("utf-8", "replace").translate(None, _BLANKS) for segment in self._segments
        )
        return Body(text, self._html(clean), source)

    def _text(self, clean: Sequence[Sanitised | None]) -> str | None:
        words: list[str] = []
        for segment, made in zip(self._segments, clean, strict=True):
            if made is None:
                words.append(segment.source)
            elif segment.group not in self._spoken:
                words.append(made.text)
        kept = [shown for part in words if (shown := clean_visible(part)).strip()]
        text = kept[0] if len(kept) == 1 else "\n\n".join(part.strip("\n") for part in kept)
        if len(text) > self._limit:
            self._defects.note(Defect.TEXT_LENGTH)
            text = text[: self._limit]
        return text or None

    def _html(self, clean: Sequence[Sanitised | None]) -> str | None:
        """HTML parts, with between them the plain parts that have no HTML version."""
        if not any(made is not None and made.html for made in clean):
            return None
        grouped = {segment.group for segment, made in zip(self._segments, clean, strict=True) if made is not None}
        out: list[str] = []
        for segment, made in zip(self._segments, clean, strict=True):
            if made is not None:
                out.append(made.html if made.html is not None else _as_html(made.text))
            elif segment.source.strip() and (segment.group is None or segment.group not in grouped):
                out.append(_as_html(segment.source))
        return "\n".join(out)

    def _compare(self, clean: Sequence[Sanitised | None]) -> None:
        """Warns when two versions of one part use other words: one of them is then not what its reader believes."""
        for group in self._spoken:
            plain, laid = "", ""
            for segment, made in zip(self._segments, clean, strict=True):
                if segment.group == group:
                    plain += "" if segment.html else segment.source[:_COMPARED_CHARS]
                    laid += made.text[:_COMPARED_CHARS] if made else ""
            first, second = _vocabulary(plain), _vocabulary(laid)
            if laid and first - second and second - first and len(first & second) < _ALIKE * len(first | second):
                self._defects.note(Defect.ALTERNATIVES)


def _vocabulary(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(_URL.sub(" ", text))}


def _as_html(text: str) -> str:
    return f"<p>{escape(clean_visible(text).strip(), quote=False)}</p>".replace("\n", "<br>")
