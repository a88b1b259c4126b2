"""XML of others, read: one document, of characters that were decoded first, without a document type. Pure.

Entities are declared in a document type alone; refusing it leaves nothing to expand and nothing to fetch (XML 1.0 §2.8, §4).
It is looked for in the characters, not in the bytes: UTF-16, or a code page named in the first line, writes `<!DOCTYPE` with
other bytes.
"""

import re
from xml.etree import ElementTree as ET

# What says how it is written; read up to where the name must stand.
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,120}?\sencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_CHARSETS = {
    "utf-8": "utf-8-sig",
    "utf8": "utf-8-sig",
    "us-ascii": "ascii",
    "iso-8859-1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "cp1252",
}
_WIDE = (b"\xff\xfe", b"\xfe\xff")


class NotXml(ValueError):
    """The bytes are no XML document this house reads; the message is for a person."""


def root_of(body: bytes) -> ET.Element:
    """Returns the root of a document. Raises `NotXml`."""
    text = _characters(body)
    # A NUL is no character of XML; expat takes bytes that hold some for UTF-16, and would read another document than we.
    if "\0" in text or "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise NotXml("le document XML a un type de document ou des caractères interdits")
    try:
        return ET.fromstring(text)  # noqa: S314 — no document type: nothing expands, nothing is fetched
    except (ET.ParseError, ValueError) as error:
        raise NotXml(f"le document XML est mal formé : {error}"[:300]) from error


def local_name(element: ET.Element) -> str:
    """Returns the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def _characters(body: bytes) -> str:
    declared = _DECLARED.match(body.removeprefix(b"\xef\xbb\xbf"))
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    charset = "utf-16" if body.startswith(_WIDE) else _CHARSETS.get(name)
    if charset is None:
        raise NotXml(f"le document XML est écrit en {name}, qui n'est pas lu ici")
    try:
        return body.decode(charset)
    except UnicodeDecodeError as error:
        raise NotXml("le document XML n'est pas écrit comme il l'annonce") from error
