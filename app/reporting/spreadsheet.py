"""Lines as an OpenDocument spreadsheet (ISO/IEC 26300), written as they come: fifty thousand need no memory.

Every cell is typed, so none can become a formula. Bytes depend on the lines alone.
"""

import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from app.reporting.cells import Cell

MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"'
    for name, urn in (
        *(("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"), ("number", "datastyle")),
        ("fo", "xsl-fo-compatible"),
    )
)
_HEAD = (
    f'{_XML}<office:document-content {_NAMESPACES} office:version="1.3"><office:automatic-styles>'
    '<number:date-style style:name="N1"><number:year number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/>'
    "</number:date-style>"
    '<number:date-style style:name="N2"><number:year number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/>'
    '<number:text> </number:text><number:hours number:style="long"/><number:text>:</number:text>'
    '<number:minutes number:style="long"/></number:date-style>'
    '<style:style style:name="day" style:family="table-cell" style:data-style-name="N1"/>'
    '<style:style style:name="instant" style:family="table-cell" style:data-style-name="N2"/>'
    '<style:style style:name="heading" style:family="table-cell"><style:text-properties fo:font-weight="bold"/>'
    "</style:style></office:automatic-styles><office:body><office:spreadsheet>"
)
_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"
_MANIFEST = (
    f'{_XML}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
    f'manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:version="1.3" '
    f'manifest:media-type="{MEDIA_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


class Spreadsheet:
    """A file being written, one table in it: `add` lines, then `close`."""

    def __init__(self, file: IO[bytes], *, table: str, headings: Sequence[str]) -> None:
        self._archive = zipfile.ZipFile(file, "w")
        # First and not compressed: what tells the type of the file (OpenDocument part 2, §3.3).
        self._archive.writestr(_entry("mimetype", zipfile.ZIP_STORED), MEDIA_TYPE)
        self._archive.writestr(_entry("META-INF/manifest.xml"), _MANIFEST)
        self._content = self._archive.open(_entry("content.xml"), "w", force_zip64=True)
        name = quoteattr(_allowed(table))
        columns = f'<table:table-column table:number-columns-repeated="{len(headings)}"/>'
        first = "".join(_text(heading, style=' table:style-name="heading"') for heading in headings)
        self._write(f"{_HEAD}<table:table table:name={name}>{columns}")
        self._write(f"<table:table-header-rows><table:table-row>{first}</table:table-row></table:table-header-rows>")

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        self._write("".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows))

    def close(self) -> None:
        self._write(_TAIL)
        self._content.close()
        self._archive.close()

    def _write(self, text: str) -> None:
        self._content.write(text.encode())


def _cell(cell: Cell) -> str:
    match cell:
        case None:
            return "<table:table-cell/>"
        case datetime():
            # The instant in the administration's own time: OpenDocument dates have no zone (§19.370).
            value = cell.replace(tzinfo=None).isoformat(timespec="seconds")
            return _dated(value, shown=value.replace("T", " ")[:16], style="instant")
        case date():
            return _dated(cell.isoformat(), shown=cell.isoformat(), style="day")
        case int() | Decimal():
            number = str(cell) if isinstance(cell, int) else f"{cell:f}"
            return (
                f'<table:table-cell office:value-type="float" office:value="{number}"><text:p>{number}</text:p>'
                "</table:table-cell>"
            )
        case str():
            return _text(cell)


def _dated(value: str, *, shown: str, style: str) -> str:
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="date" office:date-value="{value}">'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


def _text(words: str, *, style: str = "") -> str:
    return (
        f'<table:table-cell{style} office:value-type="string"><text:p>{escape(_allowed(words))}</text:p>'
        "</table:table-cell>"
    )


def _allowed(text: str) -> str:
    """Keeps what XML 1.0 §2.2 allows; the rest is shown as U+FFFD rather than spoil the file."""
    return "".join(
        c if c in "\t\n" or " " <= c <= "\ud7ff" or (c > "\udfff" and c not in "\ufffe\uffff") else "\ufffd"
        for c in text
    )


def _entry(name: str, compression: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = compression
    return entry
