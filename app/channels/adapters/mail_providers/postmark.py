"""Postmark: mails received and what became of those sent.

Sources: postmarkapp.com/developer/webhooks (inbound, delivery, bounce, spam complaint, subscription change). Nothing is
signed: HTTP Basic credentials in the URL are the secret. Beware: a 403 stops Postmark's retries at once.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import ClassVar

from pydantic import SecretStr

from app.channels.adapters.mail_providers.reading import Headers, clean_html, event_of, from_raw
from app.channels.adapters.mail_providers.reports import DEFERRED, STOPPED, Report
from app.channels.adapters.mail_providers.reports import event_of as reported
from app.channels.contract import (
    Attachment,
    Capabilities,
    ChannelConfig,
    Delivery,
    DeliveryStatus,
    Event,
    EventType,
    Meta,
)
from app.channels.errors import Unreadable
from app.channels.kit.json import load_provider, member, number, objects, text
from app.channels.kit.keys import digest
from app.channels.kit.signatures import sha256_hex
from app.channels.kit.times import from_iso
from app.channels.kit.unsigned import SharedSecretConfig, SharedSecretDoor

MAX_BYTES = 50 << 20  # 35 MB of pieces, in base64
_SOFT = {
    "SoftBounce",
    "Transient",
    "DnsError",
    "SMTPApiError",
    "AutoResponder",
    "ChallengeVerification",
    "AddressChange",
}
_STOPPING = {"SpamComplaint", "SpamNotification", "Unsubscribe"}


class PostmarkConfig(SharedSecretConfig):
    """An inbound stream of Postmark; `token` is the password in the webhook's URL."""


class PostmarkAdapter(SharedSecretDoor):
    """Mails of one Postmark server."""

    meta: ClassVar[Meta] = Meta(
        type="email.postmark",
        name_fr="Courriel par Postmark",
        name_en="E-mail through Postmark",
        homepage="https://postmarkapp.com/developer/webhooks/inbound-webhook",
    )
    Config: ClassVar[type[ChannelConfig]] = PostmarkConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:  # noqa: ARG002
        return Capabilities(html=True, subject=True, receipts=True)

    def config_for(self, secret: str | None) -> ChannelConfig:
        return PostmarkConfig(token=SecretStr(secret) if secret else None)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:  # noqa: ARG002
        document = load_provider(delivery.body, max_bytes=MAX_BYTES)
        if not isinstance(document, dict):
            raise Unreadable("a Postmark delivery is a JSON object")
        kind = text(document, "RecordType")
        return [_mail(document) if kind in {None, "Inbound"} else _report(document, kind or "")]


def _mail(document: Mapping[str, object]) -> Event:
    identifier = text(document, "MessageID")
    if identifier is None and member(document, "FromFull") is None and member(document, "RawEmail") is None:
        key = digest(repr(document))
        return Event(type=EventType.IGNORED, event_key=key, reason="neither a mail nor an event")
    raw = text(document, "RawEmail")
    fields: dict[str, object] = {
        "provider_id": identifier,
        "original_recipient": text(document, "OriginalRecipient"),
        "envelope_from": _envelope(document),
        "mailbox_hash": text(document, "MailboxHash"),
    }
    kept = {name: value for name, value in fields.items() if value}
    key = identifier or digest(repr(document))
    if raw:
        return from_raw(raw.encode("utf-8", "replace"), key=key, account=None, fields=kept)
    return event_of(
        Headers.of(_headers(document)),
        key=key,
        account=None,
        text=text(document, "TextBody"),
        html=clean_html(text(document, "HtmlBody")),
        attachments=[_piece(piece) for piece in objects(document, "Attachments")],
        fields=kept,
        text_new=text(document, "StrippedTextReply") or None,
    )


def _headers(document: Mapping[str, object]) -> Sequence[tuple[str, str]]:
    pairs = [
        (name, value)
        for item in objects(document, "Headers")
        if (name := text(item, "Name")) and (value := text(item, "Value")) is not None
    ]
    full = {name: ", ".join(_mailbox(one) for one in objects(document, f"{name}Full")) for name in ("To", "Cc")}
    taken = {
        "From": _mailbox(member(document, "FromFull")) or text(document, "From"),
        **full,
        "Subject": text(document, "Subject"),
        "Date": text(document, "Date"),
    }
    known = {name.lower() for name, _ in pairs}
    return [*pairs, *((name, value) for name, value in taken.items() if value and name.lower() not in known)]


def _mailbox(value: object) -> str:
    address, name = text(value, "Email") or "", (text(value, "Name") or "").replace('"', "'").replace("\\", "")
    return f'"{name}" <{address}>' if name and address else address


def _envelope(document: Mapping[str, object]) -> str | None:
    # Only the first Return-Path is Postmark's own; the sender may have written the others.
    paths = [text(item, "Value") for item in objects(document, "Headers") if text(item, "Name") == "Return-Path"]
    return paths[0].strip("<>") if paths and paths[0] else None


def _piece(piece: Mapping[str, object]) -> Attachment:
    encoded, size = text(piece, "Content") or "", number(piece, "ContentLength")
    try:
        content = base64.b64decode(encoded)
    except (binascii.Error, ValueError):
        content = encoded.encode("utf-8", "replace")  # kept as it came: better a strange piece than none
    content_id = (text(piece, "ContentID") or "").strip("<>")
    return Attachment(
        name=text(piece, "Name") or None,
        content_type=text(piece, "ContentType") or "application/octet-stream",
        size=len(content) or (int(size) if size else 0),
        content_id=content_id or None,
        sha256=sha256_hex(content),
        content=content,
    )


def _report(document: Mapping[str, object], kind: str) -> Event:
    bounce, suppressed = text(document, "Type") or "", member(document, "SuppressSending") is True
    outcome: DeliveryStatus | str | None = None
    if kind == "Delivery":
        outcome = DeliveryStatus.DELIVERED
    elif kind == "SpamComplaint" or bounce in _STOPPING or (kind == "SubscriptionChange" and suppressed):
        outcome = STOPPED
    elif kind == "Bounce" and bounce != "Subscribe":
        outcome = DEFERRED if bounce in _SOFT else DeliveryStatus.BOUNCED
    stamp = next((s for n in ("DeliveredAt", "BouncedAt", "ReceivedAt", "ChangedAt") if (s := text(document, n))), None)
    recipient, identifier = text(document, "Recipient") or text(document, "Email"), text(document, "MessageID")
    return reported(
        Report(
            said=f"{kind} {bounce}".strip(),
            outcome=outcome,
            message_id=identifier,
            recipient=recipient,
            key=digest(kind, text(document, "ID") or identifier, recipient, stamp),
            account=text(document, "ServerID"),
            occurred_at=from_iso(stamp),
            occurred_raw=stamp,
            reason=text(document, "Description") or text(document, "Details"),
            details={"tag": text(document, "Tag"), "ref": text(document, "Metadata", "ref")},
        )
    )
