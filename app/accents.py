"""Letters without their accents, for words that are compared and never shown."""

import re
import unicodedata

_LATIN_MARKS = re.compile("[\u0300-\u036f]+")
# The marks of other scripts begin here: what holds none of these letters is done at the speed of an expression.
_FURTHER = re.compile("[\u0483-\U0010ffff]")


def without_accents(text: str) -> str:
    """Returns the text decomposed (NFKD) and without its combining marks; case stays."""
    bare = _LATIN_MARKS.sub("", unicodedata.normalize("NFKD", text))
    if _FURTHER.search(bare) is None:
        return bare
    return "".join(letter for letter in bare if not unicodedata.combining(letter))
