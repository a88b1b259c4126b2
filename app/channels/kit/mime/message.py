"""One mail read into values: its fields, all of its words, its pieces, and what was wrong with it."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from app.channels.errors import Unreadable
from app.channels.kit.charsets import clean_text, decode
from app.channels.kit.headers import Parameterised
from app.channels.kit.mime.body import Body, Segment
from app.channels.kit.mime.defects import Defect, Defects
from app.channels.kit.mime.fields import Fields, read_block, skip_leading
from app.channels.kit.mime.limits import DEFAULT_LIMITS, Limits
from app.channels.kit.mime.pieces import Piece, disposition_of, file_name, read_piece
from app.channels.kit.mime.structure import Part, Tree, read_tree
from app.channels.kit.mime.transfer import decode_transfer

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_NESTED = re.compile(rb"message/rfc822", re.IGNORECASE)
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_REPORT_TYPES = frozenset(
    {"message/delivery-status", "message/global-delivery-status", "message/feedback-report",
     "message/disposition-notification", "message/global-disposition-notification"}
)  # fmt: skip
_RETURNED_TYPES = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"})
_HEAD_READ = 64 * 2**10


@dataclass(frozen=True, slots=True)
class ReportPart:
    """A machine-readable part of a report (RFC 6522), or the message it returns: type and decoded bytes."""

    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail as read. `text` holds every visible word, `html` is sanitised, pieces are complete."""

    fields: Fields
    content_type: Parameterised
    text: str | None
    html: str | None
    pieces: Sequence[Piece]
    reports: Sequence[ReportPart]
    returned: Sequence[ReportPart]
    types: frozenset[str]
    body_digest: str
    raw_digest: str
    truncated: bool
    defects: Defects


def read_mail(raw: bytes, *, limits: Limits = DEFAULT_LIMITS) -> Mail:
    """Reads any bytes as a mail, within bounds; raises `Unreadable` only when they hold none."""
    defects = Defects()
    if not raw or raw.isspace():
        raise Unreadable("le message est vide")
    if b"\n" not in raw[:_HEAD_READ] and b"\r" in raw[:_HEAD_READ]:
        defects.note(Defect.LINE_ENDS)
        raw = raw.replace(b"\r", b"\n")
    start = skip_leading(raw, defects=defects)
    if start >= len(raw):
        raise Unreadable("le message est vide")
    if len(raw) > limits.max_bytes:
        return _headers_only(raw, start, limits=limits, defects=defects)
    tree = read_tree(raw, start=start, limits=limits, defects=defects)
    if not tree.root.fields.items and _BINARY.search(raw, start, start + _HEAD_READ):
        raise Unreadable("ces octets ne sont pas un message : aucun en-tête, et pas de texte")
    return _Reader(raw, limits, defects).read(tree)


def read_headers(raw: bytes, *, limits: Limits = DEFAULT_LIMITS) -> Fields:
    """Reads the fields only: of a returned message, or of a report's group."""
    return read_block(raw, skip_leading(raw, defects=Defects()), len(raw), limits=limits, defects=Defects()).fields


def _headers_only(raw: bytes, start: int, *, limits: Limits, defects: Defects) -> Mail:
    defects.note(Defect.SIZE)
    block = read_block(raw, start, len(raw), limits=limits, defects=defects)
    return Mail(
        fields=block.fields,
        content_type=Parameterised("text/plain", {}),
        text=None,
        html=None,
        pieces=(),
        reports=(),
        returned=(),
        types=frozenset(),
        body_digest=_digest(raw),
        raw_digest=_digest(raw),
        truncated=True,
        defects=defects,
    )


class _Reader:
    def __init__(self, raw: bytes, limits: Limits, defects: Defects) -> None:
        self._raw = raw
        self._limits = limits
        self._defects = defects
        self._pieces: list[Piece] = []
        self._reports: list[ReportPart] = []
        self._returned: list[ReportPart] = []

    def read(self, tree: Tree) -> Mail:
        types = frozenset(part.content_type for part in _walk(tree.root))
        self._note_types(types)
        segments: list[Segment] = []
        for leaf in tree.leaves:
            segment = self._leaf(leaf, first=not segments, whole=leaf is tree.root)
            if segment is not None:
                segments.append(segment)
        body = Body.of(segments, limit=self._limits.text_chars, defects=self._defects)
        if body.text is None and body.html is None and not self._pieces:
            self._defects.note(Defect.EMPTY)
        hashed = (body.digest_source, *sorted(piece.sha256.encode() for piece in self._pieces))
        return Mail(
            fields=tree.root.fields,
            content_type=tree.root.parameters,
            text=body.text,
            html=body.html,
            pieces=tuple(self._pieces),
            reports=tuple(self._reports),
            returned=tuple(self._returned),
            types=types,
            body_digest=_digest(b"\0".join(hashed)),
            raw_digest=_digest(self._raw),
            truncated=False,
            defects=self._defects,
        )

    def _leaf(self, leaf: Part, *, first: bool, whole: bool) -> Segment | None:
        data = self._content(leaf)
        kind = leaf.content_type
        if kind in _REPORT_TYPES:
            self._reports.append(ReportPart(kind, data))
        elif kind in _RETURNED_TYPES:
            self._returned.append(ReportPart(kind, data))
            if kind == "message/rfc822" and self._too_nested(data):
                self._defects.note(Defect.DEPTH, detail=f"{self._limits.nested_messages} messages joints")
        elif kind.startswith("text/") and self._is_body(leaf, first=first, whole=whole):
            return self._segment(leaf, data)
        self._pieces.append(read_piece(leaf, data, number=len(self._pieces) + 1, defects=self._defects))
        return None

    def _content(self, leaf: Part) -> bytes:
        data = self._raw[leaf.start : leaf.end]
        if leaf.verbatim or leaf.multipart:
            return data
        encoding = leaf.fields.first("content-transfer-encoding")
        return decode_transfer(data, encoding=encoding, defects=self._defects)

    def _is_body(self, leaf: Part, *, first: bool, whole: bool) -> bool:
        """Words are shown as words unless their sender made a file of them."""
        if leaf.content_type in {
            "text/calendar",
            "text/csv",
            "text/vcard",
            "text/x-vcard",
            "text/xml",
            "text/x-amp-html",
        }:
            return False
        disposition = disposition_of(leaf)
        if disposition == "attachment":
            return False
        return (first and (whole or disposition == "inline")) or not file_name(leaf)

    def _segment(self, leaf: Part, data: bytes) -> Segment:
        declared = leaf.parameters.parameters.get("charset")
        html = leaf.content_type == "text/html"
        if html and not declared and (found := _META_CHARSET.search(data, 0, 2048)):
            declared = found[1].decode("ascii")
        decoded = decode(data, declared=declared)
        if decoded.doubtful:
            self._defects.note(Defect.CHARSET)
        text = clean_text(decoded.text)
        if len(text) != len(decoded.text):
            self._defects.note(Defect.CONTROL)
        self._note_pgp(text)
        return Segment(text.replace("\r\n", "\n").replace("\r", "\n"), html=html, group=leaf.group)

    def _too_nested(self, data: bytes) -> bool:
        beyond = islice(_NESTED.finditer(data), self._limits.nested_messages, None)
        return next(beyond, None) is not None

    def _note_pgp(self, text: str) -> None:
        if "-----BEGIN PGP MESSAGE-----" in text:
            self._defects.note(Defect.ENCRYPTED)
        elif "-----BEGIN PGP SIGNED MESSAGE-----" in text:
            self._defects.note(Defect.SIGNED)

    def _note_types(self, types: frozenset[str]) -> None:
        for names, defect in _TELLING_TYPES:
            if not types.isdisjoint(names):
                self._defects.note(defect)


_TELLING_TYPES = (
    ({"multipart/signed", "application/pkcs7-signature", "application/x-pkcs7-signature"}, Defect.SIGNED),
    ({"multipart/encrypted", "application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"},
     Defect.ENCRYPTED),
    ({"application/ms-tnef", "application/vnd.ms-tnef"}, Defect.TNEF),
    ({"text/calendar", "application/ics"}, Defect.CALENDAR),
    ({"message/external-body", "message/partial"}, Defect.EXTERNAL),
)  # fmt: skip


def _walk(root: Part) -> Iterator[Part]:
    pending = [root]
    while pending:
        part = pending.pop()
        yield part
        pending.extend(part.children)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
