"""The tree of parts, as offsets into the raw bytes: nothing is copied, nothing recursive, everything bounded.

The standard library's parser recurses once for each level and compares each line with each open boundary; on hostile
trees that is quadratic, then a RecursionError. Here each level is one compiled search, under a budget of bytes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.channels.kit.headers import Parameterised, parameterised
from app.channels.kit.mime.defects import Defect, Defects
from app.channels.kit.mime.fields import Fields, read_block
from app.channels.kit.mime.limits import Limits

_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,80}")
_HARMLESS_TRANSFER = frozenset({b"", b"7bit", b"8bit", b"binary"})
BOUNDARY_MAX = 1_000


@dataclass(slots=True)
class Part:
    """One node: its fields, its type, and the span of its body in the raw message."""

    fields: Fields
    content_type: str
    parameters: Parameterised
    start: int
    end: int
    depth: int
    # The multipart/alternative this part is a version in; parts of one group say the same thing twice.
    group: int | None = None
    # Words outside the announced parts: read as they stand, whatever transfer encoding surrounds them.
    verbatim: bool = False
    # Under an alternative, or a multipart/related below the top: belongs to one version of the words.
    embedded: bool = False
    children: list["Part"] = field(default_factory=list)

    @property
    def multipart(self) -> bool:
        return self.content_type.startswith("multipart/")


@dataclass(frozen=True, slots=True)
class Tree:
    """The root and the leaves in reading order."""

    root: Part
    leaves: Sequence[Part]


def read_tree(raw: bytes, *, start: int, limits: Limits, defects: Defects) -> Tree:
    """Walks the whole tree. A multipart that cannot be divided is read as text: its words matter more than its form."""
    return _Walk(raw, limits, defects).run(start)


class _Walk:
    def __init__(self, raw: bytes, limits: Limits, defects: Defects) -> None:
        self._raw = raw
        self._limits = limits
        self._defects = defects
        self._leaves: list[Part] = []
        self._count = 0
        self._budget = limits.scan_factor * len(raw) + 2**20

    def run(self, start: int) -> Tree:
        root = self._part(start, len(self._raw), depth=0, group=None, default="text/plain")
        pending = [root]
        while pending:
            part = pending.pop()
            if part.multipart and self._divide(part):
                pending.extend(reversed(part.children))
            else:
                self._leaves.append(part)
        return Tree(root, tuple(self._leaves))

    def _part(self, start: int, end: int, *, depth: int, group: int | None, default: str) -> Part:
        block = read_block(self._raw, start, end, limits=self._limits, defects=self._defects)
        declared = block.fields.first("content-type")
        content = parameterised(declared) if declared is not None else Parameterised(default, {})
        if sum(1 for _ in block.fields.all("content-type")) > 1:
            self._defects.note(Defect.TYPE)
        name = content.value
        if not _TYPE.fullmatch(name):
            self._defects.note(Defect.TYPE)
            name = "text/plain" if name in {"", "text"} or "/" not in name else "application/octet-stream"
            if depth == 0:
                name = "text/plain"  # RFC 2045 § 5.2: what cannot be understood is plain text
        self._count += 1
        return Part(block.fields, name, content, block.body_start, end, depth, group)

    def _divide(self, part: Part) -> bool:
        """Fills the children of a multipart; False where it must be read as one leaf."""
        transfer = (part.fields.first("content-transfer-encoding") or b"").strip().lower()
        if transfer not in _HARMLESS_TRANSFER:
            self._defects.note(Defect.TRANSFER)  # RFC 2045 § 6.4 forbids it; the parts decide
        if part.depth >= self._limits.depth or self._budget < 0:
            self._defects.note(Defect.DEPTH, detail=f"{self._limits.depth} niveaux lus")
            return False
        boundary = part.parameters.parameters.get("boundary", "").rstrip()
        spans = self._spans(part, boundary[:BOUNDARY_MAX].encode("utf-8", "replace")) if boundary else []
        if not spans:
            self._defects.note(Defect.STRUCTURE)
            part.content_type = "text/plain"
            part.parameters = Parameterised("text/plain", {})
            part.verbatim = True
            return False
        group = id(part) if part.content_type == "multipart/alternative" and part.group is None else part.group
        kind = part.content_type
        embedded = part.embedded or kind == "multipart/alternative" or (kind == "multipart/related" and part.depth > 0)
        default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        for start, end, stray in spans:
            if self._count >= self._limits.parts:
                self._defects.note(Defect.PARTS, detail=f"{self._limits.parts} lues")
                break
            if stray:
                child = Part(Fields(()), "text/plain", Parameterised("text/plain", {}), start, end, part.depth + 1)
                child.verbatim = True
            else:
                child = self._part(start, end, depth=part.depth + 1, group=group, default=default)
            child.embedded = embedded
            part.children.append(child)
        return True

    def _spans(self, part: Part, boundary: bytes) -> list[tuple[int, int, bool]]:
        """Returns the spans between delimiter lines (RFC 2046 § 5.1.1), with words found after the last one."""
        self._budget -= part.end - part.start
        delimiter = re.compile(rb"\n--" + re.escape(boundary) + rb"(--)?[ \t]*+(?:\r?\n|\r?\Z)")
        spans: list[tuple[int, int, bool]] = []
        opened: int | None = None
        closed = False
        position = max(part.start - 1, 0)
        while len(spans) <= self._limits.parts:
            match = delimiter.search(self._raw, position, part.end)
            if match is None:
                break
            if opened is not None:
                spans.append((opened, _before_newline(self._raw, opened, match.start()), False))
            elif closed:
                self._defects.note(Defect.STRUCTURE)  # parts after the closing delimiter
            closed = match[1] is not None
            opened = None if closed else match.end()
            # The newline that ends one delimiter may begin the next.
            position = match.end() - match[0].endswith(b"\n")
        if opened is not None:
            self._defects.note(Defect.STRUCTURE)  # cut short: the closing delimiter is missing
            spans.append((opened, part.end, False))
        elif closed and self._raw[position : part.end].strip() and part.depth == 0:
            self._defects.note(Defect.OUTSIDE)
            spans.append((position, part.end, True))
        return spans


def _before_newline(raw: bytes, start: int, end: int) -> int:
    """The newline before a delimiter belongs to the delimiter."""
    if end > start and raw[end - 1 : end] == b"\r":
        return end - 1
    return max(end, start)
