"""A Mastodon instance: statuses, their visibility and idempotency, notifications by page, and the stream."""

import json
from collections.abc import Sequence
from typing import Any

import httpx

from tests.simulators.misery import Simulator, in_full

HOST = "social.example.org"
TOKEN = "token-of-tests"
US = {"id": "1", "acct": "ville", "username": "ville", "url": f"https://{HOST}/@ville"}
CLAIRE = {"id": "3", "acct": "claire@autre.example.org", "username": "claire", "display_name": "Claire"}


class MastodonSimulator(Simulator):
    """One instance, on which our account lives."""

    def __init__(self) -> None:
        super().__init__()
        self.statuses: dict[str, dict[str, Any]] = {}
        self.notifications: list[dict[str, Any]] = []
        self.stream: list[str] = []
        self._keys: dict[str, str] = {}
        self._number = 1000

    def mention(self, text: str, *, visibility: str = "direct", **said: object) -> dict[str, Any]:
        """Somebody mentions us; returns the status."""
        status = self._made(text, CLAIRE, visibility=visibility, **said)
        self.notifications.append({"id": self._next(), "type": "mention", "account": CLAIRE, "status": status})
        return status

    def ours(self, text: str, *, answering: str | None = None) -> dict[str, Any]:
        """A colleague writes from our account."""
        answered = self.statuses.get(answering or "", {}).get("account", {}).get("id")
        said = {"in_reply_to_id": answering, "in_reply_to_account_id": answered, "mentions": [CLAIRE]}
        return self._made(text, US, visibility="direct", **said)

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return in_full({"error": "The access token is invalid"}, 401)
        path = request.url.path.removeprefix("/api/v1/")
        if path == "statuses":
            return self._posted(request)
        if path == "notifications":
            wanted = request.url.params.get_list("types[]")
            return self._page(request, [one for one in self.notifications if one["type"] in wanted])
        if path == "accounts/verify_credentials":
            return in_full(US)
        if path == "accounts/1/statuses":
            return self._page(request, [one for one in self.statuses.values() if one["account"] == US])
        if path.startswith("statuses/"):
            found = self.statuses.get(path.removeprefix("statuses/"))
            return in_full(found) if found else in_full({"error": "Record not found"}, 404)
        if path.startswith("streaming/"):
            return httpx.Response(200, text="".join(self.stream), headers={"Content-Type": "text/event-stream"})
        return in_full({"error": "Record not found"}, 404)

    def speaks(self, request: httpx.Request) -> bool:
        return request.method == "POST" or request.url.path.endswith("/notifications")

    @property
    def told(self) -> list[str]:
        return [status["content"] for status in self.statuses.values() if status["account"] == US]

    def event(self, name: str, payload: object) -> None:
        written = payload if isinstance(payload, str) else json.dumps(payload)
        self.stream += [":thump\n\n", f"event: {name}\ndata: {written}\n\n"]

    def _posted(self, request: httpx.Request) -> httpx.Response:
        key = request.headers.get("Idempotency-Key", "")
        if key in self._keys:
            return in_full(self.statuses[self._keys[key]])
        asked = json.loads(request.content)
        if len(asked["status"]) > 540:
            return in_full({"error": "Validation failed: Text character limit of 500 exceeded"}, 422)
        answered = asked.get("in_reply_to_id")
        if answered and answered not in self.statuses:
            return in_full({"error": "The post you are trying to reply to does not appear to exist."}, 404)
        said = {"in_reply_to_id": answered, "mentions": [CLAIRE]}
        made = self._made(asked["status"], US, visibility=asked["visibility"], **said)
        self._keys[key] = made["id"]
        return in_full(made)

    def _page(self, request: httpx.Request, found: Sequence[dict[str, Any]]) -> httpx.Response:
        limit, after = int(request.url.params.get("limit", 20)), request.url.params.get("min_id")
        if after is None:
            return in_full(list(reversed(found))[:limit])
        # The oldest after the mark, and within the page the newest first.
        following = [one for one in found if int(one["id"]) > int(after)]
        return in_full(list(reversed(following[:limit])))

    def _made(self, text: str, account: dict[str, str], **said: object) -> dict[str, Any]:
        identifier = self._next()
        made = {"id": identifier, "content": text, "account": account, "created_at": "2026-03-02T09:00:00.000Z"}
        self.statuses[identifier] = {"visibility": "public", "media_attachments": [], "mentions": [], **made, **said}
        return self.statuses[identifier]

    def _next(self) -> str:
        self._number += 1
        return str(self._number)


def throttled(_: Simulator, __: httpx.Request) -> httpx.Response:
    return in_full({"error": "Too many requests"}, 429, **{"X-RateLimit-Reset": "2026-01-05T12:03:00.000000Z"})
