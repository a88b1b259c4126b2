"""French spaces in our own sentences: a colon or a question mark never begins a line.

Done once on the source of the templates, never on what citizens wrote.
"""

import re

from jinja2.ext import Extension

_NO_BREAK, _THIN = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
_END = r"(?=[\s<\"{)]|$)"
_BEFORE_WIDE = re.compile(rf" ([:»]){_END}", re.MULTILINE)
_BEFORE_THIN = re.compile(rf" ([;?!]){_END}", re.MULTILINE)


class FrenchSpaces(Extension):
    """Ties « » : ; ! ? to their words in the templates."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        return tied(source)


def tied(text: str) -> str:
    text = _BEFORE_WIDE.sub(rf"{_NO_BREAK}\1", text)
    return _BEFORE_THIN.sub(rf"{_THIN}\1", text).replace("« ", f"«{_NO_BREAK}")
