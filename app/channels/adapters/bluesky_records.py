"""What we write on Bluesky: a private message, or a post that answers a post.

Sources: docs.bsky.app, app.bsky.feed.post, app.bsky.richtext.facet; atproto.com/specs/tid. A post is put under a key made
from our own reference: put twice, it is one post.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from app.channels.contract import Rendered, SendRequest

PUBLIC_MAX = 300
POST = "app.bsky.feed.post"
_FACETS = re.compile(r"(?P<link>https?://[^\s<>\"]{1,2000}[^\s<>\".,;:!?)\]'’»])|(?<!\w)#(?P<tag>\w{1,64})")
_TID = "234567abcdefghijklmnopqrstuvwxyz"


def is_post(identifier: str | None) -> bool:
    return identifier is not None and identifier.startswith("at://")


def rendered(request: SendRequest, *, host: str) -> Rendered:
    """Returns what would leave, less what only Bluesky can tell: the conversation's name, or the thread's root."""
    if request.public:
        body = json.dumps(record_of(request, reply=None, at=made_at(request.ref)), ensure_ascii=False).encode()
        return Rendered("application/json", body, f"https://{host}/xrpc/com.atproto.repo.putRecord")
    body = json.dumps({"message": message_of(request)}, ensure_ascii=False).encode()
    return Rendered("application/json", body, f"https://{host}/xrpc/chat.bsky.convo.sendMessage")


def message_of(request: SendRequest) -> dict[str, object]:
    facets = facets_of(request.text)
    return {"text": request.text, **({"facets": facets} if facets else {})}


def record_of(request: SendRequest, *, reply: Mapping[str, object] | None, at: datetime | None) -> dict[str, object]:
    stamp = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None
    return {
        "$type": POST,
        **message_of(request),
        "langs": ["fr"],
        **({"createdAt": stamp} if stamp else {}),
        **({"reply": reply} if reply else {}),
    }


def facets_of(words: str) -> Sequence[Mapping[str, object]]:
    """Returns the links and tags of a text, which Bluesky makes live only where their place is given, in UTF-8 bytes."""
    found = []
    for match in _FACETS.finditer(words):
        start = len(words[: match.start()].encode())
        span = {"byteStart": start, "byteEnd": start + len(match.group().encode())}
        link, tag = match.group("link"), match.group("tag")
        feature = {"$type": "app.bsky.richtext.facet#link", "uri": link}
        if not link:
            feature = {"$type": "app.bsky.richtext.facet#tag", "tag": tag}
        found.append({"index": span, "features": [feature]})
    return found


def record_key(ref: str) -> str:
    """Returns the key of our post: a TID, made from our reference alone."""
    bits = int.from_bytes(hashlib.sha256(ref.encode()).digest()[:8], "big") >> 1
    made = made_at(ref)
    if made is not None:
        # The instant of the reference, in microseconds, and ten bits of its own (atproto.com/specs/tid).
        micros = round(made.timestamp() * 1000) * 1000 + (bits >> 10) % 1000
        bits = (micros << 10) | (bits & 0x3FF)
    return "".join(_TID[(bits >> shift) & 31] for shift in range(60, -1, -5))


def made_at(ref: str) -> datetime | None:
    """Returns the instant a UUIDv7 holds (RFC 9562 §5.7)."""
    try:
        known = UUID(ref)
    except ValueError:
        return None
    return datetime.fromtimestamp((known.int >> 80) / 1000, UTC) if known.version == 7 else None
