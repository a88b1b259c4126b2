"""Photos: where the camera stood is read, all it wrote is taken away, and the pixels stay byte for byte."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.events import Geo
from app.channels.kit.photos import NoPicture, first_position, position, stripped
from tests.harness.pictures import a_jpeg, a_logo, exif, png_chunk

BREST = exif(lat=(48, 23, 24.0, "N"), lon=(4, 29, 24.0, "W"), orientation=6)
SECRETS = (b"Appareil 12345", b"GPS", b"Claire", b"%PDF-hidden")


def a_webp(*chunks: tuple[bytes, bytes]) -> bytes:
    whole = b"".join(
        name + struct.pack("<I", len(body)) + body + (b"\0" if len(body) & 1 else b"") for name, body in chunks
    )
    return b"RIFF" + struct.pack("<I", 4 + len(whole)) + b"WEBP" + whole


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_position_is_read_in_both_byte_orders(order: str):
    taken = exif(lat=(48, 23, 24.0, "N"), lon=(4, 29, 24.0, "W"), order=order)
    assert position(a_jpeg(taken)) == Geo(48.39, -4.49)


def test_a_position_is_read_in_a_png_and_in_a_webp():
    png = a_logo().replace(b"\0\0\0\0IEND", png_chunk(b"eXIf", BREST) + b"\0\0\0\0IEND")
    webp = a_webp((b"VP8X", bytes([0b1100] + [0] * 9)), (b"VP8 ", b"pixels"), (b"EXIF", BREST))
    assert position(png) == position(webp) == Geo(48.39, -4.49)


@pytest.mark.parametrize(
    "picture",
    [
        a_jpeg(),
        a_jpeg(exif(orientation=3)),
        a_jpeg(exif(lat=(0, 0, 0.0, "N"), lon=(0, 0, 0.0, "E"))),
        a_jpeg(exif(lat=(98, 0, 0.0, "N"), lon=(0, 0, 0.0, "E"))),
        a_jpeg(b"II*\0\xff\xff\xff\xff"),
        a_jpeg(BREST)[:40],
        a_logo(),
        b"",
        b"%PDF-1.7",
    ],
)
def test_a_picture_that_does_not_say_where_says_nothing(picture: bytes):
    assert position(picture) is None


def test_the_first_picture_that_tells_wins():
    assert first_position([None, b"", a_jpeg(), a_jpeg(BREST)]) == Geo(48.39, -4.49)


def test_a_jpeg_keeps_its_pixels_and_which_way_up_it_is():
    plain = a_jpeg(comment=None)
    clean = stripped(a_jpeg(BREST, comment=b"Claire") + b"%PDF-hidden")
    assert [word for word in SECRETS if word in clean] == []
    assert position(clean) is None
    assert clean.replace(clean[clean.index(b"\xff\xe1") : clean.index(b"\xff\xdb")], b"") == plain
    assert struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0) in clean
    assert stripped(clean) == clean


def test_what_hides_between_two_scans_goes_too():
    one = a_jpeg(comment=None)
    hidden = one[:-2] + b"\xff\xfe" + struct.pack(">H", 8) + b"Claire" + one[one.index(b"\xff\xda") :]
    assert b"Claire" not in stripped(hidden)
    assert stripped(hidden).count(b"\xff\xda") == 2


def test_a_png_keeps_only_what_draws():
    told = png_chunk(b"tEXt", b"Author\0Claire") + png_chunk(b"eXIf", BREST) + png_chunk(b"zzZz", b"Claire")
    whole = a_logo()
    dressed = whole.replace(b"\0\0\0\0IEND", told + b"\0\0\0\0IEND") + b"%PDF-hidden"
    assert stripped(dressed) == whole


def test_a_webp_no_longer_announces_what_it_lost():
    chunks = ((b"VP8X", bytes([0b0001_1100] + [0] * 9)), (b"VP8 ", b"pixel"), (b"EXIF", BREST), (b"XMP ", b"Claire"))
    assert stripped(a_webp(*chunks)) == a_webp((b"VP8X", bytes([0b0001_0000] + [0] * 9)), (b"VP8 ", b"pixel"))


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"\xff\xd8\xff", a_jpeg()[:-2], a_logo()[:-6], b"RIFF\x10\0\0\0WEBPVP8 "]
)
def test_what_cannot_be_stripped_with_certainty_is_refused(content: bytes):
    with pytest.raises(NoPicture):
        stripped(content)


@given(
    st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\xff\xff\0\0WEBP", a_jpeg(BREST)[:30]]),
    st.binary(max_size=400),
)
def test_hostile_bytes_end_in_a_refusal_never_in_a_defect(head: bytes, rest: bytes):
    position(head + rest)
    try:
        stripped(head + rest)
    except NoPicture:
        return


XMP = b'<x:xmpmeta><rdf:Description exif:GPSLatitude="48,6.6N" exif:GPSLongitude="1,40.8W"/></x:xmpmeta>'


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


@pytest.mark.parametrize(
    "picture",
    [
        a_jpeg().replace(b"\xff\xdb", segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP) + b"\xff\xdb", 1),
        a_jpeg().replace(b"\xff\xdb", segment(0xE2, b"MPF\0" + XMP) + b"\xff\xdb", 1),
        a_jpeg().replace(b"\xff\xdb", segment(0xED, b"Photoshop 3.0\0" + XMP) + b"\xff\xdb", 1),
        a_jpeg() + a_jpeg(exif(lat=(48, 6, 36.0, "N"), lon=(1, 40, 48.0, "W"))) + XMP,
        a_jpeg().replace(b"\xff\xdb", segment(0xE0, b"JFXX\0\x10" + XMP) + b"\xff\xdb", 1),
        a_logo()[:-12] + png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP) + a_logo()[-12:],
        a_logo()[:-12] + png_chunk(b"eXIf", exif(lat=(48, 6, 36.0, "N"), lon=(1, 40, 48.0, "W"))) + a_logo()[-12:],
        a_logo()[:-12] + png_chunk(b"zzZz", XMP) + a_logo()[-12:] + XMP,
        a_webp((b"VP8L", b"pixels"), (b"XMP ", XMP), (b"EXIF", exif()), (b"JUNK", XMP)),
    ],
    ids=["xmp", "second picture", "photoshop", "behind the end", "thumbnail", "png xmp", "png exif", "png own", "webp"],
)
def test_wherever_a_place_hides_it_is_taken_out(picture: bytes):
    bare = stripped(picture)
    assert b"GPSL" not in bare
    assert b"Appareil" not in bare
    assert position(bare) is None
    assert stripped(bare) == bare


def test_a_thumbnail_of_the_uncut_picture_goes_with_the_rest():
    jfif = b"JFIF\0\x01\x01\0\0\x01\0\x01"
    picture = a_jpeg().replace(segment(0xE0, jfif + b"\0\0"), segment(0xE0, jfif + b"\x02\x02" + b"faces-faces-"))
    assert b"faces" in picture
    assert stripped(picture) == stripped(a_jpeg())


BOMB = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
VP8X = b"\0\0\0\0" + (60_000 - 1).to_bytes(3, "little") * 2


@pytest.mark.parametrize(
    ("picture", "because"),
    [
        (a_logo().replace(a_logo()[8:33], png_chunk(b"IHDR", BOMB)), "60000 by 60000"),
        (a_jpeg().replace(b"\xff\xda", segment(0xC2, b"\x08" + struct.pack(">HHB", 60_000, 60_000, 3)) + b"\xff\xda", 1),
         "60000 by 60000"),
        (a_webp((b"VP8X", VP8X), (b"VP8L", b"pixels")), "60000 by 60000"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", "AVIF"),
        (b"GIF89a" + bytes(20), "neither"),
        (a_logo()[:40], "longer than its file"),
    ],
    ids=["png bomb", "jpeg bomb", "webp bomb", "heic", "avif", "gif", "cut"],
)  # fmt: skip
def test_what_no_camera_takes_and_what_cannot_be_stripped_says_why(picture: bytes, because: str):
    with pytest.raises(NoPicture, match=because):
        stripped(picture)
