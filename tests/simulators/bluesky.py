"""A personal data server of Bluesky: sessions, records put under a key, notifications by page, and the chat's log."""

import base64
import json
from typing import Any

import httpx

from tests.channels.signing import NOON
from tests.simulators.misery import Simulator, in_full

HOST = "bsky.social"
US, CLAIRE = "did:plc:ville", "did:plc:claire"
PASSWORD = "word-of-tests"
CHAT = "did:web:api.bsky.chat#bsky_chat"


class BlueskySimulator(Simulator):
    """The server of our account, and the chat behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.records: dict[str, dict[str, Any]] = {}
        self.messages: list[dict[str, Any]] = []
        self.notifications: list[dict[str, Any]] = []
        self.log: list[dict[str, Any]] = []
        self.accepted = True
        self.closed_to_us = False
        self.sessions = 0
        self.home: str | None = None
        self._valid = ""

    def expire(self) -> None:
        """The server forgets our session, as it does after a change of password."""
        self._valid = "no token"

    def mention(self, number: int, text: str, *, at: str | None = None) -> str:
        uri = f"at://{CLAIRE}/app.bsky.feed.post/{number}"
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-03-02T09:00:00.000Z"}
        author = {"did": CLAIRE, "handle": "claire.example.org", "displayName": "Claire"}
        indexed = at or f"2026-03-02T09:{number // 60:02}:{number % 60:02}.000Z"
        item = {"uri": uri, "cid": f"cid{number}", "reason": "mention", "author": author, "record": record}
        self.notifications.append({**item, "indexedAt": indexed})
        return uri

    def said(self, number: int, text: str, *, by: str = CLAIRE) -> None:
        message = {"id": f"msg{number}", "rev": f"r{number:04}", "text": text, "sender": {"did": by}}
        self.log.append(
            {
                "$type": "chat.bsky.convo.defs#logCreateMessage",
                "rev": f"r{number:04}",
                "convoId": "convo1",
                "message": {**message, "sentAt": "2026-03-02T09:00:00.000Z"},
            }
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        method = request.url.path.removeprefix("/xrpc/")
        if method == "com.atproto.server.createSession":
            return self._session(json.loads(request.content))
        if request.headers.get("Authorization") != f"Bearer {self._valid}":
            return in_full({"error": "ExpiredToken", "message": "Token has expired"}, 400)
        if method.startswith("chat.") and request.headers.get("atproto-proxy") != CHAT:
            return in_full({"error": "XRPCNotSupported", "message": "XRPCNotSupported"}, 404)
        return self._chat(method, request) if method.startswith("chat.") else self._open(method, request)

    def _chat(self, method: str, request: httpx.Request) -> httpx.Response:
        match method:
            case "chat.bsky.convo.getConvoForMembers":
                if self.closed_to_us:
                    told = "recipient has disabled incoming messages"
                    return in_full({"error": "InvalidRequest", "message": told}, 400)
                return in_full({"convo": {"id": "convo1", "status": "accepted" if self.accepted else "request"}})
            case "chat.bsky.convo.acceptConvo":
                self.accepted = True
                return in_full({"rev": "r1"})
            case "chat.bsky.convo.sendMessage":
                if not self.accepted:
                    return in_full({"error": "InvalidRequest", "message": "convo is a request"}, 400)
                asked = json.loads(request.content)
                self.messages.append(asked["message"])
                number = 500 + len(self.messages)
                self.said(number, asked["message"]["text"], by=US)
                return in_full({"id": f"msg{number}", "text": asked["message"]["text"], "sender": {"did": US}})
            case "chat.bsky.convo.getLog":
                after = request.url.params.get("cursor", "")
                logs = [one for one in self.log if one["rev"] > after]
                return in_full({"logs": logs, "cursor": logs[-1]["rev"] if logs else after or "r0000"})
        return in_full({"error": "MethodNotImplemented", "message": method}, 501)

    def _open(self, method: str, request: httpx.Request) -> httpx.Response:
        params = request.url.params
        match method:
            case "app.bsky.notification.listNotifications":
                return self._listed(int(params.get("limit", 50)), int(params.get("cursor", 0)))
            case "app.bsky.feed.getPosts":
                found = [one for one in self.notifications if one["uri"] in params.get_list("uris")]
                return in_full({"posts": [{name: one[name] for name in ("uri", "cid", "record")} for one in found]})
            case "com.atproto.repo.putRecord":
                asked = json.loads(request.content)
                uri = f"at://{US}/{asked['collection']}/{asked['rkey']}"
                self.records[uri] = asked["record"]
                return in_full({"uri": uri, "cid": "cid9"})
            case "com.atproto.repo.getRecord":
                uri = f"at://{US}/{params['collection']}/{params['rkey']}"
                if uri not in self.records:
                    return in_full({"error": "RecordNotFound", "message": f"Could not locate record: {uri}"}, 400)
                return in_full({"uri": uri, "cid": "cid9", "value": self.records[uri]})
        return in_full({"error": "MethodNotImplemented", "message": method}, 501)

    def speaks(self, request: httpx.Request) -> bool:
        return request.url.path.endswith(("sendMessage", "putRecord", "listNotifications"))

    @property
    def told(self) -> list[str]:
        return [message["text"] for message in self.messages] + [record["text"] for record in self.records.values()]

    def _session(self, asked: dict[str, str]) -> httpx.Response:
        if asked != {"identifier": US, "password": PASSWORD}:
            return in_full({"error": "AuthenticationRequired", "message": "Invalid identifier or password"}, 401)
        self.sessions += 1
        claims = {"exp": int(NOON.timestamp()) + 7200 + 86_400 * 365, "sub": US, "n": self.sessions}
        body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        self._valid = f"h.{body}.s"
        document: dict[str, Any] = {
            "accessJwt": self._valid,
            "refreshJwt": "r",
            "did": US,
            "handle": "ville.example.fr",
        }
        if self.home:
            document["didDoc"] = {"service": [{"id": "#atproto_pds", "serviceEndpoint": f"https://{self.home}"}]}
        return in_full(document)

    def _listed(self, limit: int, skipped: int) -> httpx.Response:
        newest = sorted(self.notifications, key=lambda one: one["indexedAt"], reverse=True)
        page = newest[skipped : skipped + limit]
        more = skipped + limit < len(newest)
        return in_full({"notifications": page, **({"cursor": str(skipped + limit)} if more else {})})


def throttled(_: Simulator, __: httpx.Request) -> httpx.Response:
    opens = str(int(NOON.timestamp()) + 90)
    return in_full({"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, 429, **{"RateLimit-Reset": opens})
