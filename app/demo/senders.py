"""The clients of the demonstration: each speaks its provider's real wire format to the house's real doors."""

import asyncio
import base64
import hashlib
import hmac
import json
import smtplib
from collections.abc import Callable, Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlencode

import httpx

from app.channels.values import Channel


class DoorRefused(RuntimeError):
    """A door of the house did not take a delivery of its own demonstration."""


class Senders:
    """Sends to the house: mail over SMTP, the rest over HTTP, signed as each provider signs."""

    def __init__(self, http: httpx.AsyncClient, *, base_url: str, smtp_port: int) -> None:
        self._http, self._base_url, self._smtp_port = http, base_url, smtp_port

    async def mail(
        self,
        to: str,
        *,
        sender: str,
        subject: str,
        text: str,
        at: datetime,
        message_id: str,
        charset: str = "utf-8",
        in_reply_to: str | None = None,
        attachment: tuple[str, str, bytes] | None = None,
        automatic: bool = False,
    ) -> None:
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"], message["Subject"] = sender, to, subject
        message["Date"], message["Message-ID"] = format_datetime(at), message_id
        if in_reply_to:
            message["In-Reply-To"] = message["References"] = in_reply_to
        if automatic:
            message["Auto-Submitted"] = "auto-replied"
        message.set_content(text, charset=charset, cte="quoted-printable")
        if attachment:
            name, kind, content = attachment
            main, _, sub = kind.partition("/")
            message.add_attachment(content, maintype=main, subtype=sub, filename=name)
        await asyncio.to_thread(self._submit, message, to)

    async def form(self, slug: str, answers: Mapping[str, str], *, filled_in: Callable[[], None]) -> None:
        page = await self._http.get(f"/formulaires/{slug}")
        filled_in()  # a person takes a while; a form sent at once is held for review
        answer = await self._http.post(
            f"/formulaires/{slug}", data={**_hidden_fields(page.text), **answers}, headers={"Origin": self._base_url}
        )
        _taken(answer, "form")

    async def twilio(self, channel: Channel, secret: str, values: Mapping[str, str]) -> None:
        # Source: Twilio, "Validating requests": base64 HMAC-SHA1 of the URL and the sorted fields.
        path = f"/hooks/{channel.type}/{channel.key}"
        signed = self._base_url + path + "".join(f"{name}{values[name]}" for name in sorted(values))
        mac = base64.b64encode(hmac.digest(secret.encode(), signed.encode(), "sha1")).decode()
        headers = {"X-Twilio-Signature": mac, "Content-Type": "application/x-www-form-urlencoded"}
        _taken(await self._http.post(path, content=urlencode(values), headers=headers), "twilio")

    async def ovh(self, channel: Channel, secret: str, values: Mapping[str, str]) -> None:
        path = f"/hooks/{channel.type}/{channel.key}"
        _taken(await self._http.get(path, params={**values, "token": secret}), "ovh")

    async def meta(self, channel: Channel, secret: str, document: object) -> None:
        # Source: Meta, "Webhooks": HMAC-SHA256 of the raw body, non-ASCII escaped as Meta writes it.
        body = json.dumps(document, ensure_ascii=True, separators=(",", ":")).encode()
        mac = hmac.digest(secret.encode(), body, "sha256").hex()
        headers = {"X-Hub-Signature-256": f"sha256={mac}", "Content-Type": "application/json"}
        _taken(await self._http.post(f"/hooks/{channel.type}/{channel.key}", content=body, headers=headers), "meta")

    async def signed(self, channel: Channel, secret: str, document: object, *, name: str, at: datetime) -> None:
        # Source: Standard Webhooks: base64 HMAC-SHA256 of id.timestamp.body.
        body, stamp = json.dumps(document).encode(), str(int(at.timestamp()))
        key = base64.b64decode(secret.removeprefix("whsec_"))
        mac = base64.b64encode(hmac.digest(key, f"{name}.{stamp}.".encode() + body, hashlib.sha256)).decode()
        headers = {
            "webhook-id": name,
            "webhook-timestamp": stamp,
            "webhook-signature": f"v1,{mac}",
            "Content-Type": "application/json",
        }
        _taken(await self._http.post(f"/hooks/{channel.type}/{channel.key}", content=body, headers=headers), "http")

    def _submit(self, message: EmailMessage, to: str) -> None:
        with smtplib.SMTP("127.0.0.1", self._smtp_port, timeout=20) as client:
            client.sendmail("usager@example.org", [to], message.as_bytes())


def _taken(answer: httpx.Response, door: str) -> None:
    if answer.status_code >= 300:
        raise DoorRefused(f"the {door} door answered {answer.status_code}: {answer.text[:300]}")


def _hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields a browser would send back with the form."""
    from selectolax.lexbor import LexborHTMLParser

    found = LexborHTMLParser(page).css('form input[type="hidden"]')
    return {str(node.attributes["name"]): str(node.attributes.get("value") or "") for node in found}
