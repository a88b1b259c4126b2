"""What a letter is made of: paragraphs that know which mentions they bear, and what is still missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.sve.law.notices import Mention


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A sentence or a few, then a list when there is one.

    `short` replaces it where a channel carries little: None keeps it whole, an empty one leaves it out.
    """

    text: str
    items: Sequence[str] = ()
    bears: Sequence[Mention] = ()
    short: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """A mandatory mention nobody has given: its article, what is wanted, and where it is given.

    `where` is a JSON pointer into what the caller sends, or the name of the page that holds it.
    """

    mention: Mention
    article: str
    because: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A letter as words: it may leave only when nothing is `missing`."""

    title: str
    paragraphs: Sequence[Paragraph]
    mentions: Sequence[Mention]
    missing: Sequence[Missing]
