"""What Bluesky is asked for: the notifications, and the log of the private chat, page after page.

Source: docs.bsky.app, app.bsky.notification.listNotifications, chat.bsky.convo.getLog.
"""

import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from app.channels.adapters.bluesky_session import CHAT, Account, Sessions, error_of, read
from app.channels.contract import Context, Delivery, Polled, Sent
from app.channels.errors import Unreadable
from app.channels.kit.json import member, objects, text
from app.channels.kit.times import from_iso

_LOGGED = {"logCreateMessage", "logDeleteMessage"}
_PAGE = 100


async def poll(account: Account, sessions: Sessions, context: Context, *, cursor: Mapping[str, object]) -> Polled:
    """Reads one page of notifications and one of the chat's log; what an absence left is caught up page after page."""
    told, moved, more = await _notifications(account, sessions, context, cursor)
    rev = text(cursor, "rev")
    asked = f"?{urlencode({'cursor': rev})}" if rev else ""
    log = await _document(f"chat.bsky.convo.getLog{asked}", account, sessions, context, proxy=CHAT)
    logs = [one for one in objects(log, "logs") if (text(one, "$type") or "").rpartition("#")[2] in _LOGGED]
    deliveries = [_delivery(item) for item in told] + [_delivery({"logs": [one]}) for one in logs]
    following = text(log, "cursor") or rev
    full = following != rev and rev is not None and bool(list(objects(log, "logs")))
    if following is not None:
        moved["rev"] = following
    return Polled(deliveries=deliveries, cursor=moved, more=more or full)


async def _notifications(
    account: Account, sessions: Sessions, context: Context, cursor: Mapping[str, object]
) -> tuple[Sequence[Mapping[str, object]], dict[str, object], bool]:
    """Pages are given newest first: after an absence they are followed back to where the last reading began."""
    seen, older, floor = (text(cursor, name) for name in ("seen_at", "older", "floor"))
    known = member(cursor, "seen")
    pairs = [("limit", str(_PAGE)), *(("reasons", reason) for reason in ("mention", "reply", "quote"))]
    pairs += [("cursor", older)] if older else []
    path = f"app.bsky.notification.listNotifications?{urlencode(pairs)}"
    document = await _document(path, account, sessions, context)
    page = [(text(item, "indexedAt") or "", item) for item in objects(document, "notifications")]
    down_to = from_iso(floor if older else seen)
    already = set(known) if isinstance(known, list) else set()
    fresh = [
        item
        for stamp, item in page
        if text(item, "uri") not in already and (down_to is None or (from_iso(stamp) or context.now()) >= down_to)
    ]
    newest = seen
    if page and not older:
        newest = page[0][0]
        already = {text(item, "uri") for stamp, item in page if stamp == newest} | (
            already if newest == seen else set()
        )
    following = text(document, "cursor")
    gap = bool(fresh) and len(fresh) == len(page) and down_to is not None and following is not None
    moved: dict[str, object] = {}
    if newest:
        moved |= {"seen_at": newest, "seen": sorted(one for one in already if isinstance(one, str))}
    if gap:
        moved |= {"older": following, "floor": (floor if older else seen) or ""}
    return fresh, moved, gap


async def _document(
    path: str, account: Account, sessions: Sessions, context: Context, *, proxy: str | None = None
) -> object:
    answer = await sessions.call(account, context, method="GET", path=path, proxy=proxy)
    if isinstance(answer, Sent):
        raise Unreadable(f"Bluesky n'a pas pu être lu : {answer.detail}"[:300])
    document = read(answer)
    if answer.status != 200 or not isinstance(document, dict):
        code, words = error_of(answer)
        raise Unreadable(f"Bluesky a répondu {answer.status} {code} {words}"[:300].strip())
    return document


def _delivery(item: Mapping[str, object]) -> Delivery:
    return Delivery(body=json.dumps(item).encode(), headers=[("Content-Type", "application/json")])
