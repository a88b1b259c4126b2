"""Text with holes: `{name}` and nothing else, each filled in as the place it stands in asks for.

No expression, no attribute, no format: what an administrator writes cannot run, and what a citizen's words hold cannot
leave their place.
"""

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

NAMES = frozenset({"to", "to_digits", "text", "from", "ref", "secret", "status_url"})
_HOLE = re.compile(r"\{([a-z_]+)\}")


def checked(template: str) -> str:
    """Returns a template whose holes are all known. Raises `ValueError` with the unknown one."""
    for name in _HOLE.findall(template):
        if name not in NAMES:
            raise ValueError(f"{name} is not a known hole; there are: {', '.join(sorted(NAMES))}")
    return template


def filled(template: str, values: Mapping[str, str], *, written: Callable[[str], str]) -> str:
    """Fills the holes, in one pass: what a value holds is never looked into."""
    return _HOLE.sub(lambda hole: written(values.get(hole[1], "")), template)


def writer(content_type: str) -> Callable[[str], str]:
    """Returns how a value is written inside a body of that type."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind.endswith("json"):
        return lambda value: json.dumps(value, ensure_ascii=False)[1:-1]
    if kind.endswith("xml"):
        return lambda value: escape(_storable(value), {'"': "&quot;", "'": "&apos;"})
    if kind == "application/x-www-form-urlencoded":
        return quote_plus
    return lambda value: value


def in_url(value: str) -> str:
    return quote(value, safe="")


def in_header(value: str) -> str:
    """A header holds one line of ASCII."""
    return " ".join(value.split()).encode("ascii", "replace").decode()


def _storable(value: str) -> str:
    return "".join(char for char in value if char in "\t\n\r" or char >= " ")
