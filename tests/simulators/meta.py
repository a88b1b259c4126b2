"""Meta's Graph API: WhatsApp, Messenger and Instagram, sends and the webhooks that follow, batched and signed."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from tests.simulators.misery import Simulator, in_full

SECRET = "app-secret-of-tests"
TOKEN = "token-of-tests"
PAGE, NUMBER, WABA = "1001", "77", "900"
AT_MS = 1_772_442_000_000  # 2 March 2026, 9:00 UTC


class MetaSimulator(Simulator):
    """One application: a page, an Instagram account and a WhatsApp number."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[dict[str, Any]] = []
        self.templates: dict[str, tuple[str, str]] = {}  # the French ones: status and body
        self.learnt: dict[str, str] = {}  # what it says of whoever it is sent to: `wa_id`, `user_id`

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return in_full({"error": {"code": 190, "type": "OAuthException", "message": "Invalid token"}}, 401)
        if request.method == "GET" and request.url.path.endswith("/message_templates"):
            return self._listed(request)
        if request.method == "GET":  # the live test asks about the number, then about the token
            return in_full({"display_phone_number": "+33 1 00 00 00 00", "quality_rating": "GREEN"})
        document = json.loads(request.content)
        if document.get("type") == "template" and (refusal := self._refused(document["template"])) is not None:
            return refusal
        self.sent.append({**document, "_path": request.url.path})
        number = len(self.sent)
        if "messaging_product" in document:
            to = document.get("to") or document.get("recipient")
            contact = {"input": to, "wa_id": to} if document.get("to") else {"user_id": to}
            contact |= self.learnt
            taken = {"id": f"wamid.out{number}", "message_status": "accepted"}
            return in_full({"messaging_product": "whatsapp", "contacts": [contact], "messages": [taken]})
        if request.url.path.endswith(("/comments", "/replies")):
            return in_full({"id": f"900_{number}"})
        return in_full({"recipient_id": document["recipient"].get("id", "5001"), "message_id": f"m_out{number}"})

    def _listed(self, request: httpx.Request) -> httpx.Response:
        wanted = request.url.params.get("status")
        found = [
            {
                "name": name,
                "language": "fr",
                "status": status,
                "category": "UTILITY",
                "components": [{"type": "BODY", "text": body}],
            }
            for name, (status, body) in self.templates.items()
            if wanted in {None, status}
        ]
        return in_full({"data": found, "paging": {"cursors": {"before": "a", "after": "b"}}})

    def _refused(self, asked: Mapping[str, Any]) -> httpx.Response | None:
        known = self.templates.get(asked["name"])
        if known is None or asked["language"]["code"] != "fr":
            return _template_error(132001, "Template name does not exist in the translation")
        status, body = known
        if status != "APPROVED":
            return _template_error(132015, "Template is paused due to low quality")
        given = [one for part in asked.get("components", []) for one in part["parameters"]]
        if len(given) != len(set(re.findall(r"{{(\d+)}}", body))):
            return _template_error(132000, "Number of parameters does not match the expected number of params")
        return None

    def speaks(self, request: httpx.Request) -> bool:
        return request.method == "POST"

    @property
    def told(self) -> list[str]:
        return [_words(document) for document in self.sent]


def _template_error(code: int, message: str) -> httpx.Response:
    return in_full({"error": {"code": code, "type": "OAuthException", "message": f"(#{code}) {message}"}}, 400)


def throttled(_: Simulator, __: httpx.Request) -> httpx.Response:
    error = {"code": 613, "message": "Calls to this api have exceeded the rate limit."}
    return in_full({"error": error}, 400, **{"Retry-After": "120"})


def window_closed(_: Simulator, __: httpx.Request) -> httpx.Response:
    error = {"code": 131047, "message": "Re-engagement message", "error_data": {"details": "more than 24 hours"}}
    return in_full({"error": error}, 400)


def signed(document: object) -> tuple[bytes, Mapping[str, str]]:
    """A webhook as Meta posts it: characters outside ASCII are escaped, and those bytes signed."""
    body = json.dumps(document, separators=(",", ":")).encode()
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return body, {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}


def whatsapp(field: str = "messages", **value: object) -> tuple[bytes, Mapping[str, str]]:
    base = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "33100000000", "phone_number_id": NUMBER},
    }
    change = {"field": field, "value": {**base, **value}}
    return signed({"object": "whatsapp_business_account", "entry": [{"id": WABA, "changes": [change]}]})


def whatsapp_message(number: int, text: str, *, person: str = "33612345678") -> tuple[bytes, Mapping[str, str]]:
    said = {"type": "text", "text": {"body": text}, "timestamp": str(AT_MS // 1000 + number)}
    message = {"from": person, "id": f"wamid.{number}", **said}
    return whatsapp(contacts=[{"wa_id": person, "profile": {"name": "Claire"}}], messages=[message])


def whatsapp_picture(number: int, *, person: str = "33612345678") -> tuple[bytes, Mapping[str, str]]:
    image = {"id": f"media{number}", "mime_type": "image/jpeg", "sha256": "x"}
    stamp = str(AT_MS // 1000)
    message = {"from": person, "id": f"wamid.p{number}", "timestamp": stamp, "type": "image", "image": image}
    return whatsapp(contacts=[{"wa_id": person, "profile": {"name": "Claire"}}], messages=[message])


def whatsapp_status(name: str, status: str, *, ref: str | None = None) -> tuple[bytes, Mapping[str, str]]:
    said = {"id": name, "status": status, "timestamp": str(AT_MS // 1000), "recipient_id": "33612345678"}
    return whatsapp(statuses=[{**said, **({"biz_opaque_callback_data": ref} if ref else {})}])


def whatsapp_echo(name: str, text: str, *, to: str = "33612345678") -> tuple[bytes, Mapping[str, str]]:
    echo = {"from": "33100000000", "to": to, "id": name, "type": "text", "text": {"body": text}}
    return whatsapp("smb_message_echoes", message_echoes=[{**echo, "timestamp": str(AT_MS // 1000)}])


def template_status(name: str, event: str) -> tuple[bytes, Mapping[str, str]]:
    """What Meta tells of one text of the account: it was approved, refused, paused."""
    value = {"event": event, "message_template_id": 1, "message_template_name": name, "message_template_language": "fr"}
    change = {"field": "message_template_status_update", "value": value}
    return signed({"object": "whatsapp_business_account", "entry": [{"id": WABA, "time": AT_MS, "changes": [change]}]})


def messenger(*elements: Mapping[str, object], kind: str = "page") -> tuple[bytes, Mapping[str, str]]:
    entry = {"id": PAGE, "time": AT_MS, "messaging": list(elements)}
    return signed({"object": kind, "entry": [entry]})


def messenger_message(number: int, text: str, *, person: str = "5001") -> tuple[bytes, Mapping[str, str]]:
    message = {"mid": f"m_{number}", "text": text}
    return messenger(_element(person, PAGE, timestamp=AT_MS + number, message=message))


def messenger_echo(mid: str, text: str, *, to: str = "5001", ref: str | None = None) -> tuple[bytes, Mapping[str, str]]:
    message = {"mid": mid, "text": text, "is_echo": True, "app_id": 1, **({"metadata": ref} if ref else {})}
    return messenger(_element(PAGE, to, timestamp=AT_MS, message=message))


def messenger_delivered(*mids: str, person: str = "5001") -> tuple[bytes, Mapping[str, str]]:
    return messenger(_element(person, PAGE, timestamp=AT_MS, delivery={"mids": list(mids), "watermark": AT_MS}))


def messenger_read(watermark: int, *, person: str = "5001") -> tuple[bytes, Mapping[str, str]]:
    return messenger(_element(person, PAGE, timestamp=watermark, read={"watermark": watermark}))


def instagram_message(number: int, text: str, *, person: str = "7001") -> tuple[bytes, Mapping[str, str]]:
    message = {"mid": f"ig_{number}", "text": text}
    return messenger(_element(person, PAGE, timestamp=AT_MS + number, message=message), kind="instagram")


def instagram_comment(number: int, text: str, *, person: str = "7001") -> tuple[bytes, Mapping[str, str]]:
    value = {
        "id": f"1790000000000{number}",
        "from": {"id": person, "username": "claire"},
        "media": {"id": "1780000000001", "media_product_type": "FEED"},
        "text": text,
    }
    entry = {"id": PAGE, "time": AT_MS // 1000, "changes": [{"field": "comments", "value": value}]}
    return signed({"object": "instagram", "entry": [entry]})


def page_comment(number: int, text: str, *, person: str = "5001") -> tuple[bytes, Mapping[str, str]]:
    value = {
        "item": "comment",
        "verb": "add",
        "comment_id": f"900_{number}",
        "post_id": f"{PAGE}_900",
        "from": {"id": person, "name": "Claire"},
        "message": text,
        "created_time": AT_MS // 1000,
    }
    return signed(
        {"object": "page", "entry": [{"id": PAGE, "time": AT_MS, "changes": [{"field": "feed", "value": value}]}]}
    )


def _element(sender: str, recipient: str, **said: object) -> dict[str, object]:
    return {"sender": {"id": sender}, "recipient": {"id": recipient}, **said}


def _words(document: Mapping[str, Any]) -> str:
    said: Sequence[object] = [document.get("text"), document.get("message")]
    for found in said:
        if isinstance(found, Mapping):
            return str(found.get("body") or found.get("text") or "")
        if isinstance(found, str):
            return found
    return str(document.get("template", {}).get("name", ""))
