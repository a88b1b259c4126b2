"""Brevo: mails received (inbound parsing) and what became of those sent.

Sources: developers.brevo.com/docs/inbound-parse-webhooks, /docs/transactional-webhooks. Nothing is signed: put a
`?token=` in the URL, or a header, when creating the webhook. Pieces are fetched with their download token.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from pydantic import SecretStr

from app.channels.adapters.mail_providers.reading import Headers, clean_html, event_of
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
from app.channels.kit.times import from_epoch
from app.channels.kit.unsigned import SharedSecretConfig, SharedSecretDoor

MAX_BYTES = 40 << 20
_OUTCOMES: Mapping[str, DeliveryStatus | str] = {
    "request": DeliveryStatus.ACCEPTED,
    "requests": DeliveryStatus.ACCEPTED,
    "sent": DeliveryStatus.SENT,
    "deferred": DEFERRED,
    "softbounce": DEFERRED,
    "delivered": DeliveryStatus.DELIVERED,
    "hardbounce": DeliveryStatus.BOUNCED,
    "invalid": DeliveryStatus.BOUNCED,
    "invalidemail": DeliveryStatus.BOUNCED,
    "blocked": DeliveryStatus.FAILED,
    "error": DeliveryStatus.FAILED,
    "spam": STOPPED,
    "complaint": STOPPED,
    "unsubscribe": STOPPED,
    "unsubscribed": STOPPED,
}


class BrevoMailConfig(SharedSecretConfig):
    """An account of Brevo."""

    api_key: SecretStr | None = None


class BrevoMailAdapter(SharedSecretDoor):
    """Mails of one Brevo account."""

    meta: ClassVar[Meta] = Meta(
        type="email.brevo",
        name_fr="Courriel par Brevo",
        name_en="E-mail through Brevo",
        homepage="https://developers.brevo.com/docs/inbound-parse-webhooks",
    )
    Config: ClassVar[type[ChannelConfig]] = BrevoMailConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:  # noqa: ARG002
        return Capabilities(html=True, subject=True, receipts=True, credential_hosts=("api.brevo.com",))

    def config_for(self, secret: str | None) -> ChannelConfig:
        return BrevoMailConfig(token=SecretStr(secret) if secret else None)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:  # noqa: ARG002
        document = load_provider(delivery.body, max_bytes=MAX_BYTES)
        if not isinstance(document, dict):
            raise Unreadable("a Brevo delivery is a JSON object")
        items = list(objects(document, "items"))
        if items:
            return [_mail(item) for item in items]
        if text(document, "event"):
            return [_report(document)]
        key = digest(delivery.body.hex())
        return [Event(type=EventType.IGNORED, event_key=key, reason="neither a mail nor an event")]


def _mail(item: Mapping[str, object]) -> Event:
    uuids = member(item, "Uuid")
    uuid = str(uuids[0]) if isinstance(uuids, list) and uuids else None
    said = Headers.of(_headers(item))
    return event_of(
        said,
        key=uuid or digest(text(item, "MessageId"), repr(item)),
        account=None,
        text=text(item, "RawTextBody"),
        html=clean_html(text(item, "RawHtmlBody")),
        attachments=[_piece(piece) for piece in objects(item, "Attachments")],
        fields={"spam_score": score} if (score := member(item, "SpamScore")) is not None else {},
        text_new=text(item, "ExtractedMarkdownMessage"),
    )


def _headers(item: Mapping[str, object]) -> Sequence[tuple[str, str]]:
    """Returns the mail's own fields, completed by those Brevo took out of it."""
    listed = member(item, "Headers")
    pairs: list[tuple[str, str]] = []
    for name, value in listed.items() if isinstance(listed, dict) else ():
        values = value if isinstance(value, list) else [value]
        pairs += [(str(name), word) for one in values if (word := text(one)) is not None]
    known = {name.lower() for name, _ in pairs}
    taken = {
        "Message-ID": text(item, "MessageId"),
        "In-Reply-To": text(item, "InReplyTo"),
        "Subject": text(item, "Subject"),
        "Date": text(item, "SentAtDate"),
        "From": _mailbox(member(item, "From")),
        "To": ", ".join(_mailbox(one) for one in objects(item, "To")),
        "Cc": ", ".join(_mailbox(one) for one in objects(item, "Cc")),
    }
    return [*pairs, *((name, value) for name, value in taken.items() if value and name.lower() not in known)]


def _mailbox(value: object) -> str:
    address, name = text(value, "Address") or "", (text(value, "Name") or "").replace('"', "'").replace("\\", "")
    return f'"{name}" <{address}>' if name and address else address


def _piece(piece: Mapping[str, object]) -> Attachment:
    size = number(piece, "ContentLength")
    return Attachment(
        name=text(piece, "Name") or None,
        content_type=text(piece, "ContentType") or "application/octet-stream",
        size=int(size) if size is not None else None,
        content_id=text(piece, "ContentID"),
        source=text(piece, "DownloadToken"),
    )


def _report(document: Mapping[str, object]) -> Event:
    said = text(document, "event") or ""
    # Only ts_epoch is UTC: ts, ts_event and date follow the account's time zone.
    stamp = text(document, "ts_epoch")
    return reported(
        Report(
            said=said,
            outcome=_OUTCOMES.get(said.lower().replace("_", "")),
            message_id=text(document, "message-id"),
            recipient=text(document, "email"),
            key=digest(said, text(document, "message-id"), text(document, "email"), stamp or text(document, "ts")),
            occurred_at=from_epoch(stamp),
            occurred_raw=stamp or text(document, "date"),
            reason=text(document, "reason"),
            details={"tag": text(document, "tag")},
        )
    )
