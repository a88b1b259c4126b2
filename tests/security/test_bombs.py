"""T76: what opens contents of others at all, and how little a bomb costs it."""

import io
import re
import struct
import time
import zipfile
import zlib
from pathlib import Path

import pytest

import app
from app.channels.kit.photos import NoPicture, position, stripped
from app.files.sniff import OPAQUE, sniff

APP = Path(app.__file__).parent
# What reads programs out of bytes, and where it stands for a reason; each line was looked at.
OPENERS = {
    r"\bpickle\.loads?\(": {"exchanges/reading_child.py"},  # what our own parent wrote, over its own pipe
    r"\b(?:yaml|marshal|shelve|dill|joblib|tarfile|gzip|bz2|lzma)\b\.\w": {
        "backups/archive.py",  # our own, sealed: nothing is read before its key has opened it
    },
    r"(?<![\w.])(?:eval|exec|__import__)\(": set(),
    r"zipfile\.ZipFile\(|ZipFile\(": {
        "reporting/evidence/archive.py",  # writes
        "reporting/evidence/opening.py",  # our own stored members, never deflated, on the machine of who verifies
        "reporting/spreadsheet.py",  # writes
        "privacy/exporting.py",  # writes
        "imports/parcels.py",  # members by name, never unpacked, each within bounds
        "tenants/archives.py",  # writes; verified on the machine of who verifies, within bounds
    },
    r"PIL\b|\bcv2\b|openpyxl|docx\b\.|\bodf\b": set(),
}


@pytest.mark.parametrize("opener", OPENERS)
def test_nothing_opens_what_can_explode_but_what_is_known(opener: str) -> None:
    found = {
        str(path.relative_to(APP))
        for path in APP.rglob("*.py")
        if any(re.search(opener, line.partition("#")[0]) for line in path.read_text().splitlines())
    }
    unknown = found - OPENERS[opener]
    assert unknown == set()


def a_zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 60_000_000)
    return out.getvalue()


def a_png(width: int, height: int, *, inflated: int = 1_000_000) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    head = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * inflated)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def a_gif(frames: int) -> bytes:
    frame = b"!\xf9\x04\0\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0"
    return b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff" + frame * frames + b";"


BOMBS = {
    "zip": a_zip_bomb(),
    "png 60,000²": a_png(60_000, 60_000),
    "png 2³¹": a_png(2**31 - 1, 2**31 - 1),
    "gif 100,000 frames": a_gif(100_000),
    "gif and html": b"GIF89a/*" + b"<script>alert(1)</script>" * 1000 + b"*/=1;",
    "pdf and html": b"%PDF-1.7\n<html><script>alert(1)</script>",
    "jpeg and zip": b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + a_zip_bomb()[:100_000],
    "jpeg of segments": b"\xff\xd8" + b"\xff\xe1\0\x02" * 200_000,
    "webp of lengths": b"RIFF\xff\xff\xff\x7fWEBPVP8X" + b"\xff" * 100_000,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_looked_at_by_its_head_and_never_unpacked(bomb: str) -> None:
    content, started = BOMBS[bomb], time.process_time()
    served = sniff(content, claimed="text/html")
    for read in (stripped, position):
        try:
            read(content)
        except NoPicture:
            continue
    assert time.process_time() - started < 1
    assert "html" not in served.content_type
    assert "script" not in served.content_type
    assert "sandbox" in served.headers("x")["Content-Security-Policy"]
    if "html" in bomb:
        assert served.headers("x")["X-Content-Type-Options"] == "nosniff"


def test_a_program_is_never_named_for_what_it_is() -> None:
    for head in (
        b"MZ\x90\0",
        b"\x7fELF\x02\x01\x01",
        b"#!/bin/sh\n",
        b"\x80\x04\x95pickle",
        b"--- !!python/object/apply:os",
    ):
        assert sniff(head + b"\0" * 64, claimed="application/x-msdownload").content_type == OPAQUE
