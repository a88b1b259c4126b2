"""Lines as CSV (RFC 4180), for programs or for a French spreadsheet; no cell can become a formula.

Source: OWASP, CSV Injection: a text that begins like a formula is preceded by an apostrophe.
"""

import csv
import io
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from app.reporting.cells import Cell

MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
BYTE_ORDER_MARK = "\ufeff"
_FORMULA = "=+-@\t\r\n"


class Dialect(StrEnum):
    """`rfc4180`: commas, no mark. `excel-fr`: semicolons and a byte order mark, as Excel set to French expects."""

    RFC4180 = "rfc4180"
    EXCEL_FR = "excel-fr"

    @property
    def separator(self) -> str:
        return ";" if self is Dialect.EXCEL_FR else ","


def head(names: Sequence[Cell], *, dialect: Dialect) -> bytes:
    """Returns what a file begins with: the mark where there is one, and the names of its columns."""
    mark = BYTE_ORDER_MARK.encode() if dialect is Dialect.EXCEL_FR else b""
    return mark + lines([names], dialect=dialect)


def lines(rows: Sequence[Sequence[Cell]], *, dialect: Dialect) -> bytes:
    """Returns some lines."""
    written = io.StringIO()
    csv.writer(written, delimiter=dialect.separator, lineterminator="\r\n").writerows(
        [plain(cell) for cell in row] for row in rows
    )
    return written.getvalue().encode()


def plain(cell: Cell) -> str:
    """Writes a cell; a text that a spreadsheet would calculate is made one it shows."""
    match cell:
        case None:
            return ""
        case datetime():
            return cell.isoformat(timespec="seconds")
        case Decimal():
            return f"{cell:f}"
        case date() | int():
            return str(cell)
        case str():
            return f"'{cell}" if _calculates(cell) else cell


def _calculates(text: str) -> bool:
    # A full-width sign is a formula too for some spreadsheets, and some trim spaces first.
    first = unicodedata.normalize("NFKC", text.lstrip(" ")[:1] or text[:1])
    return bool(first) and first[0] in _FORMULA
