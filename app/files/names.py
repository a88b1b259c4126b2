"""Names of pieces for people: never a path, never a trick, always something a browser saves."""

import re
import unicodedata
from urllib.parse import quote

from app.accents import without_accents

_LONGEST = 150
# Separators of both worlds, what Windows forbids, and what shells and old browsers would read as something else.
_UNSAFE = re.compile(r'[/\\:*?"<>|]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
# RFC 8187 §3.2.1, attr-char.
_ATTR_CHAR = "!#$&+-.^_`|~"
_FALLBACK = str.maketrans('"\\%;', "____")


def safe_name(raw: str | None, *, otherwise: str = "piece") -> str:
    """Returns a display name: NFKC, without controls nor invisible characters, separators, leading dots; 150 at most.

    Cleaned first and judged afterwards: a zero-width space before `.htaccess` or a full-width slash passes any check
    made in the other order (FreeScout CVE-2026-28289).
    """
    text = unicodedata.normalize("NFKC", raw or "")
    # Cc, Cf, Co, Cs, Cn: controls, right-to-left overrides and joiners, private, half and unknown characters.
    text = "".join(" " if c in "\t\n\r" else c for c in text if c in "\t\n\r" or unicodedata.category(c)[0] != "C")
    text = _UNSAFE.sub("_", text)
    text = " ".join(text.split()).strip(" .")
    if _DEVICES.fullmatch(text):
        text = f"_{text}"
    return _shortened(text) or otherwise


def content_disposition(kind: str, name: str) -> str:
    """Writes the header (RFC 6266) for `inline` or `attachment`: an ASCII name, then the true one (RFC 8187)."""
    clean = safe_name(name)
    letters = without_accents(clean.replace("œ", "oe").replace("Œ", "OE"))
    plain = letters.encode("ascii", "replace").decode("ascii").replace("?", "_").translate(_FALLBACK)
    header = f'{kind}; filename="{plain}"'
    return header if plain == clean else f"{header}; filename*=UTF-8''{quote(clean, safe=_ATTR_CHAR)}"


def _shortened(name: str) -> str:
    if len(name) <= _LONGEST:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 10:
        return name[:_LONGEST].rstrip(" .")
    return f"{stem[: _LONGEST - len(extension) - 1].rstrip(' .')}.{extension}"
