"""The pages of a PDF: the text they carry, else their picture, drawn in grey and bounded."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pypdfium2
from pypdfium2 import raw

_DOTS_AN_INCH = 300
_POINTS_AN_INCH = 72
_PASSWORD = raw.FPDF_ERR_PASSWORD


class Unreadable(Exception):
    """The file is no PDF one may read; `str` says why, in French."""


@contextmanager
def opened(content: bytes) -> Iterator[Any]:
    """Opens a PDF. Raises `Unreadable`."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == _PASSWORD
        told = "ce PDF est protégé par un mot de passe" if locked else "ce PDF est abîmé : il ne peut pas être ouvert"
        raise Unreadable(told) from error
    with closing(document):
        yield document


def text_of(page: Any, *, most: int) -> str:
    """Returns the text a page carries, empty when it is a picture."""
    with closing(page.get_textpage()) as layer:
        count = min(layer.count_chars(), most)
        return str(layer.get_text_range(0, count)).replace("\r\n", "\n").strip() if count > 0 else ""


def picture_of(page: Any, *, most_pixels: int) -> bytes:
    """Draws a page as a grey picture (PGM), smaller where it would pass `most_pixels`. Raises `Unreadable`."""
    width, height = page.get_size()
    if not 0 < width < 1e6 or not 0 < height < 1e6:
        raise Unreadable("une page de ce PDF a une taille impossible")
    scale = min(_DOTS_AN_INCH / _POINTS_AN_INCH, (most_pixels / (width * height)) ** 0.5)
    with closing(page.render(scale=scale, grayscale=True, may_draw_forms=False)) as bitmap:
        wide, high, stride = bitmap.width, bitmap.height, bitmap.stride
        lines = bytes(bitmap.buffer)
    if stride != wide:
        lines = b"".join(lines[row * stride : row * stride + wide] for row in range(high))
    # netpbm's « P5 »: a head of one line, then one byte a pixel. tesseract reads it without a library of ours.
    return b"P5 %d %d 255\n" % (wide, high) + lines
