"""HTML read as plain text: one block a line, link targets after their words."""

import re
from html import unescape

from app.channels.kit.charsets import clean_visible
from app.channels.kit.html_tokens import Tag, Words, tokens

_BLOCK_NAMES = (
    "address article aside blockquote center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol p pre section table tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_PARAGRAPHS = frozenset({"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul", "dl"})
_SHOWN_SCHEMES = ("http:", "https:", "mailto:", "tel:")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_MANY_NEWLINES = re.compile(r"\n{3,}")
_TAGS_MAX = 120_000
_INDENT_MAX = 10


def html_to_text(source: str) -> str:
    """Returns the words of an HTML fragment; also of one too heavy to be sanitised.

    The result is text, to be escaped like any other, never HTML.
    """
    return _Renderer().render(source)


class _Renderer:
    def __init__(self) -> None:
        self._out: list[str] = []
        self._line_open = False
        self._link: str | None = None
        self._link_from = 0
        self._lists: list[int | None] = []
        self._pre = 0

    def render(self, source: str) -> str:
        for token in tokens(source, limit=_TAGS_MAX):
            if isinstance(token, Words):
                self._words(token.source)
            else:
                self._tag(token)
        lines = (line.strip(" \t") for line in "".join(self._out).split("\n"))
        return _MANY_NEWLINES.sub("\n\n", "\n".join(lines)).strip()

    def _words(self, source: str) -> None:
        text = clean_visible(unescape(source) if "&" in source else source).replace("\r\n", "\n")
        if not self._pre:
            text = _BLANKS.sub(" ", text)
            if not self._line_open:
                text = text.lstrip(" ")
        if text:
            self._out.append(text)
            self._line_open = not text.endswith("\n")

    def _tag(self, tag: Tag) -> None:
        if tag.name == "br":
            self._newline(force=True)
        elif tag.name == "a":
            self._anchor(tag)
        elif tag.name == "img":
            self._words(tag.attributes().get("alt", "").replace("&", "&amp;"))
        elif tag.name in {"td", "th"}:
            if tag.closing and self._line_open:
                self._out.append(" ")
        elif tag.name in _BLOCKS:
            self._block(tag.name, closing=tag.closing)

    def _block(self, name: str, *, closing: bool) -> None:
        self._newline()
        if name in _PARAGRAPHS and not (name in {"ul", "ol"} and self._lists):
            self._out.append("\n")
        if name == "pre":
            self._pre = max(self._pre + (-1 if closing else 1), 0)
        elif name in {"ul", "ol"}:
            if not closing:
                self._lists.append(0 if name == "ol" else None)
            elif self._lists:
                self._lists.pop()
        elif name == "li" and not closing:
            self._item()
        elif name == "hr":
            self._out.append("----\n")

    def _item(self) -> None:
        number = self._lists[-1] if self._lists else None
        mark = "- "
        if number is not None:
            self._lists[-1] = number + 1
            mark = f"{number + 1}. "
        self._out.append("  " * min(max(len(self._lists) - 1, 0), _INDENT_MAX) + mark)

    def _newline(self, *, force: bool = False) -> None:
        if self._line_open or force:
            self._out.append("\n")
        self._line_open = False

    def _anchor(self, tag: Tag) -> None:
        if not tag.closing:
            target = clean_visible(tag.attributes().get("href", "").strip())[:2000]
            self._link = target if target.lower().startswith(_SHOWN_SCHEMES) else None
            self._link_from = len(self._out)
        elif self._link is not None:
            shown = "".join(self._out[self._link_from :]).strip()
            bare = self._link.removeprefix("mailto:").removeprefix("tel:")
            if bare.rstrip("/") != shown.rstrip("/"):
                self._out.append(f" <{bare}>" if shown else bare)
                self._line_open = True
            self._link = None
