"""Reading pieces by machine: what a PDF carries, what a picture shows, and nothing that a hostile piece would like."""

import asyncio
import contextlib
import struct
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import typst

from app.files.ocr import Bounds, Outcome, Recogniser, State, tesseract
from app.files.ocr.pictures import NoPicture, frame_of
from app.files.ocr.tesseract import words_of
from tests.harness.pictures import a_logo
from tests.harness.scans import a_pdf, a_tesseract, of_pages, scanned, stream, table

ASKED = "Je demande une autorisation de terrasse pour mon commerce de la rue des Lilas."
LETTER = b"#set page(width: 14cm, height: 8cm)\n#set text(size: 16pt)\n" + ASKED.encode()
BOUNDS = Bounds(seconds=30, processor_s=20)


def reader(folder: Path, *, bounds: Bounds = BOUNDS, **program: str) -> Recogniser:
    return Recogniser(str(a_tesseract(folder, **program)), languages="fra", bounds=bounds)


def _children_end(folder: Path) -> None:
    """Waits until the process that left its number in the folder is no more, or nobody's any more."""
    (child,) = folder.glob("child-*")
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(int(child.name.removeprefix("child-")))
        while process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.05)


def plain(outcome: Outcome) -> str:
    return " ".join(outcome.text.split())


async def test_the_text_a_pdf_carries_is_taken_before_any_picture_is_drawn(tmp_path: Path) -> None:
    read = await reader(tmp_path, does="exit 3").read(typst.compile(LETTER))
    assert (read.state, plain(read), read.confidence, read.pages) == (State.READ, ASKED, None, 1)


async def test_a_page_without_text_is_drawn_and_recognised(tmp_path: Path) -> None:
    read = await reader(tmp_path).read(of_pages(2))
    assert (read.state, read.confidence, read.pages) == (State.READ, 92, 2)
    assert read.text == "Je demande une place\nen crèche\n\nJe demande une place\nen crèche"


async def test_a_picture_goes_to_tesseract_as_it_came(tmp_path: Path) -> None:
    read = await reader(tmp_path).read(a_logo())
    assert (read.state, read.text) == (State.READ, "Je demande une place\nen crèche")


async def test_a_page_without_a_word_is_told_apart_from_one_that_failed(tmp_path: Path) -> None:
    read = await reader(tmp_path, says=table()).read(a_logo())
    assert (read.state, read.again, read.text) == (State.NOTHING, False, "")
    assert read.reason


async def test_the_real_tesseract_reads_a_scan_where_there_is_one(tmp_path: Path) -> None:
    executable = tesseract.found()
    speaks = executable is not None and "fra" in tesseract.languages(executable)
    used = executable if executable and speaks else str(a_tesseract(tmp_path, says=table(ASKED)))
    read = await Recogniser(used, languages="fra").read(scanned(typst.compile(LETTER)))
    assert (read.state, plain(read), read.pages) == (State.READ, ASKED, 1)
    assert read.confidence is not None
    assert read.confidence > 80


@pytest.mark.parametrize(
    ("does", "again"),
    [
        ("exit 1", True),
        ("kill -SEGV $$", True),
        ("head -c 30000000 /dev/zero | tr '\\0' x; echo", False),
        ("printf '5\\t1\\t\\377\\n'", False),
    ],
)
async def test_a_tesseract_that_crashes_or_babbles_costs_its_own_reading_only(
    tmp_path: Path, does: str, again: bool
) -> None:
    read = await reader(tmp_path, does=does, says="\0\tgarbage\n").read(a_logo())
    assert read.state is (State.FAILED if again else State.NOTHING)
    assert (read.again, bool(read.reason)) == (again, True)


async def test_a_tesseract_that_never_ends_is_killed_with_what_it_started(tmp_path: Path) -> None:
    does = f"sleep 600 & touch {tmp_path}/child-$!; sleep 600"  # it may write no byte: the name tells
    async with asyncio.timeout(300):
        read = await reader(tmp_path, does=does, bounds=replace(BOUNDS, seconds=2.0)).read(a_logo())
        assert (read.state, read.again) == (State.FAILED, True)
        await asyncio.to_thread(_children_end, tmp_path)


async def test_a_tesseract_that_burns_the_processor_is_stopped_before_its_time(tmp_path: Path) -> None:
    bounds = replace(BOUNDS, processor_s=2, seconds=600)
    async with asyncio.timeout(300):
        read = await reader(tmp_path, does="while :; do :; done", bounds=bounds).read(a_logo())
    assert (read.state, read.again) == (State.FAILED, True)


async def test_nothing_is_written_nor_known_of_the_house_by_what_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARVIS_SECRET_KEY", "never told to a child, whatever it asks")
    folder = tmp_path / "program"
    does = (
        f'[ -z "$PARVIS_SECRET_KEY" ] || exit 9; (echo word > {tmp_path}/written); [ -s {tmp_path}/written ] && exit 8'
    )
    read = await reader(folder, does=does).read(a_logo())
    assert read.state is State.READ


async def test_an_absent_program_is_a_failure_with_its_reason() -> None:
    read = await Recogniser("/nowhere/tesseract", languages="fra").read(a_logo())
    assert (read.state, read.again) == (State.FAILED, True)
    assert tesseract.found("/nowhere/tesseract") is None
    assert tesseract.languages("/nowhere/tesseract") == frozenset()


def a_loop() -> bytes:
    return a_pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 2 /Kids [2 0 R 2 0 R] >>")


def a_locked_one() -> bytes:
    lock = b"<< /Filter /Standard /V 1 /R 2 /O <" + b"11" * 32 + b"> /U <" + b"22" * 32 + b"> /P -4 >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"
    tree = b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>"
    known = b"/Encrypt 4 0 R /ID [<00> <00>]"
    return a_pdf(b"<< /Type /Catalog /Pages 2 0 R >>", tree, page, lock, trailer=known)


def a_bomb() -> bytes:
    """One page whose content is a hundred megabytes of drawing, a hundred kilobytes packed."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>"
    tree = b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>"
    return a_pdf(b"<< /Type /Catalog /Pages 2 0 R >>", tree, page, stream(b"0 0 m 9 9 l S\n" * 8_000_000))


def a_huge_page() -> bytes:
    return of_pages(1, page=b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200000 200000] >>")


@pytest.mark.parametrize(
    ("made", "states"),
    [
        (lambda: of_pages(100_000), {State.TOO_LARGE}),
        (lambda: of_pages(51), {State.TOO_LARGE}),
        (a_loop, {State.FAILED, State.NOTHING, State.READ}),
        (a_locked_one, {State.FAILED}),
        (a_bomb, {State.FAILED, State.TOO_LARGE, State.READ}),
        (a_huge_page, {State.READ}),
        (lambda: typst.compile(LETTER)[:500], {State.FAILED}),
        (lambda: b"%PDF-1.7\n", {State.FAILED}),
        (lambda: b"", {State.FAILED}),
        (lambda: b"/etc/passwd\n/etc/hosts\n", {State.FAILED}),
        (lambda: b"http://127.0.0.1:9/a.png\n", {State.FAILED}),
        (lambda: a_logo()[:20], {State.FAILED}),
    ],
)
async def test_a_hostile_piece_ends_in_time_with_a_reason(
    tmp_path: Path, made: Callable[[], bytes], states: set[State]
) -> None:
    content = made()
    async with asyncio.timeout(60):
        read = await reader(tmp_path).read(content)
    assert read.state in states
    assert read.reason or read.text


async def test_a_locked_pdf_says_that_it_is(tmp_path: Path) -> None:
    assert "mot de passe" in str((await reader(tmp_path).read(a_locked_one())).reason)


async def test_what_is_too_heavy_or_has_too_many_points_is_never_drawn(tmp_path: Path) -> None:
    heavy = await reader(tmp_path, bounds=replace(BOUNDS, most_bytes=100)).read(b"%PDF-" + b" " * 100)
    head = struct.pack(">II", 60_000, 60_000)
    vast = await reader(tmp_path).read(a_logo()[:16] + head + a_logo()[24:])
    assert (heavy.state, vast.state) == (State.TOO_LARGE, State.TOO_LARGE)
    assert "points" in str(vast.reason)


def a_tiff(*sides: tuple[int, int], again: bool = False) -> bytes:
    """Returns the pages of a TIFF without their points; the last may lead back to the first."""
    size = 2 + 2 * 12 + 4
    content = struct.pack("<2sHI", b"II", 42, 8)
    for number, (wide, high) in enumerate(sides):
        last = number == len(sides) - 1
        following = (8 if again else 0) if last else 8 + size * (number + 1)
        content += struct.pack("<H", 2) + struct.pack("<HHII", 256, 4, 1, wide) + struct.pack("<HHII", 257, 4, 1, high)
        content += struct.pack("<I", following)
    return content


def test_the_pages_of_a_tiff_are_counted_and_a_circle_ends() -> None:
    assert frame_of(a_tiff((10, 10), (30, 20)), most_pages=50).pages == 2
    assert frame_of(a_tiff((10, 10), (30, 20)), most_pages=50).pixels == 600
    assert frame_of(a_tiff((10, 10), again=True), most_pages=50).pages == 51


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8\xff", b"\xff\xd8\xff\xe0\0\0" * 9, b"II*\0\xff\xff\xff\xff", b"GIF89a"]
)
def test_a_head_that_says_no_size_is_no_picture(content: bytes) -> None:
    with pytest.raises(NoPicture):
        frame_of(content, most_pages=50)


def test_a_jpeg_tells_its_size_in_its_frame() -> None:
    content = b"\xff\xd8\xff\xe0\0\x04ab" + b"\xff\xc0" + struct.pack(">HBHH", 11, 8, 20, 40)
    assert frame_of(content, most_pages=1).pixels == 800


def test_lines_and_paragraphs_are_put_back() -> None:
    words = words_of(table("un deux", "trois") + "5\t1\t2\t1\t1\t1\t0\t0\t1\t1\t80\tquatre\n5\tcut off\n")
    assert words.text == "un deux\ntrois\n\nquatre"
    assert list(words.confidences) == [91.5, 91.5, 91.5, 80.0]
