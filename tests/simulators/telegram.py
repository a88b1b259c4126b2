"""Telegram's Bot API: messages out, updates kept until they are confirmed, one way in at a time."""

import json
from collections.abc import Mapping
from typing import Any

import httpx

from tests.simulators.misery import Simulator, in_full

TOKEN = "123:token-of-tests"
SECRET = "secret_of-tests"
AT = 1_772_442_000


class TelegramSimulator(Simulator):
    """One bot."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[dict[str, Any]] = []
        self.waiting: list[dict[str, Any]] = []
        self.webhook: dict[str, Any] | None = None

    def answer(self, request: httpx.Request) -> httpx.Response:
        _, bot, method = request.url.path.split("/")
        if bot != f"bot{TOKEN}":
            return _refused(401, "Unauthorized")
        document = json.loads(request.content or b"{}")
        match method:
            case "sendMessage":
                self.sent.append(document)
                chat = {"id": int(document["chat_id"]), "type": "private"}
                message = {"message_id": 700 + len(self.sent), "date": AT, "chat": chat, "text": document["text"]}
                return in_full({"ok": True, "result": message})
            case "getUpdates":
                return self._updates(document)
            case "setWebhook":
                self.webhook = document
                return in_full({"ok": True, "result": True, "description": "Webhook was set"})
            case "deleteWebhook":
                self.webhook = None
                return in_full({"ok": True, "result": True})
        return _refused(404, "Not Found")

    def speaks(self, request: httpx.Request) -> bool:
        return request.url.path.endswith(("sendMessage", "getUpdates"))

    @property
    def told(self) -> list[str]:
        return [document["text"] for document in self.sent]

    def _updates(self, asked: Mapping[str, Any]) -> httpx.Response:
        if self.webhook is not None:
            return _refused(409, "Conflict: can't use getUpdates method while webhook is active")
        if "offset" in asked:  # asking for what follows confirms what stands before
            self.waiting = [update for update in self.waiting if update["update_id"] >= asked["offset"]]
        return in_full({"ok": True, "result": self.waiting[: asked.get("limit", 100)]})


def throttled(_: Simulator, __: httpx.Request) -> httpx.Response:
    told = "Too Many Requests: retry after 35"
    return in_full({"ok": False, "error_code": 429, "description": told, "parameters": {"retry_after": 35}}, 429)


def blocked(_: Simulator, __: httpx.Request) -> httpx.Response:
    return _refused(403, "Forbidden: bot was blocked by the user")


def update(number: int, text: str | None = None, *, person: int = 42, **said: object) -> dict[str, Any]:
    author = {"id": person, "first_name": "Claire", "is_bot": False}
    message = {"message_id": number, "from": author, "chat": {"id": person, "type": "private"}, "date": AT + number}
    return {"update_id": 9000 + number, "message": {**message, **({"text": text} if text else {}), **said}}


def posted(document: object) -> tuple[bytes, Mapping[str, str]]:
    """An update as the webhook brings it."""
    headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": SECRET}
    return json.dumps(document).encode(), headers


def _refused(status: int, told: str) -> httpx.Response:
    return in_full({"ok": False, "error_code": status, "description": told}, status)
