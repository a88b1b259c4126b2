"""Mails made for the tests: a plain one to vary, and members of every hostile class, each small to describe."""

import zlib
from base64 import b64encode
from collections.abc import Callable

HEAD = (
    b"Return-Path: <usager@example.fr>\r\n"
    b"Received: from mx.example.fr (mx.example.fr [192.0.2.10]) by mx.example.org with ESMTPS; "
    b"Tue, 10 Mar 2026 09:15:00 +0100\r\n"
)


def mail(
    body: bytes | str = "Bonjour.",
    *,
    sender: str | None = "Usager <usager@example.fr>",
    to: str = "contact@example.org",
    subject: str | None = "Demande",
    date: str | None = "Tue, 10 Mar 2026 09:15:00 +0100",
    message_id: str | None = "<m1@example.fr>",
    content_type: str = "text/plain; charset=utf-8",
    extra: str = "",
    head: bytes = HEAD,
) -> bytes:
    """One mail; None leaves a header out, `extra` holds whole header lines ended by CRLF."""
    named = {"From": sender, "To": to, "Subject": subject, "Date": date, "Message-ID": message_id}
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value is not None)
    lines += f"MIME-Version: 1.0\r\nContent-Type: {content_type}\r\n{extra}\r\n"
    return head + lines.encode() + (body.encode() if isinstance(body, str) else body)


def parts(*bodies: bytes, kind: str = "mixed", boundary: str = "BND", closed: bool = True, **headers: str) -> bytes:
    """A multipart mail made of whole parts, headers included."""
    delimiter = f"--{boundary}\r\n".encode()
    body = b"".join(delimiter + part + b"\r\n" for part in bodies)
    body += f"--{boundary}--\r\n".encode() if closed else b""
    return mail(body, content_type=f'multipart/{kind}; boundary="{boundary}"', **headers)


def part(content: bytes | str, *, content_type: str = "text/plain; charset=utf-8", extra: str = "") -> bytes:
    data = content.encode() if isinstance(content, str) else content
    return f"Content-Type: {content_type}\r\n{extra}\r\n".encode() + data


def piece(content: bytes, *, disposition: str, content_type: str = "application/octet-stream") -> bytes:
    extra = f"Content-Transfer-Encoding: base64\r\nContent-Disposition: {disposition}\r\n"
    return part(b64encode(content), content_type=content_type, extra=extra)


def nested_multiparts(depth: int) -> bytes:
    opening = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level) for level in range(depth)
    )
    closing = b"".join(b"\r\n--b%d--\r\n" % level for level in reversed(range(depth)))
    return HEAD + b"From: usager@example.fr\r\nSubject: fond\r\n" + opening + b"\r\nAU-FOND" + closing


def nested_same_boundary(depth: int) -> bytes:
    return HEAD + b"From: usager@example.fr\r\n" + b'Content-Type: multipart/mixed; boundary="a"\r\n\r\n--a\r\n' * depth


def nested_messages(depth: int) -> bytes:
    return HEAD + b"From: usager@example.fr\r\nContent-Type: message/rfc822\r\n\r\n" * depth + b"Subject: x\r\n\r\nx"


def many_parts(count: int) -> bytes:
    return parts(*[part(f"p{number}") for number in range(count)])


def zip_bomb() -> bytes:
    return zlib.compress(bytes(30 * 2**20), 9)


# Each is (why, bytes made on demand): the child that measures them makes them one at a time.
HEAVY: dict[str, Callable[[], bytes]] = {
    "150 levels": lambda: nested_multiparts(150),
    "5,000 levels": lambda: nested_multiparts(5_000),
    "20,000 levels of one boundary": lambda: nested_same_boundary(20_000),
    "5,000 joined messages": lambda: nested_messages(5_000),
    "20,000 parts": lambda: many_parts(20_000),
    "a million delimiters": lambda: mail(b"--B\r\n" * 1_000_000, content_type='multipart/mixed; boundary="B"'),
    "a million near-delimiters": lambda: mail(b"--Bx\r\n" * 1_000_000, content_type='multipart/mixed; boundary="B"'),
    "1 MB subject": lambda: mail(subject="a" * 2**20),
    "1 MB subject of spaces": lambda: mail(subject="a" + " " * 2**20 + "b"),
    "30,000 encoded-words": lambda: mail(subject="=?utf-8?Q?=C3=A9?= " * 30_000),
    "30,000 unfinished encoded-words": lambda: mail(subject="=?utf-8?Q?" * 30_000),
    "10,000 headers": lambda: mail(extra="".join(f"X-H{n}: v\r\n" for n in range(10_000))),
    "a million headers": lambda: mail(extra="X: v\r\n" * 1_000_000),
    "10 MB header": lambda: mail(extra="X-Long: " + "a" * (10 * 2**20) + "\r\n"),
    "10 MB of folded header": lambda: mail(extra="X-Long: a\r\n" + " a\r\n" * (2 * 2**20)),
    "10 MB without a colon": lambda: b"a" * (10 * 2**20),
    "3,000 hops": lambda: mail(head=HEAD * 3_000),
    "20,000 hops": lambda: mail(head=HEAD * 20_000),
    "50,000 blank lines first": lambda: b"\r\n" * 50_000 + mail(),
    "a million blank lines within": lambda: mail("Bonjour\n" + "\n" * 1_000_000 + "FIN"),
    "100,000 recipients": lambda: mail(to=", ".join(["usager@example.fr"] * 100_000)),
    "nested comments": lambda: mail(to="(" * 200_000),
    "lone quotes": lambda: mail(to='"' + '\\"' * 100_000),
    "open angles": lambda: mail(sender="<" * 100_000),
    "10,000 references": lambda: mail(
        extra="References: " + " ".join(f"<{n}@example.fr>" for n in range(10_000)) + "\r\n"
    ),
    "20,000 parameters": lambda: mail(content_type="text/plain" + "".join(f"; a{n}=b" for n in range(20_000))),
    "20,000 continuations": lambda: mail(content_type="text/plain" + "".join(f"; n*{n}=b" for n in range(20_000))),
    "open parameter quotes": lambda: mail(content_type='text/plain; a="' + '\\"; b="' * 20_000),
    "3,000 nested div": lambda: mail("<div>" * 3_000 + "FIN", content_type="text/html"),
    "5 MB of unclosed tags": lambda: mail("<b>" * 1_700_000 + "FIN", content_type="text/html"),
    "4 MB of less-than": lambda: mail("<" * 4_000_000, content_type="text/html"),
    "4 MB of ampersands": lambda: mail("&" * 4_000_000, content_type="text/html"),
    "open attribute quotes": lambda: mail('<a "' * 700_000, content_type="text/html"),
    "open comments": lambda: mail("<!--" * 700_000, content_type="text/html"),
    "an attribute bomb": lambda: mail(
        "<a " + " ".join(f"a{n}=1" for n in range(200_000)) + ">x</a>", content_type="text/html"
    ),
    "a formatting bomb": lambda: mail(
        "<p>y".join(f"<font color=c{n}>" for n in range(390)) + "<p>y" * 30_000, content_type="text/html"
    ),
    "open tables": lambda: mail("<table><tr><td>" * 20_000 + "FIN", content_type="text/html"),
    "20 MB base64": lambda: parts(piece(bytes(15 * 2**20), disposition='attachment; filename="a.bin"')),
    "broken base64": lambda: mail(b"QQ==" * 1_000_000, extra="Content-Transfer-Encoding: base64\r\n"),
    "quoted-printable of equals": lambda: mail(
        b"= " * 2_000_000, extra="Content-Transfer-Encoding: quoted-printable\r\n"
    ),
    "5 MB of quotation": lambda: mail("> " * 10 + "Le 3 nov. 2025 à 10:12\n" * 200_000),
    "a line of 5 MB": lambda: mail("Le " * 1_700_000),
    "a zip bomb": lambda: parts(part("Voir."), piece(zip_bomb(), disposition='attachment; filename="a.zip"')),
    "punycode charset": lambda: mail("a-" + "b" * 200_000, content_type="text/plain; charset=punycode"),
    "zlib charset": lambda: mail(zip_bomb(), content_type="text/plain; charset=zlib"),
    "over the size": lambda: mail(b"a" * (41 * 2**20)),
}
