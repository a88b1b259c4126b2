"""What a spreadsheet would calculate is shown instead; what a program reads keeps its form."""

import csv
import io
import zipfile
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from odfdo import Document

from app.reporting.delimited import Dialect, head, lines, plain
from app.reporting.spreadsheet import Spreadsheet

PARIS = ZoneInfo("Europe/Paris")
FORMULAS = ["=1+1", "+33", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1+1", "＋1", "－1", "＠a"]


@pytest.mark.parametrize("words", FORMULAS)
def test_no_text_becomes_a_formula(words) -> None:
    assert plain(words) == f"'{words}"


@pytest.mark.parametrize("words", ["URB-DP", "a=b", "1 place", "", " ", "'", "élu"])
def test_other_texts_stay_as_they_are(words) -> None:
    assert plain(words) == words


def test_days_instants_and_numbers_have_one_form() -> None:
    at = datetime(2026, 3, 29, 3, 30, tzinfo=PARIS)
    assert [plain(cell) for cell in (date(2026, 3, 2), at, -3, None)] == [
        "2026-03-02",
        "2026-03-29T03:30:00+02:00",
        "-3",
        "",
    ]


@pytest.mark.parametrize(
    ("dialect", "start"), [(Dialect.RFC4180, b"a,b\r\n"), (Dialect.EXCEL_FR, b"\xef\xbb\xbfa;b\r\n")]
)
def test_a_dialect_is_one_choice(dialect, start) -> None:
    assert head(["a", "b"], dialect=dialect) == start


def test_separators_quotes_and_lines_inside_a_cell_come_back() -> None:
    cells = ['a"b', "c,d;e", "f\r\ng"]
    for dialect in Dialect:
        told = lines([cells], dialect=dialect).decode()
        assert list(csv.reader(io.StringIO(told, newline=""), delimiter=dialect.separator)) == [cells]


def test_a_spreadsheet_holds_typed_cells_that_another_library_reads() -> None:
    file = io.BytesIO()
    book = Spreadsheet(file, table="Registre <1>", headings=["Référence", "Jour", "Instant", "Nombre", "Rien"])
    at = datetime(2026, 3, 2, 10, 0, tzinfo=PARIS)
    book.add([["=1+1 <&> \x01\ufffe", date(2026, 3, 2), at, -3, None]])
    book.close()
    assert zipfile.ZipFile(file).infolist()[0].filename == "mimetype"
    assert file.getvalue()[30:38] == b"mimetype"
    file.seek(0)
    table = Document(file).body.get_table(0)
    assert table.name == "Registre <1>"
    values = table.get_row_values(1)
    assert values[0] == "=1+1 <&> \ufffd\ufffd"
    assert values[1:4] == [date(2026, 3, 2), datetime(2026, 3, 2, 10, 0), -3]
    assert table.get_cell((0, 1)).type == "string"
    assert table.get_cell((0, 1)).formula is None
