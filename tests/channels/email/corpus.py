"""Mails as thirty mail readers write them, made the same at every run, each with what must be read in it.

The shapes are those seen in the world: the order and case of headers, boundaries, charsets, transfer encodings, the ways of
naming a piece, parts in parts, forwarded mails, invitations, winmail.dat, boundaries nobody closes, headers that are missing.
"""

import random
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.header import Header
from quopri import encodestring
from urllib.parse import quote

MAILERS: Sequence[tuple[str, str]] = (
    ("Apple Mail (2.3826.200.121)", "Apple-Mail=_{:08X}-{:04X}"),
    ("iPhone Mail (22B83)", "Apple-Mail-{:08X}-{:04X}"),
    ("Microsoft Outlook 16.0", "----=_NextPart_000_{:04X}_01DB.{:08X}"),
    ("Microsoft Outlook Express 6.00", "----=_NextPart_{:03X}_{:04X}"),
    ("Outlook for iOS", "_000_{:X}.{:X}.prod_"),
    ("Microsoft-MacOutlook/16.90", "B_{:010d}_{:010d}"),
    ("Mozilla Thunderbird", "------------{:012X}{:012X}"),
    ("Zimbra 9.0.0_GA", "=_{:08x}-{:08x}"),
    ("Open-Xchange Mailer v7.10.6", "----=_Part_{:d}_{:d}.1762160000000"),
    ("Roundcube Webmail/1.6.9", "=_{:016x}{:016x}"),
    ("YahooMailIosMobile", "----=_Part_{:d}_{:d}.1762160000001"),
    ("Gmail", "000000000000{:012x}{:04x}"),
    ("Orange Webmail", "----=_Part_{:d}_{:d}.1762160000002"),
    ("laposte.net", "=-{:x}/{:x}"),
    ("SFR Mail", "----=_Part_{:d}_{:d}_sfr"),
    ("Bouygues Telecom Mail", "=_bbox_{:x}_{:x}"),
    ("Free Webmail", "_{:x}_{:x}_=_free"),
    ("ProtonMail", "b1_{:x}{:x}"),
    ("Tutanota", "------------{:x}----{:x}"),
    ("Infomaniak Mail", "_=_swift_{:x}_{:x}_=_"),
    ("Mail for Windows", "_{:X}_{:X}_"),
    ("Samsung Email", "--_com.samsung.android.email_{:d}{:d}"),
    ("BlueMail", "----{:X}{:X}"),
    ("K-9 Mail for Android", "----{:X}-{:X}"),
    ("Evolution 3.54", "=-{:x}+{:x}"),
    ("KMail", "nextPart{:d}.{:d}"),
    ("Lotus Notes Release 9.0", "=_alternative {:x} {:x}"),
    ("GroupWise 18", "=__Part{:X}.{:X}__="),
    ("PHPMailer 6.9", "b1={:x}_{:x}"),
    ("SOGoMail 5.11", "----=_=-_OpenGroupware_org_NGMime-{:d}-{:d}"),
    ("Novell NetMail", "boundary{:x}:{:x}"),
    ("eM Client/10.1", "------=_MB{:x}-{:x}"),
)
CHARSETS = ("utf-8", "iso-8859-1", "windows-1252", "iso-8859-15", "UTF-8")
ENCODINGS = ("quoted-printable", "base64", "8bit")
SHAPES = (
    "plain", "alternative", "mixed", "related", "nested", "forwarded", "calendar", "tnef", "unclosed", "bare", "preamble",
)  # fmt: skip
WORDS = "Monsieur le maire,\r\n\r\nLa clôture du préau a été cassée cet été : où déposer ma réclamation ?\r\nÀ bientôt"
SUBJECT = "Réclamation : clôture du préau n° {}"
NAME = "Pièce jointe n° {} à étudier.pdf"
CONTENT = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\nune piece\n"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 24


@dataclass(frozen=True, slots=True)
class Made:
    """A mail and what must be read in it."""

    label: str
    raw: bytes
    subject: str
    sender: str
    text: Sequence[str]
    pieces: Sequence[tuple[str, bytes]] = ()
    content_ids: Sequence[str] = ()


def corpus(count: int = 1_280) -> Iterator[Made]:
    """Makes the mails, the same at every run."""
    for number in range(count):
        yield _Maker(number).made()


class _Maker:
    def __init__(self, number: int) -> None:
        self._number, self._chance = number, random.Random(number)
        self._mailer, pattern = MAILERS[number % len(MAILERS)]
        self._boundaries = [pattern.format(number + 17, level + 1) for level in range(3)]
        self._charset = CHARSETS[(number // 3) % len(CHARSETS)]
        self._encoding = ENCODINGS[(number // 7) % len(ENCODINGS)]
        self._shape = SHAPES[number % len(SHAPES)]

    def made(self) -> Made:
        subject, sender = SUBJECT.format(self._number), f"usager{self._number}@example.fr"
        body, pieces, ids = self._body()
        label = f"{self._number} {self._mailer} {self._shape} {self._charset} {self._encoding}"
        raw = self._head(subject, sender) + body
        words = [line for line in WORDS.split("\r\n") if line]
        return Made(label, raw, subject, sender, words, pieces, ids)

    def _head(self, subject: str, sender: str) -> bytes:
        name = Header("Usagère Exemple", "utf-8").encode() if self._number % 3 else '"Exemple, Usagère"'
        lines = [f"From: {name} <{sender}>", "To: contact@example.org", f"Subject: {self._words(subject)}"]
        if self._shape != "bare":
            lines += [
                "Date: Tue, 10 Mar 2026 09:15:00 +0100",
                f"Message-ID: <{self._number}.{self._mailer[:3]}@example.fr>",
            ]
        lines += ["MIME-Version: 1.0", f"X-Mailer: {self._mailer}"]
        self._chance.shuffle(lines)
        if self._number % 5 == 0:
            lines = [line.replace("Subject:", "SUBJECT:").replace("From:", "from:") for line in lines]
        return ("\r\n".join(lines) + "\r\n").encode()

    def _words(self, subject: str) -> str:
        way = self._number % 4
        if way == 0:
            return Header(subject, "utf-8", maxlinelen=60).encode(linesep="\r\n")
        if way == 1:
            return (
                "=?iso-8859-1?Q?"
                + encodestring(subject.encode("latin-1"), header=True).decode().replace("=\n", "")
                + "?="
            )
        if way == 2:
            half = len(subject) // 2
            return "\r\n ".join(
                f"=?utf-8?B?{b64encode(one.encode()).decode()}?=" for one in (subject[:half], subject[half:])
            )
        return subject  # eight bits as they are, as some programs do

    def _text(self, *, kind: str = "plain") -> bytes:
        words = WORDS if kind == "plain" else "<p>" + WORDS.replace("\r\n", "<br>\r\n") + "</p>"
        data = words.encode(self._charset)
        if self._encoding == "base64":
            data = b"\r\n".join(b64encode(data)[at : at + 76] for at in range(0, 2 * len(data), 76)).strip()
        elif self._encoding == "quoted-printable":
            data = b"\r\n".join(
                encodestring(line).replace(b"=\n", b"=\r\n").rstrip(b"\n") for line in data.split(b"\r\n")
            )
        head = f'Content-Type: text/{kind}; charset="{self._charset}"\r\nContent-Transfer-Encoding: {self._encoding}\r\n\r\n'
        return head.encode() + data + b"\r\n"

    def _piece(self, content: bytes, name: str, *, more: str = "", kind: str = "application/pdf") -> bytes:
        ways = (
            f"attachment; filename*=UTF-8''{quote(name)}",
            f'attachment; filename="{Header(name, "utf-8", maxlinelen=400).encode()}"',
            f'attachment; filename="{name}"',
            f"attachment;\r\n filename*0*=UTF-8''{quote(name[:9])};\r\n filename*1*={quote(name[9:])}",
        )
        head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n{more}"
        return f"{head}Content-Disposition: {ways[self._number % 4]}\r\n\r\n".encode() + b64encode(content) + b"\r\n"

    def _parts(self, kind: str, *inside: bytes, level: int = 0, closed: bool = True) -> bytes:
        mark = self._boundaries[level]
        lines = b"".join(f"--{mark}\r\n".encode() + one for one in inside)
        head = f'Content-Type: multipart/{kind};\r\n boundary="{mark}"\r\n\r\n'.encode()
        return head + lines + (f"--{mark}--\r\n".encode() if closed else b"")

    def _body(self) -> tuple[bytes, Sequence[tuple[str, bytes]], Sequence[str]]:
        both = (self._text(), self._text(kind="html"))
        name = NAME.format(self._number)
        piece = self._piece(CONTENT, name)
        match self._shape:
            case "plain" | "bare":
                return self._text(), (), ()
            case "alternative":
                return self._parts("alternative", *both), (), ()
            case "related":
                more = "Content-ID: <image001@example.fr>\r\n"
                picture = self._piece(PICTURE, "image001.png", more=more, kind="image/png")
                held = self._parts("related", both[1], picture, level=1)
                return self._parts("alternative", both[0], held), [("image001.png", PICTURE)], ["image001@example.fr"]
            case "nested":
                held = self._parts("mixed", self._parts("alternative", *both, level=2), piece, level=1)
                return self._parts("mixed", held), [(name, CONTENT)], ()
            case "forwarded":
                inner = (
                    b"Content-Type: message/rfc822\r\n\r\nFrom: autre@example.fr\r\nSubject: dedans\r\n\r\nDEDANS\r\n"
                )
                return self._parts("mixed", self._text(), inner), (), ()
            case "calendar":
                event = b"Content-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
                return self._parts("alternative", *both, event), (), ()
            case "tnef":
                winmail = self._piece(b"\x78\x9f\x3e\x22\x01\x00", "winmail.dat", kind="application/ms-tnef")
                return self._parts("mixed", self._text(), winmail), [("winmail.dat", b"\x78\x9f\x3e\x22\x01\x00")], ()
            case "unclosed":
                return self._parts("mixed", self._text(), piece, closed=False), [(name, CONTENT)], ()
            case "preamble":
                whole = self._parts("mixed", self._text(), piece)
                return (
                    whole.replace(b"\r\n\r\n", b"\r\n\r\nThis is a multi-part message in MIME format.\r\n", 1),
                    [(name, CONTENT)],
                    (),
                )
            case _:
                return self._parts("mixed", self._text(), piece), [(name, CONTENT)], ()
