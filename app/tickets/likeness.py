"""Whether a mail is the one another tool took down, or only bears its name. Pure; nothing a sender writes proves it alone.

Message-ID and From are chosen by whoever writes (RFC 5322 §3.6.4): what is taken for a copy starts no clock, so that it
must say the same, and our own boundary must not have refused to vouch for it (RFC 8601). In doubt they are two.
"""

import re
import unicodedata
from collections.abc import Mapping

_WORD = re.compile(r"\w+")
_REFUSED = frozenset({"fail", "softfail", "hardfail", "reject"})
_METHODS = ("dmarc", "spf", "dkim")


def same_words(one: str, other: str) -> bool:
    """Says whether two texts say the same: tools cut signatures and quotations off, so that one may hold the other.

    What says nothing is nobody's copy: of two mails without a word, the pieces are what was said.
    """
    first, second = _words(one), _words(other)
    return first is not None and second is not None and (first in second or second in first)


def fuller(one: str, other: str) -> bool:
    """Says whether the first text has words the second has not."""
    return len(_words(one) or "") > len(_words(other) or "")


def disowned(fields: Mapping[str, object]) -> bool:
    """Says whether our own boundary found that a mail is not from whom it names; where it is not asked, it is not."""
    if fields.get("identity_verified") is True:
        return False
    verdicts = fields.get("authentication")
    if not isinstance(verdicts, Mapping):
        return False
    told = [verdict for method in _METHODS if isinstance(verdict := verdicts.get(method), Mapping)]
    return any(verdict.get("result") in _REFUSED for verdict in told)


def _words(text: str) -> str | None:
    """Words alone, each between spaces: no tool keeps lines, links and punctuation as they came."""
    found = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return f" {' '.join(found)} " if found else None
