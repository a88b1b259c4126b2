"""French as letters print it: spaces that never break, curly apostrophes, dates nobody cuts.

Done once on our own sentences, never on what a person wrote.
"""

import re
from datetime import date
from functools import lru_cache

from app.sve.law.reasons import in_french

NO_BREAK, THIN = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
_ARTICLE = re.compile(r"\b([LRDA])\. (\d)")
_PLAIN = str.maketrans({NO_BREAK: " ", THIN: " ", "\N{RIGHT SINGLE QUOTATION MARK}": "'", "…": "..."})


def fr(sentence: str, **values: str) -> str:
    """Fills one of our sentences; what the values hold is left exactly as it is."""
    return tied(sentence).format(**values)


@lru_cache(maxsize=512)
def tied(sentence: str) -> str:
    """Ties « » : ; ? ! n° and article letters to their words, and curls apostrophes."""
    text = sentence.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
    text = text.replace(" :", f"{NO_BREAK}:").replace(" »", f"{NO_BREAK}»").replace("« ", f"«{NO_BREAK}")
    for mark in ";?!":
        text = text.replace(f" {mark}", f"{THIN}{mark}")
    return _ARTICLE.sub(rf"\1.{NO_BREAK}\2", text).replace("n° ", f"n°{NO_BREAK}")


def day(on: date) -> str:
    """1er mars 2026, on one line."""
    return in_french(on).replace(" ", NO_BREAK)


def plain(text: str) -> str:
    """Writes the same words with the characters every telephone has: a special space doubles the price of an SMS."""
    return text.translate(_PLAIN)
