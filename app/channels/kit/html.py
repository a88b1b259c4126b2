"""Citizens' HTML made harmless, twice: rewritten from our own tokens, then cleaned by nh3 under our own allow-list."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

import nh3

from app.channels.kit.charsets import clean_text, clean_visible
from app.channels.kit.html_text import html_to_text
from app.channels.kit.html_tokens import Tag, Words, tokens

# No svg, math, style, noscript, template, xmp, form, select: each has carried a mutation XSS (RUSTSEC-2021-0074,
# 2025-0071, 2026-0193, 2026-0213). Their words stay when the tag goes, but for scripts, styles and titles.
_TAG_NAMES = (
    "a abbr address b blockquote br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure font "
    "h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike strong sub sup table tbody td tfoot "
    "th thead time tr tt u ul var"
)
TAGS = frozenset(_TAG_NAMES.split())
# No id nor name: they shadow the page's own variables (DOM clobbering). No style, class, colour or title either: words
# written white on white for a machine are as plain to an agent as the others.
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "lang"},
    "a": {"href"},
    "col": {"span"},
    "colgroup": {"span"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign"},
    "table": {"border", "cellpadding", "cellspacing"},
}
_EVERYWHERE = ATTRIBUTES["*"]
_NONE: set[str] = set()
_SHORT_VALUE = re.compile(r"[#%a-zA-Z0-9 .-]{0,40}")
_NOT_ALT = re.compile(r"[<>=\"'`]")
_CID = re.compile(r"cid:[^\s<>\"'`=]{1,250}")
_HREF = re.compile(r"(?:https?:|mailto:|tel:)[^\x00-\x20\x7f]*+", re.IGNORECASE)

# Beyond these a tree builder's time stops being linear in what it is given; the words are then shown without layout.
MAX_CHARS = 3 * 2**20
MAX_TAGS = 60_000
MAX_DEPTH = 400
MAX_REFERENCES = 100_000
MAX_FORMATTING = 300_000
_PASSES_MAX = 6


@dataclass(frozen=True, slots=True)
class Sanitised:
    """HTML fit for a sandboxed frame, or None when it was too heavy to be made so; `text` is then all there is."""

    html: str | None
    text: str
    lying_link: bool = False


def sanitise(source: str) -> Sanitised:
    """Returns the safe HTML and the text of a fragment; `sanitise` changes nothing in its own output."""
    source = clean_text(source)
    rewritten = _rewritten(source) if len(source) <= MAX_CHARS else None
    if rewritten is None:
        return Sanitised(None, html_to_text(source))
    cleaned = _settled(rewritten)
    if cleaned is None:
        return Sanitised(None, html_to_text(source))
    return Sanitised(cleaned, html_to_text(cleaned), lying_link=_has_lying_link(cleaned))


def _settled(rewritten: str) -> str | None:
    """Cleans until a second parser would build what the first one wrote: the gap between them is mutation XSS."""
    before = rewritten
    for _ in range(_PASSES_MAX):
        after = _CLEANER.clean(before)
        if after == before:
            return after
        before = after
    return None


# ------------------------------------------------------------------------------------------------------ rewriting

_VOID = frozenset({"br", "col", "hr", "img"})
# Elements whose end a tree builder finds by itself: `<p>` after `<p>` is no deeper.
_SELF_CLOSING = frozenset({"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "caption"})
# Those it opens again in each new block when nobody closed them: four hundred of them make a page of millions.
_FORMATTING = frozenset({"a", "b", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"})


def _rewritten(source: str) -> str | None:
    """Returns the fragment with allowed tags and attributes only, or None when it weighs too much.

    What nh3 then parses holds no foreign element, no raw text, no comment and no attribute bomb, whatever came in.
    """
    scale = _Scale()
    out: list[str] = []
    for token in tokens(source, limit=MAX_TAGS):
        if isinstance(token, Words):
            out.append(token.source.replace("<", "&lt;"))
        elif token.name in TAGS:
            out.append(_written(token))
        if scale.tips(token):
            return None
    text = "".join(out)
    return text if text.count("&") <= MAX_REFERENCES else None


class _Scale:
    """Over-estimates what a tree builder would do, without building a tree."""

    def __init__(self) -> None:
        self._tags = self._depth = self._formatting = self._work = 0

    def tips(self, token: Words | Tag) -> bool:
        if isinstance(token, Words):
            return False
        self._tags += 1
        name = token.name
        if name in _FORMATTING:
            self._formatting = max(self._formatting + (-1 if token.closing else 1), 0)
        if token.closing:
            self._depth -= self._depth > 0 and name not in _SELF_CLOSING
        else:
            self._work += self._formatting
            self._depth += name in TAGS and name not in _VOID and name not in _SELF_CLOSING
        return self._tags >= MAX_TAGS or self._depth > MAX_DEPTH or self._work > MAX_FORMATTING


def _written(tag: Tag) -> str:
    if tag.closing:
        return f"</{tag.name}>"
    if not tag.source or tag.source.isspace():
        return f"<{tag.name}>"
    return f"<{tag.name}{''.join(_kept_attributes(tag))}>"


def _kept_attributes(tag: Tag) -> Iterator[str]:
    allowed = ATTRIBUTES.get(tag.name, _NONE)
    for name, value in tag.attributes().items():
        if name in allowed or name in _EVERYWHERE:
            kept = _value(tag.name, name, value)
            if kept is not None:
                yield f' {name}="{escape(kept)}"'


def _value(tag: str, name: str, value: str) -> str | None:
    """Returns what is kept of an attribute; the one rule of the rewriting and of nh3's filter."""
    if name == "href":
        value = value.strip()
        return value if _HREF.fullmatch(value) else None
    if name == "src":
        return value if _CID.fullmatch(value) else None
    if name == "alt":
        return _NOT_ALT.sub("", clean_visible(value))[:300]
    if name == "rel" and tag == "a":
        return value
    return value if _SHORT_VALUE.fullmatch(value) else None


_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags={"script", "style"},
    attributes=ATTRIBUTES,
    attribute_filter=_value,
    strip_comments=True,
    link_rel="noopener noreferrer nofollow",
    url_schemes={"http", "https", "mailto", "tel", "cid"},
    url_relative="deny",
)

# --------------------------------------------------------------------------------------------------- lying links

_LINK = re.compile(r'<a href="(https?:[^"]*+)"[^>]*+>([^<]{4,300}+)</a>', re.IGNORECASE)
_SHOWN_HOST = re.compile(r"(?:https?://)?((?:[\w-]{1,63}\.){1,8}[a-zA-Z]{2,24})(?:[/:?#].*)?", re.DOTALL)


def _has_lying_link(cleaned: str) -> bool:
    """Tells whether a link shows one host and leads to another."""
    for match in _LINK.finditer(cleaned):
        shown = _SHOWN_HOST.fullmatch(match[2].strip())
        if shown is None:
            continue
        try:
            target = urlsplit(match[1]).hostname or ""
        except ValueError:
            return True
        if target.lower().removeprefix("www.") != shown[1].lower().removeprefix("www."):
            return True
    return False
