"""The pieces of a mail: everything that is not its words, whole, hashed, under a name that is only a name."""

import hashlib
from dataclasses import dataclass, field

import filetype

from app.channels.kit.headers import decode_words, one_line, parameterised, text_of
from app.channels.kit.mime.defects import Defect, Defects
from app.channels.kit.mime.fields import read_block
from app.channels.kit.mime.limits import DEFAULT_LIMITS
from app.channels.kit.mime.names import made_up_name, safe_name
from app.channels.kit.mime.structure import Part

_UNTYPED = frozenset(
    {"application/octet-stream", "application/x-unknown", "application/unknown", "binary/octet-stream"}
)
_SNIFFED_BYTES = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One attachment: its bytes are never opened, only counted and hashed."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    sha256: str
    content_id: str | None
    inline: bool
    embedded: bool


def disposition_of(part: Part) -> str:
    """Returns `inline`, `attachment`, another word, or nothing (RFC 2183)."""
    raw = part.fields.first("content-disposition")
    return parameterised(raw).value if raw else ""


def file_name(part: Part) -> str:
    """Returns the file name as its sender gave it; unsafe until `safe_name` has seen it."""
    raw = part.fields.first("content-disposition")
    given = parameterised(raw).parameters.get("filename", "") if raw else ""
    return given or part.parameters.parameters.get("name", "")


def read_piece(part: Part, content: bytes, *, number: int, defects: Defects) -> Piece:
    """Returns the piece a part holds. A type nobody announced is guessed from the first bytes."""
    content_type = part.content_type if not part.multipart else "text/plain"
    if content_type in _UNTYPED and (guess := filetype.guess_mime(content[:_SNIFFED_BYTES])):
        content_type = guess
    content_id = part.fields.first("content-id")
    return Piece(
        name=_name(part, content, content_type, number=number, defects=defects),
        content_type=content_type,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        content_id=one_line(text_of(content_id), limit=250).strip("<> ") or None if content_id else None,
        inline=disposition_of(part) == "inline" or (content_id is not None and disposition_of(part) != "attachment"),
        embedded=part.embedded,
    )


def _name(part: Part, content: bytes, content_type: str, *, number: int, defects: Defects) -> str:
    given = file_name(part)
    if not given and content_type == "message/rfc822":
        given = _subject_of(content)
        return f"{safe_name(given[:120]) or f'message-joint-{number}'}.eml"
    name = safe_name(given)
    if given and name != given.strip():
        defects.note(Defect.NAME)
    if name and name.lower() == "winmail.dat":
        defects.note(Defect.TNEF)
    return name or made_up_name(content_type, number=number)


def _subject_of(content: bytes) -> str:
    """A joined message is named after its subject; nothing else of its headers is ever used."""
    block = read_block(content, 0, len(content), limits=DEFAULT_LIMITS, defects=Defects())
    subject = block.fields.first("subject")
    return decode_words(text_of(subject[:1000])) if subject else ""
