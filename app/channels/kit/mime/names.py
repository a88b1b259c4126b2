"""Names of pieces: normalised first, checked after, never empty, never a path."""

import re
import unicodedata

from app.channels.kit.headers import plain_name

NAME_MAX = 255
_SEPARATORS = re.compile(r"[/\\\u2044\u2215\u29f8\uff0f\uff3c:\u2028\u2029]")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_FORBIDDEN = str.maketrans(dict.fromkeys('<>"|?*', "_"))
_EXTENSIONS = {
    "application/pdf": ".pdf",
    "application/pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/pgp-encrypted": ".asc",
    "application/pgp-signature": ".asc",
    "application/zip": ".zip",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/png": ".png",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "message/feedback-report": ".txt",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
}


def safe_name(name: str) -> str | None:
    """Returns a file name that is only a name, or None when nothing is left of it.

    NFKC and the removal of invisible characters come before any check (T71, CVE-2026-28289: a zero-width space hid
    `.htaccess`). Separators and drive colons become `_`, leading dots and trailing dots and blanks go, and the result
    fits 255 bytes of UTF-8 with its extension kept.
    """
    text = plain_name(unicodedata.normalize("NFKC", name[:4096]), limit=4096)
    text = _SEPARATORS.sub("_", text).translate(_FORBIDDEN)
    text = plain_name(text, limit=4096).strip(". _") if set(text) <= set("._ ") else text.lstrip(". ").rstrip(". ")
    if _RESERVED.fullmatch(text):
        text = f"_{text}"
    return _shortened(text) or None


def made_up_name(content_type: str, *, number: int) -> str:
    """Returns the name of a piece that came without one, in French, from its type and place."""
    return f"piece-{number}{_EXTENSIONS.get(content_type, '.bin')}"


def _shortened(name: str) -> str:
    if len(name.encode("utf-8", "replace")) <= NAME_MAX:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension.encode("utf-8", "replace")) > 20:
        stem, dot, extension = name, "", ""
    room = NAME_MAX - len((dot + extension).encode("utf-8", "replace"))
    return stem.encode("utf-8", "replace")[:room].decode("utf-8", "ignore").rstrip(". ") + dot + extension
