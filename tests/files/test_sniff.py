"""A piece is served as what its bytes are, and only pictures and PDF are shown in the page. (T74, T76)"""

import io
import zipfile

import pytest

from app.files.sniff import OPAQUE, Served, sniff

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 40
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 40
GIF = b"GIF89a" + b"\0" * 40
WEBP = b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 40
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
ELF = b"\x7fELF\x02\x01\x01" + b"\0" * 60
EXE = b"MZ\x90\0" + b"\0" * 60
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "claimed", "served"),
    [
        (PNG, "image/png", Served("image/png", "inline")),
        (PNG, "text/html", Served("image/png", "inline")),
        (JPEG, OPAQUE, Served("image/jpeg", "inline")),
        (GIF, "image/gif", Served("image/gif", "inline")),
        (WEBP, "image/webp", Served("image/webp", "inline")),
        (PDF, "application/pdf", Served("application/pdf", "inline")),
        (HTML, "text/html", Served(OPAQUE, "attachment")),
        (HTML, "image/png", Served(OPAQUE, "attachment")),
        (HTML, "application/pdf", Served(OPAQUE, "attachment")),
        (HTML, "text/plain", Served(OPAQUE, "attachment")),
        (SVG, "image/svg+xml", Served(OPAQUE, "attachment")),
        (SVG, "image/png", Served(OPAQUE, "attachment")),
        (b"\xef\xbb\xbf  " + SVG, "text/plain", Served(OPAQUE, "attachment")),
        (b"function f(){}", "text/javascript", Served(OPAQUE, "attachment")),
        (ELF, "image/png", Served(OPAQUE, "attachment")),
        (EXE, "application/pdf", Served(OPAQUE, "attachment")),
        (b"%!PS-Adobe-3.0", "application/postscript", Served(OPAQUE, "attachment")),
        (b"nom;prenom\n", "text/csv; charset=utf-8", Served("text/csv", "attachment")),
        (b"Bonjour", "TEXT/PLAIN", Served("text/plain", "attachment")),
        (b"Bon\0jour", "text/plain", Served(OPAQUE, "attachment")),
        (b"From: a@example.fr\n\n<html>", "message/rfc822", Served("message/rfc822", "attachment")),
        (zipped("[Content_Types].xml", "word/document.xml"), DOCX, Served(DOCX, "attachment")),
        (zipped("docProps/app.xml"), DOCX, Served(DOCX, "attachment")),
        (zipped("a.txt"), "application/zip", Served("application/zip", "attachment")),
        (zipped("a.txt"), "image/png", Served("application/zip", "attachment")),
        (b"", "image/png", Served(OPAQUE, "attachment")),
        (b"", "", Served(OPAQUE, "attachment")),
    ],
)
def test_a_piece_is_served_as_what_it_is(content: bytes, claimed: str, served: Served):
    assert sniff(content, claimed=claimed) == served


def test_every_download_is_confined():
    headers = sniff(PDF).headers("plan.pdf")
    assert headers["Content-Disposition"] == 'inline; filename="plan.pdf"'
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"].split("; ")
    assert headers["Cache-Control"] == "private, no-store"
