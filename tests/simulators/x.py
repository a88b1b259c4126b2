"""X's API, version 2: direct messages, posts, the list of direct messages, and the activity it posts, signed."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import httpx

from tests.channels.signing import NOON
from tests.simulators.misery import Simulator, in_full

CONSUMER, TOKEN = ("consumer-key", "consumer-of-tests"), ("1-token", "token-secret-of-tests")
US, CLAIRE = "1", "2"


class XSimulator(Simulator):
    """One account of an application; what is not signed with its four keys is refused."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        if not _signed_by_us(request):
            return in_full({"title": "Unauthorized", "status": 401, "detail": "Unauthorized"}, 401)
        path = request.url.path
        if path.startswith("/2/dm_conversations/with/"):
            person = path.split("/")[4]
            self.sent.append({**json.loads(request.content), "to": person})
            number = str(7000 + len(self.sent))
            self.said(int(number), json.loads(request.content)["text"], by=US, to=person)
            return in_full({"data": {"dm_conversation_id": f"{US}-{person}", "dm_event_id": number}}, 201)
        if path == "/2/tweets":
            self.sent.append(json.loads(request.content))
            return in_full({"data": {"id": str(8000 + len(self.sent)), "text": self.sent[-1]["text"]}}, 201)
        if path == "/2/dm_events":
            return self._listed(request)
        return in_full({"title": "Not Found", "status": 404}, 404)

    def speaks(self, request: httpx.Request) -> bool:
        return request.method == "POST" or request.url.path == "/2/dm_events"

    @property
    def told(self) -> list[str]:
        return [document["text"] for document in self.sent]

    def said(self, number: int, text: str, *, by: str = CLAIRE, to: str = CLAIRE) -> None:
        event = {"id": str(number), "text": text, "event_type": "MessageCreate", "sender_id": by}
        self.events.append({**event, "dm_conversation_id": f"{US}-{to}", "created_at": "2026-03-02T09:00:00.000Z"})

    def _listed(self, request: httpx.Request) -> httpx.Response:
        limit, skipped = int(request.url.params["max_results"]), int(request.url.params.get("pagination_token", 0))
        newest = sorted(self.events, key=lambda one: int(one["id"]), reverse=True)
        meta = {"next_token": str(skipped + limit)} if skipped + limit < len(newest) else {}
        users = {"users": [{"id": CLAIRE, "name": "Claire", "username": "claire"}]}
        return in_full({"data": newest[skipped : skipped + limit], "includes": users, "meta": meta})


def throttled(_: Simulator, __: httpx.Request) -> httpx.Response:
    opens = str(int(NOON.timestamp()) + 900)
    return in_full({"title": "Too Many Requests", "status": 429}, 429, **{"x-rate-limit-reset": opens})


def closed_to_us(_: Simulator, __: httpx.Request) -> httpx.Response:
    told = "You cannot send messages to this user."
    return in_full({"title": "Forbidden", "status": 403, "detail": told}, 403)


def posted(number: int, text: str, *, sender: str = CLAIRE, recipient: str = US) -> tuple[bytes, Mapping[str, str]]:
    """A direct message as the Activity API posts it."""
    created = {"sender_id": sender, "target": {"recipient_id": recipient}, "message_data": {"text": text}}
    event = {"id": str(number), "created_timestamp": "1772442000000", "message_create": created}
    users = {CLAIRE: {"data": {"name": "Claire"}}}
    payload = {"direct_message_events": [event], "users": users}
    data = {"event_uuid": f"u{number}", "event_type": "dm.received", "filter": {"user_id": US}, "payload": payload}
    body = json.dumps({"data": data}).encode()
    mac = base64.b64encode(hmac.new(CONSUMER[1].encode(), body, hashlib.sha256).digest()).decode()
    return body, {"Content-Type": "application/json", "x-twitter-webhooks-signature": f"sha256={mac}"}


def _signed_by_us(request: httpx.Request) -> bool:
    """Checks an OAuth 1.0a signature as RFC 5849 §3.4 writes it."""
    given = dict(re.findall(r'(\w+)="([^"]*)"', request.headers.get("Authorization", "")))
    signature = unquote(given.pop("oauth_signature", ""))
    if unquote(given.get("oauth_token", "")) != TOKEN[0]:
        return False
    parts = urlsplit(str(request.url))
    pairs = [(quote(k, safe="~"), quote(v, safe="~")) for k, v in parse_qsl(parts.query)] + list(given.items())
    normal = "&".join("=".join(pair) for pair in sorted(pairs))
    base = "&".join(quote(one, safe="~") for one in (request.method, f"https://{parts.netloc}{parts.path}", normal))
    key = f"{quote(CONSUMER[1], safe='~')}&{quote(TOKEN[1], safe='~')}".encode()
    return signature == base64.b64encode(hmac.new(key, base.encode(), hashlib.sha1).digest()).decode()
