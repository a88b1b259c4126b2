"""What one Telegram message carries: words, pieces, a place, a card."""

from collections.abc import Mapping
from dataclasses import replace

from app.channels.contract import Attachment, Event, Geo
from app.channels.kit.json import member, number, objects, text

# Kind → the content type when Telegram does not say it.
_PIECES = {
    "document": "application/octet-stream",
    "video": "video/mp4",
    "video_note": "video/mp4",
    "animation": "video/mp4",
    "audio": "audio/mpeg",
    "voice": "audio/ogg",
    "sticker": "image/webp",
}
_KEPT = ("media_group_id", "via_bot", "business_connection_id")
# What stands beside the content of any message; the one name that is not of them says what a service message is.
_AROUND = frozenset(
    {"message_id", "message_thread_id", "from", "chat", "date", "edit_date", "sender_chat", "author_signature"}
)
_UNREADABLE = ("poll", "dice", "game", "invoice", "story", "giveaway", "paid_media", "checklist")


def filled(base: Event, message: Mapping[str, object]) -> Event:
    """Adds to an event what the message carries; what a bot cannot read is said in a warning."""
    words = text(message, "text") or text(message, "caption") or ""
    pieces = [piece for piece in (_photo(message), *(_piece(message, kind) for kind in _PIECES)) if piece]
    if len(pieces) == 2 and member(message, "animation") is not None:
        pieces = pieces[:1]  # an animation comes with a document that is the same file, for older clients
    geo = _geo(message, "location") or _geo(message, "venue", "location")
    if not words and isinstance(member(message, "venue"), dict):
        words = ", ".join(part for name in ("title", "address") if (part := text(message, "venue", name)))
    elif not words and geo is not None:
        words = f"{geo.lat:.6f},{geo.lon:.6f}"
    elif not words and isinstance(member(message, "contact"), dict):
        words = _card(message)
    elif not words:
        words = text(message, "web_app_data", "data") or ""
    elif hidden := [url for url in _linked(message) if url not in words]:
        words = "\n".join([words, "", *hidden])
    unread = next((kind for kind in _UNREADABLE if kind in message), None)
    warnings = [f"Telegram does not pass a {unread} on to a bot"] if unread else []
    return replace(base, text=words, attachments=pieces, geo=geo, warnings=warnings)


def service(message: Mapping[str, object]) -> str | None:
    """Returns the name of what a message without content tells."""
    return next((name for name in message if name not in _AROUND), None)


def _linked(message: Mapping[str, object]) -> list[str]:
    """Returns the addresses that stand behind words: the words alone do not say where they lead."""
    every = (*objects(message, "entities"), *objects(message, "caption_entities"))
    found = [url for one in every if text(one, "type") == "text_link" and (url := text(one, "url"))]
    return list(dict.fromkeys(found))


def fields(message: Mapping[str, object]) -> Mapping[str, object]:
    """Returns what is worth keeping beside the words."""
    kept: dict[str, object] = {name: said for name in _KEPT if (said := text(message, name))}
    for name in ("username", "language_code"):
        if said := text(message, "from", name):
            kept[name] = said
    if "forward_origin" in message or "forward_from" in message:
        kept["forwarded"] = True
    return kept


def _photo(message: Mapping[str, object]) -> Attachment | None:
    sizes = list(objects(message, "photo"))
    largest = max(sizes, key=lambda size: number(size, "width") or 0, default=None)
    return _attachment(largest, content_type="image/jpeg") if largest else None


def _piece(message: Mapping[str, object], kind: str) -> Attachment | None:
    found = member(message, kind)
    return _attachment(found, content_type=text(found, "mime_type") or _PIECES[kind]) if found else None


def _attachment(value: object, *, content_type: str) -> Attachment | None:
    source, size = text(value, "file_id"), number(value, "file_size")
    if source is None:
        return None
    return Attachment(
        name=text(value, "file_name"), content_type=content_type, size=int(size) if size else None, source=source
    )


def _geo(message: Mapping[str, object], *path: str) -> Geo | None:
    lat, lon = number(message, *path, "latitude"), number(message, *path, "longitude")
    return Geo(lat, lon) if lat is not None and lon is not None else None


def _card(message: Mapping[str, object]) -> str:
    name = " ".join(part for key in ("first_name", "last_name") if (part := text(message, "contact", key)))
    return f"{name} ({text(message, 'contact', 'phone_number') or '?'})".strip()
