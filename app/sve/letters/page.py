"""A page from a template and its data: PDF/A-2a and PDF/UA-1, with the fonts of the library, without a network.

Data crosses as JSON and is shown as strings: nothing a person wrote is ever read as markup. The same source, data and
instant give the same bytes. Source: ISO 19005-2 (archiving), ISO 14289-1 and RGAA (accessibility).
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import typst

STANDARDS: Sequence[Literal["a-2a", "ua-1"]] = ("a-2a", "ua-1")
# What no embedded font can draw; the plain text keeps the true character.
UNDRAWN = "□"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOWHERE = Path(__file__).parent / "pages"
_FACES = "Libertinus Serif"
# Joiners belong to the writing of some names; other invisible characters only hide or reverse words.
_JOINERS = "\u200c\u200d\u00ad"
_UNSHOWN = re.compile(r"the text `\"(.*?)\"` could not be displayed|the PDF contains the codepoint `\"(.*?)\"`")
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_PRELUDE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: sys.inputs.title)
#set page(paper: "a4", margin: (x: 22mm, top: 20mm, bottom: 22mm), numbering: "1 / 1")
#set text(lang: "fr", region: "FR", font: sys.inputs.font, size: 11pt)
#set par(justify: false, leading: 0.65em, spacing: 1.05em)
"""


class Unprintable(ValueError):
    """A template and its data make no page; the message is the compiler's."""


def pdf(source: str, data: Mapping[str, object], *, title: str, made_at: datetime | None = None) -> bytes:
    """Returns the page a template makes of its data, which it finds as `data`; `bytes` arrive as arrays of numbers.

    `made_at` is the creation date written in the file, the epoch when it says nothing. Raises `Unprintable`.
    """
    import typst  # seven megabytes, of which a process that makes no letter has no use

    cleaned, named = _mapped(data, _printable), _printable(title) or UNDRAWN
    for _ in range(3):
        try:
            return _compiled(source, cleaned, title=named, made_at=made_at or _EPOCH)
        except typst.TypstError as error:
            unshown = _unshown(error.diagnostic or error.message)
            if not unshown:
                raise Unprintable(error.message) from error
            boxed = partial(_boxed, unshown=unshown)
            cleaned, named = _mapped(cleaned, boxed), boxed(named)
    raise Unprintable("some characters of these data can be drawn by no font")


def _compiled(source: str, data: object, *, title: str, made_at: datetime) -> bytes:
    import typst

    compiler = typst.Compiler(
        (_PRELUDE + source).encode(),
        root=_NOWHERE,
        font_paths=_embedded_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data), "title": title, "font": _FACES},
    )
    made = compiler.compile(format="pdf", pdf_standards=list(STANDARDS), timestamp=int(made_at.timestamp()))
    if not isinstance(made, bytes):
        raise Unprintable("the compiler gave back no file")
    return made


@lru_cache(maxsize=1)
def _embedded_fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def _mapped(value: object, change: Callable[[str], str]) -> object:
    match value:
        case str():
            return change(value)
        case bytes():
            return list(value)
        case Mapping():
            return {str(key): _mapped(item, change) for key, item in value.items()}
        case list() | tuple():
            return [_mapped(item, change) for item in value]
        case _:
            return value


def _printable(text: str) -> str:
    """Removes what PDF/A forbids or what turns words around: controls, private characters, lone surrogates."""
    return "".join(
        char
        for char in unicodedata.normalize("NFC", text)
        if char in "\n\t" or char in _JOINERS or unicodedata.category(char) not in {"Cc", "Cf", "Co", "Cs", "Cn"}
    )


def _boxed(text: str, *, unshown: set[str]) -> str:
    return "".join(UNDRAWN if char in unshown else char for char in text)


def _unshown(diagnostic: str) -> set[str]:
    """Returns the characters the compiler could not draw, as it names them."""
    found = "".join(first or second for first, second in _UNSHOWN.findall(diagnostic))
    return set(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), found)) - {"\\", '"', " "}
