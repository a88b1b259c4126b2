"""Outgoing mail written as RFC 5322 bytes: pure, one header out for one header in, whatever the words hold."""

import binascii
import hashlib
import re
import unicodedata
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.channels.errors import ChannelError
from app.channels.kit.addresses import normalise

_FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff\x85\u2028\u2029]")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=^_`{|}~ -]{1,60}")
_MESSAGE_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f]{1,900}>")
_TOKEN_SAFE = re.compile(r"[A-Za-z0-9!#$&+.^_`|~-]")
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,80}")
_LINE, _WORD_BYTES = 76, 42
REFERENCES_MAX = 20


class Unsendable(ChannelError):
    """What was to be sent cannot be written as a mail without changing its meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A piece to join."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A mail to write. `headers` are further fields whose values are plain ASCII words."""

    sender: str
    sender_name: str = ""
    recipient: str
    recipient_name: str = ""
    subject: str
    message_id: str
    text: str
    html: str | None = None
    reply_to: str | None = None
    in_reply_to: str | None = None
    references: Sequence[str] = ()
    headers: Sequence[tuple[str, str]] = ()
    files: Sequence[File] = ()


def compose(mail: Outgoing) -> bytes:
    """Returns the message with CRLF line ends, without Date: the hand that sends it knows the time.

    Raises `Unsendable` where a value holds a line end, a NUL or another control character (T78), where an address is
    not one, or where a message id is not one. Nothing is repaired: what an agent approved is what leaves.
    """
    fields = [
        ("From", _mailbox(mail.sender, name=mail.sender_name)),
        ("To", _mailbox(mail.recipient, name=mail.recipient_name)),
        ("Subject", header_text(mail.subject)),
        ("Message-ID", _identifier(mail.message_id)),
    ]
    if mail.reply_to:
        fields.append(("Reply-To", _mailbox(mail.reply_to, name="")))
    if mail.in_reply_to and _MESSAGE_ID.fullmatch(mail.in_reply_to):
        fields.append(("In-Reply-To", mail.in_reply_to))
    if references := _references(mail.references, mail.in_reply_to):
        fields.append(("References", "\r\n ".join(references)))
    fields += [(name, _plain(value)) for name, value in mail.headers]
    fields.append(("MIME-Version", "1.0"))
    head = b"".join(f"{name}: {value}\r\n".encode() for name, value in fields)
    return head + _body(mail)


def header_text(text: str) -> str:
    """Returns words as an unstructured header value, folded; encoded where ASCII could not carry or would betray them.

    A value that looks like an encoded-word is encoded too: no reader decodes what its author did not encode.
    """
    refuse_controls(text)
    if text.isascii() and "=?" not in text and "\t" not in text and text == text.strip() and _foldable(text):
        return _folded(text)
    return _encoded(text)


def date_field(rfc5322_date: str) -> bytes:
    """Returns the Date header line to put before a composed message."""
    return f"Date: {_plain(rfc5322_date)}\r\n".encode()


# --------------------------------------------------------------------------------------------------------- headers


def refuse_controls(text: str) -> None:
    """Raises `Unsendable` for a value with a line end of any script, a NUL or another control character."""
    if _FORBIDDEN.search(text):
        raise Unsendable("un en-tête contient un saut de ligne ou un caractère de contrôle")


def _plain(value: str) -> str:
    refuse_controls(value)
    if not value.isascii() or len(value) > 900:
        raise Unsendable("un en-tête technique n'est pas en ASCII")
    return value


def _identifier(value: str) -> str:
    if not _MESSAGE_ID.fullmatch(value) or not value.isascii():
        raise Unsendable("l'identifiant du message est mal formé")
    return value


def _references(references: Sequence[str], in_reply_to: str | None) -> list[str]:
    """The first and the latest: what threads need (RFC 5322 § 3.6.4). Strangers' ids that could break a line go."""
    wanted = [*references, *([in_reply_to] if in_reply_to else [])]
    known = [one for one in dict.fromkeys(wanted) if _MESSAGE_ID.fullmatch(one)]
    return known if len(known) <= REFERENCES_MAX else [known[0], *known[1 - REFERENCES_MAX :]]


def _mailbox(address: str, *, name: str) -> str:
    """`Name <address>`; a name is quoted or encoded, never left as a comment nor as a second address."""
    refuse_controls(name)
    normal = normalise(address)
    if normal is None or _FORBIDDEN.search(address):
        raise Unsendable("une adresse est mal formée")
    local, _, domain = normal.rpartition("@")
    spelt = f"<{local}@{ascii_domain(domain)}>"
    if not name.strip():
        return spelt
    shown = name.strip() if _ATOMS.fullmatch(name.strip()) else _encoded(name.strip())
    return f"{shown}\r\n {spelt}"


def ascii_domain(domain: str) -> str:
    """Returns a domain as DNS knows it (RFC 5891); a literal or ASCII domain is returned as it is."""
    if domain.isascii():
        return domain
    try:
        return unicodedata.normalize("NFC", domain).encode("idna").decode("ascii")
    except UnicodeError:
        raise Unsendable("le domaine d'une adresse ne s'écrit pas") from None


def _foldable(text: str) -> bool:
    return all(len(word) <= _LINE for word in text.split(" "))


def _folded(text: str) -> str:
    """Folds before single spaces only: unfolding gives back the very text (RFC 5322 § 2.2.3)."""
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > _LINE - 12 and word:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if lines or line else word
    return "\r\n ".join([*lines, line])


def _encoded(text: str) -> str:
    """Encoded-words of whole characters, at most 75 long each (RFC 2047 § 2)."""
    words: list[str] = []
    held = b""
    for char in text:
        data = char.encode()
        if len(held) + len(data) > _WORD_BYTES:
            words.append(held.decode())
            held = b""
        held += data
    words.append(held.decode())
    return "\r\n ".join(f"=?utf-8?B?{b64encode(word.encode()).decode()}?=" for word in words)


# ------------------------------------------------------------------------------------------------------------ body


def _body(mail: Outgoing) -> bytes:
    words = _text_part("plain", mail.text)
    if mail.html is not None:
        words = _multipart("alternative", [words, _text_part("html", mail.html)], seed=f"{mail.message_id}/words")
    if not mail.files:
        return words
    return _multipart("mixed", [words, *(_file_part(file) for file in mail.files)], seed=f"{mail.message_id}/whole")


def _text_part(kind: str, text: str) -> bytes:
    """Quoted-printable of LF-ended lines: no line is long, none is a lone dot, none begins with `From ` (T81)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if not lines.endswith("\n"):
        lines += "\n"
    data = binascii.b2a_qp(lines.encode("utf-8", "replace"), quotetabs=False, istext=True, header=False)
    data = re.sub(rb"(?m)^From ", b"=46rom ", re.sub(rb"(?m)^\.", b"=2E", data))
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + data.replace(b"\n", b"\r\n")


def _multipart(kind: str, parts: Sequence[bytes], *, seed: str) -> bytes:
    """`=_` cannot stand in quoted-printable nor base64, so that no content can hold the boundary (RFC 2045 § 6.7)."""
    boundary = f"=_parvis_{hashlib.sha256(seed.encode('utf-8', 'replace')).hexdigest()[:24]}"
    head = f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n\r\n'.encode()
    delimiter = f"--{boundary}\r\n".encode()
    return head + b"".join(delimiter + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()


def _file_part(file: File) -> bytes:
    refuse_controls(file.name)
    content_type = (
        file.content_type.lower() if _TYPE.fullmatch(file.content_type.lower()) else "application/octet-stream"
    )
    if content_type.startswith(("multipart/", "message/")):
        content_type = "application/octet-stream"  # base64 is forbidden to them (RFC 2045 § 6.4)
    head = (
        f"Content-Type: {content_type}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;\r\n {_filename(file.name)}\r\n\r\n"
    )
    encoded = b64encode(file.content)
    return head.encode() + b"\r\n".join(encoded[at : at + 76] for at in range(0, len(encoded), 76)) + b"\r\n"


def _filename(name: str) -> str:
    """`filename*` in numbered, percent-encoded sections (RFC 2231), which survive any length and any letter."""
    pieces = [
        char if _TOKEN_SAFE.fullmatch(char) else "".join(f"%{byte:02X}" for byte in char.encode()) for char in name
    ]
    sections, held = [], ""
    for piece in pieces:
        if len(held) + len(piece) > 50:
            sections.append(held)
            held = ""
        held += piece
    sections.append(held)
    if len(sections) == 1:
        return f"filename*=utf-8''{sections[0]}"
    prefix = ["utf-8''"] + [""] * (len(sections) - 1)
    return ";\r\n ".join(f"filename*{at}*={prefix[at]}{section}" for at, section in enumerate(sections))


def page(html: str) -> str:
    """Wraps sanitised HTML in a document mail readers agree on."""
    return f'<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8"></head><body>\n{html}\n</body></html>\n'
