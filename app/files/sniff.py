"""What a piece is served as: decided from its bytes and an allow-list, hardly from what its sender says."""

from collections.abc import Mapping
from dataclasses import dataclass

import filetype

from app.files.names import content_disposition

OPAQUE = "application/octet-stream"
# Shown in the page; everything else is saved. No SVG, no HTML: both run scripts.
_INLINE = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "application/pdf"})
# Recognised by their first bytes and harmless to name; programs and archives of programs stay opaque.
_RECOGNISED = _INLINE | {
    "image/apng", "image/avif", "image/bmp", "image/heic", "image/jpx", "image/tiff",
    "audio/aac", "audio/amr", "audio/flac", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/x-wav", "audio/wav",
    "video/3gpp", "video/mp4", "video/mpeg", "video/quicktime", "video/webm", "video/x-m4v", "video/x-msvideo",
    "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint", "application/rtf",
    "application/epub+zip", "application/zip",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip
# Without first bytes of their own: the sender is believed, if it is text, because none of them runs and all are saved.
_TEXTS = frozenset({"text/plain", "text/csv", "text/calendar", "text/vcard", "application/json", "message/rfc822"})
_MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml", b"<iframe", b"<math", b"<xsl")
_HEAD = 8192
# After GitHub's policy for raw files; `sandbox` takes scripts, forms and the origin away from whatever is shown.
_POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"


@dataclass(frozen=True, slots=True)
class Served:
    """The type a piece is served as, and `inline` or `attachment`."""

    content_type: str
    disposition: str

    def headers(self, name: str) -> Mapping[str, str]:
        """Returns every header a download needs, so that no route forgets one."""
        return {
            "Content-Type": self.content_type,
            "Content-Disposition": content_disposition(self.disposition, name),
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "private, no-store",
        }


def harmless() -> list[str]:
    """Returns every type a piece may be served as besides `OPAQUE`, in order."""
    return sorted(_RECOGNISED | _TEXTS)


def sniff(content: bytes, *, claimed: str = OPAQUE) -> Served:
    """Decides how a content is served; `claimed` is the sender's word, with or without parameters."""
    claim = claimed.partition(";")[0].strip().lower()
    kind = _recognised(content[:_HEAD], claim)
    return Served(kind, "inline" if kind in _INLINE else "attachment")


def _recognised(head: bytes, claim: str) -> str:
    guess = filetype.guess(head)
    if guess is None:
        return _as_text(head, claim)
    found = str(guess.mime)
    if found == "application/zip" and claim.startswith("application/vnd.o") and claim in _RECOGNISED:
        return claim  # an office document whose first entry is not the usual one
    return found if found in _RECOGNISED else OPAQUE


def _as_text(head: bytes, claim: str) -> str:
    if claim not in _TEXTS or b"\0" in head or (claim != "message/rfc822" and _holds_markup(head)):
        return OPAQUE
    # Its charset is not ours to guess: the saved file has it, whatever it is.
    return claim


def _holds_markup(head: bytes) -> bool:
    lowered = head.lower()
    return any(mark in lowered for mark in _MARKUP)
