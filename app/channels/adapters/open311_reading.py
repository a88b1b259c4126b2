"""What a GeoReport v2 server answers, read: the same values whether it wrote JSON or XML. Pure.

Source: wiki.open311.org/GeoReport_v2. XML names a root and repeats an element for each item, JSON is a bare array; servers
wrap either differently, so both are read by their items. An empty element is a missing value.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.channels.contract import Geo
from app.channels.errors import Unreadable
from app.channels.kit.json import JsonRefused, clean_text, load_provider, number
from app.channels.kit.times import from_iso
from app.channels.kit.xml import NotXml, local_name, root_of

MOST_BYTES = 8 << 20
MOST_ITEMS = 1000
Item = Mapping[str, str]


def items(body: bytes) -> Sequence[Item]:
    """Returns the items of a list, each a text by name. Raises `Unreadable` for what is no list of items."""
    if len(body) > MOST_BYTES:
        raise Unreadable("le serveur Open311 a répondu plus de 8 Mo")
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<":
        return _xml(body)
    return _json(body)


def refusal(found: Sequence[Item]) -> tuple[int, str] | None:
    """Returns the code and the words of an error document, whatever status it came with; None when it is none."""
    if not found or "code" not in found[0] or "service_request_id" in found[0] or "token" in found[0]:
        return None
    code = found[0]["code"]
    told = "; ".join(one.get("description", "") for one in found)[:400]
    return (int(code) if code.isascii() and code.isdigit() and len(code) == 3 else 400), told


def place(item: Item) -> tuple[Geo | None, str | None]:
    """Returns the place of a report, or why what stands there is none: empty, projected, or its numbers swapped."""
    written_lat, written_long = item.get("lat", ""), item.get("long", "")
    if not written_lat and not written_long:
        return None, None
    lat, lon = number(written_lat), number(written_long)
    if lat is None or lon is None:
        return None, "the position cannot be read: it was left out"
    if 90 < abs(lat) <= 180 and abs(lon) <= 90:
        return None, "latitude and longitude seem swapped: they were left out"
    if abs(lat) > 90 or abs(lon) > 180 or not (lat or lon):
        return None, "the position is not on Earth: it was left out"
    return Geo(lat, lon), None


def instant(item: Item, name: str) -> datetime | None:
    """Reads an instant; without an offset, which W3C dates demand, it is that of Paris."""
    return from_iso(item.get(name, ""), zone="Europe/Paris")


def _json(body: bytes) -> Sequence[Item]:
    try:
        document = load_provider(body, max_bytes=MOST_BYTES)
    except JsonRefused as error:
        raise Unreadable(f"le serveur Open311 n'a pas répondu de JSON : {error}"[:300]) from error
    if isinstance(document, Mapping):
        wrapped = [value for value in document.values() if isinstance(value, list)]
        document = wrapped[0] if len(wrapped) == 1 else [document]
    if not isinstance(document, list) or not all(isinstance(one, Mapping) for one in document):
        raise Unreadable("le serveur Open311 n'a pas répondu une liste")
    return [_texts(one) for one in document[:MOST_ITEMS]]


def _texts(one: Mapping[str, object]) -> Item:
    return {
        name: str(value).strip()
        for name, value in one.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip()
    }


def _xml(body: bytes) -> Sequence[Item]:
    try:
        root = root_of(body)
    except NotXml as error:
        raise Unreadable(f"le serveur Open311 n'a pas répondu de XML : {error}"[:300]) from error
    if local_name(root) == "html" or (root.text or "").strip():
        raise Unreadable("le serveur Open311 a répondu une page")
    return [
        {local_name(part): words for part in one if (words := clean_text(part.text or "").strip())}
        for one in list(root)[:MOST_ITEMS]
    ]
