"""HTML cut into tags and words in one linear pass, as the HTML Standard's tokenizer would (§ 13.2.5)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

_ATTRIBUTES = (
    r"(?:[\s/]*+[^\s/>][^\s/>=]*+"
    r"(?:\s*+=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)?+)?+)*+[\s/]*+"
)
# Each form also ends with the source: what nobody closes is met once, and the rest is then read without grammar.
_TOKEN = re.compile(
    rf"<!--(?:-?>|.*?(?:--!?>|\Z))|<(/?)([a-zA-Z][^\s/>]*+)({_ATTRIBUTES})(?:>|\Z)|<[!?/][^>]*+(?:>|\Z)", re.DOTALL
)
_ATTRIBUTE = re.compile(
    r"[\s/]*+([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"?|'([^']*+)'?|([^\s>\"'][^\s>]*+))?+)?+", re.DOTALL
)
_ANY_TAG = re.compile(r"<[^<>]*+>?")
# Elements whose content is not markup; what they hold is never a mail's words.
_RAW = {
    name: re.compile(rf"</{name}[\s/>]", re.IGNORECASE)
    for name in ("script", "style", "title", "iframe", "noembed", "noframes", "xmp")
}
ATTRIBUTES_READ = 64


@dataclass(frozen=True, slots=True)
class Words:
    """A run of text, its character references not yet resolved."""

    source: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A start or end tag, its name in lower case."""

    name: str
    closing: bool
    source: str = ""

    def attributes(self) -> dict[str, str]:
        """Returns the attributes, references resolved; of two of one name the first counts."""
        found: dict[str, str] = {}
        for count, match in enumerate(_ATTRIBUTE.finditer(self.source)):
            if count >= ATTRIBUTES_READ:
                break
            value = match[2] or match[3] or match[4] or ""
            found.setdefault(match[1].lower(), unescape(value) if "&" in value else value)
        return found


def tokens(source: str, *, limit: int) -> Iterator[Words | Tag]:
    """Yields words and tags in order, without comments, declarations, scripts and styles.

    After `limit` tags, or a tag that never ends, the rest is one run of words: too heavy to be laid out, still read.
    """
    position = count = 0
    never_closed: set[str] = set()
    while (match := _TOKEN.search(source, position)) is not None:
        start, end = match.span()
        if start > position:
            yield Words(source[position:start])
        position = start
        count += 1
        if count > limit or (end == len(source) and not _ends(source, start)):
            break
        position = end
        if match[2]:
            tag = Tag(match[2].lower(), bool(match[1]), match[3])
            if tag.name not in _RAW or tag.closing or tag.name in never_closed:
                yield tag
            elif after := _RAW[tag.name].search(source, position):
                position = after.start()
            else:
                never_closed.add(tag.name)
    if position < len(source):
        # A browser would show nothing of it: an agent reads the words, without the marks and the half-open tags.
        yield Words(_ANY_TAG.sub(" ", source[position:].replace("<!--", " ")))


def _ends(source: str, start: int) -> bool:
    """Tells whether the form that reaches the end of the source was closed there."""
    return source.endswith(("-->", "--!>") if source.startswith("<!--", start) else ">")
