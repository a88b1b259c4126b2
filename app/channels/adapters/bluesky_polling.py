"""What Bluesky is asked for: the notifications, and the log of the private chat, page after page.

Source: docs.bsky.app, app.bsky.notification.listNotifications, chat.bsky.convo.getLog.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Mark:
    """How far a reading went: an instant, and what was read of that very instant."""

    at: str
    uris: Sequence[str]

    @classmethod
    def of(cls, value: object) -> "_Mark | None":
        at, uris = text(value, "at"), member(value, "uris")
        return cls(at, [str(uri) for uri in uris]) if at and isinstance(uris, list) else None

    def written(self) -> Mapping[str, object]:
        return {"at": self.at, "uris": list(self.uris)}

    def precedes(self, item: Mapping[str, object]) -> bool:
        """Whether a notification is new; one whose instant cannot be read is."""
        stamp, mine = from_iso(member(item, "indexedAt")), from_iso(self.at)
        if stamp is None or mine is None or stamp > mine:
            return True
        return stamp == mine and text(item, "uri") not in self.uris


async def _notifications(
    account: Account, sessions: Sessions, context: Context, cursor: Mapping[str, object]
) -> tuple[Sequence[Mapping[str, object]], dict[str, object], bool]:
    """Pages are given newest first: after an absence they are followed back to where the last reading began."""
    seen, older = _Mark.of(member(cursor, "seen")), text(cursor, "older")
    floor = _Mark.of(member(cursor, "floor")) if older else seen
    pairs = [("limit", str(_PAGE)), *(("reasons", reason) for reason in ("mention", "reply", "quote"))]
    pairs += [("cursor", older)] if older else []
    path = f"app.bsky.notification.listNotifications?{urlencode(pairs)}"
    document = await _document(path, account, sessions, context)
    page = list(objects(document, "notifications"))
    fresh = [item for item in page if floor is None or floor.precedes(item)]
    following = text(document, "cursor")
    gap = bool(fresh) and len(fresh) == len(page) and floor is not None and following is not None
    reached = seen if older else _newest(page, seen)
    moved: dict[str, object] = {"seen": reached.written()} if reached else {}
    if gap and floor is not None:
        moved |= {"older": following, "floor": floor.written()}
    return fresh, moved, gap


def _newest(page: Sequence[Mapping[str, object]], seen: _Mark | None) -> _Mark | None:
    at = text(page[0], "indexedAt") if page else None
    if at is None:
        return seen
    uris = {uri for item in page if text(item, "indexedAt") == at and (uri := text(item, "uri"))}
    return _Mark(at, sorted(uris | set(seen.uris if seen and seen.at == at else ())))


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
