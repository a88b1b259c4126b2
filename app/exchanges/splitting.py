"""Cutting a long text into the messages a channel takes: numbered, in order, never inside a grapheme or an address.

Pure. The parts of one answer leave one after the other, the next only once the one before was accepted.
"""

from collections.abc import Sequence

from app.channels.contract import Capabilities, TextUnit
from app.channels.kit.segments import measure, split_text
from app.errors import Flaw, Invalid
from app.rest.languages import Said

# More messages than that in a row are read by nobody; a channel may allow fewer, or more.
MOST_PARTS = 5
_UNITS = {
    TextUnit.CHARACTERS: ("signes", "characters"),
    TextUnit.UTF8_BYTES: ("octets", "bytes"),
    TextUnit.GRAPHEMES: ("signes", "graphemes"),
    TextUnit.SMS_SEGMENTS: ("SMS", "SMS segments"),
}


def split(text: str, capabilities: Capabilities) -> Sequence[str]:
    """Returns the texts of the messages, one when it fits whole, else each under its mark "(1/3)".

    Raises `Invalid` when even the most messages do not hold it.
    """
    limit, unit = capabilities.text_max, capabilities.text_unit
    if limit is None or measure(text, unit) <= limit:
        return [text]
    most = capabilities.max_parts or MOST_PARTS
    # A text that could not fit whatever the cuts is not cut to find out: it may be very long.
    if measure(text, unit) > limit * most:
        raise _too_long(text, capabilities, most)
    mark = _mark(most, most)
    pieces = split_text(text, limit=limit, unit=unit, mark=mark) if most > 1 and measure(mark, unit) <= limit else []
    if not pieces or len(pieces) > most or any(measure(mark + piece, unit) > limit for piece in pieces):
        raise _too_long(text, capabilities, most)
    return [_mark(number, len(pieces)) + piece for number, piece in enumerate(pieces, 1)]


def _mark(number: int, of: int) -> str:
    return f"({number}/{of}) "


def _too_long(text: str, capabilities: Capabilities, most: int) -> Invalid:
    limit, size = capabilities.text_max, measure(text, capabilities.text_unit)
    french, english = _UNITS[capabilities.text_unit]
    times = f" en {most} messages" if most > 1 else ""
    told = Said(
        f"ce canal porte {limit} {french} par message{times} au plus, le texte en a {size} : raccourcissez-le, ou "
        "répondez par un autre moyen de contact",
        en=f"this channel carries at most {limit} {english} a message, {most} messages; the text has {size}: shorten it",
    )
    return Invalid(told, flaws=[Flaw("/text", "too-long", told)])
