"""Scans made on the spot, hostile ones too, and programs that speak tesseract's command line."""

import zlib
from pathlib import Path

from app.files.ocr import pdf

HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"


def table(*lines: str, confidence: float = 91.5) -> str:
    """Writes words as tesseract's table does, one paragraph, one line after another."""
    rows = [HEAD, "1\t1\t0\t0\t0\t0\t0\t0\t900\t600\t-1\t"]
    for number, line in enumerate(lines, start=1):
        rows.append(f"4\t1\t1\t1\t{number}\t0\t0\t0\t900\t20\t-1\t")
        rows += [
            f"5\t1\t1\t1\t{number}\t{place}\t0\t0\t50\t20\t{confidence}\t{word}"
            for place, word in enumerate(line.split(), start=1)
        ]
    return "\n".join(rows) + "\n"


def a_tesseract(folder: Path, *, says: str | None = None, does: str = "") -> Path:
    """Writes a program that reads its input whole, does something, and prints a table."""
    folder.mkdir(parents=True, exist_ok=True)
    answer = folder / "answer.tsv"
    answer.write_text(table("Je demande une place", "en crèche") if says is None else says)
    program = folder / "tesseract"
    program.write_text(
        "#!/bin/sh\n"
        'if [ "$1" = "--list-langs" ]; then echo "List of available languages (1):"; echo fra; exit 0; fi\n'
        '[ "$1 $2 $3 $5" = "stdin stdout -l tsv" ] || exit 64\n'
        f"cat > /dev/null\n{does}\ncat {answer}\n"
    )
    program.chmod(0o755)
    return program


def a_pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """Writes a PDF whose first object is its catalogue, its cross-reference left for readers to rebuild."""
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, start=1))
    return b"%PDF-1.7\n" + body + b"trailer\n<< /Root 1 0 R /Size %d %s >>\n%%%%EOF\n" % (len(objects) + 1, trailer)


def of_pages(count: int, *, page: bytes = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>") -> bytes:
    """Returns a PDF of blank pages."""
    kids = b" ".join([b"3 0 R"] * count)
    tree = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids)
    return a_pdf(b"<< /Type /Catalog /Pages 2 0 R >>", tree, page)


def stream(body: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(body, 9)
    return b"<< /Filter /FlateDecode /Length %d %s >>\nstream\n%s\nendstream" % (len(packed), entries, packed)


def scanned(written: bytes) -> bytes:
    """Returns a PDF whose only page is the picture of the first page of another: what a scanner makes."""
    with pdf.opened(written) as document:
        page = document[0]
        head, _, grey = pdf.picture_of(page, most_pixels=4_000_000).partition(b"\n")
        page.close()
    _, wide, high, _ = head.split()
    picture = stream(
        grey,
        b"/Type /XObject /Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 8 /Width %s /Height %s"
        % (wide, high),
    )
    box = b"[0 0 %.1f %.1f]" % (int(wide) * 72 / 300, int(high) * 72 / 300)
    drawn = stream(b"q %.1f 0 0 %.1f 0 0 cm /Im Do Q" % (int(wide) * 72 / 300, int(high) * 72 / 300))
    return a_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents 4 0 R /Resources << /XObject << /Im 5 0 R >> >> >>" % box,
        drawn,
        picture,
    )
