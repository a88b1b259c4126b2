"""Vonage: the SMS API (form or query string) and the Messages API (JSON), received and reported.

Sources: developer.vonage.com/en/messaging/sms/guides/inbound-sms, /delivery-receipts, /getting-started/concepts/webhooks
(signed webhooks), /messages/concepts/webhooks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar, Literal
from urllib.parse import urlencode

from pydantic import SecretStr

from app.channels.adapters.sms import vonage_sending, vonage_signature
from app.channels.adapters.sms.sms import capabilities_of
from app.channels.contract import (
    Attachment,
    Capabilities,
    ChannelConfig,
    Context,
    Delivery,
    DeliveryStatus,
    Event,
    EventType,
    Meta,
    Outcome,
    Party,
    PointKind,
    Rendered,
    SendRequest,
    Sent,
    Verdict,
)
from app.channels.kit.forms import query, urlencoded
from app.channels.kit.json import load_provider, member, number, text
from app.channels.kit.keys import digest
from app.channels.kit.media import MAX_BYTES, download
from app.channels.kit.opt_out import with_opt_out
from app.channels.kit.phone import phone_party
from app.channels.kit.sending import basic_auth
from app.channels.kit.signatures import SignedConfig, in_force
from app.channels.kit.times import from_epoch, from_iso
from app.channels.kit.unsigned import WithoutHandshake

_STATUSES = {
    "submitted": DeliveryStatus.ACCEPTED,
    "accepted": DeliveryStatus.SENT,
    "buffered": DeliveryStatus.SENT,
    "unknown": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "expired": DeliveryStatus.FAILED,
    "failed": DeliveryStatus.FAILED,
    "rejected": DeliveryStatus.FAILED,
    "undeliverable": DeliveryStatus.FAILED,
}
_PIECES = ("image", "audio", "video", "file")
_MEDIA_HOSTS = ("api.nexmo.com", "api-eu.nexmo.com", "api-us.nexmo.com", "api-ap.nexmo.com")


class VonageConfig(SignedConfig):
    """The signature secret of the account, and the method chosen beside it."""

    signature_secret: SecretStr | None = None
    previous_signature_secret: SecretStr | None = None
    signature_method: Literal["auto", "md5hash", "md5", "sha1", "sha256", "sha512"] = "auto"
    tolerance_s: int | None = 300
    api_key: str = ""
    api_secret: SecretStr | None = None  # with the key and a sender, it also sends
    sender: str = ""
    territory: str = "FR"

    def signing_secrets(self) -> Sequence[SecretStr]:
        return in_force(self.signature_secret, self.previous_signature_secret)


class VonageAdapter(WithoutHandshake):
    """SMS of a Vonage number."""

    meta: ClassVar[Meta] = Meta(
        type="sms.vonage",
        name_fr="SMS par Vonage",
        name_en="SMS through Vonage",
        homepage="https://developer.vonage.com/en/messaging/sms/overview",
    )
    Config: ClassVar[type[ChannelConfig]] = VonageConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        own = _own(config)
        sends = bool(own.api_key and own.api_secret and own.sender)
        # Thirty requests a second for an account, one for a number of the United States; a town's needs are smaller.
        declared = capabilities_of(sends=sends, hosts=(vonage_sending.HOST,), rate=30)
        return replace(
            declared, fetch_max_bytes=MAX_BYTES, credential_hosts=(*declared.credential_hosts, *_MEDIA_HOSTS)
        )

    def config_for(self, secret: str | None) -> ChannelConfig:
        return VonageConfig(signature_secret=SecretStr(secret) if secret else None, accept_unsigned=secret is None)

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:
        own = _own(config)
        return vonage_signature.verify(
            delivery, own.signing_secrets(), method=own.signature_method, now=now, tolerance_s=own.tolerance_s
        )

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        document = _document(delivery)
        identifier = text(document, "message_uuid") or text(document, "messageId") or text(document, "message-id")
        status = (text(document, "status") or "").lower()
        territory = _own(config).territory
        if identifier and status in _STATUSES:
            return [_status(document, identifier=identifier, status=status, territory=territory)]
        if identifier and (_address(document, "msisdn") or _address(document, "from")):
            return _message(document, identifier=identifier, territory=territory)
        return [
            Event(
                type=EventType.IGNORED,
                event_key=digest(*sorted((name, repr(value)) for name, value in document.items())),
                external_id=identifier,
                reason=f"neither a message nor a receipt ({status or 'no messageId'})"[:200],
            )
        ]

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered:
        """Writes all but the secret: what is shown holds none."""
        own = _own(config)
        pairs = vonage_sending.pairs(request, key=own.api_key, sender=own.sender)
        return Rendered(vonage_sending.FORM, urlencode(pairs).encode(), vonage_sending.URL)

    async def fetch(self, attachment: Attachment, config: ChannelConfig, context: Context) -> bytes:
        """Asks with the account's name where the address is Vonage's own; others are public."""
        own = _own(config)
        named = own.api_key and own.api_secret
        headers = {"Authorization": basic_auth(own.api_key, own.api_secret)} if named and own.api_secret else None
        return await download(attachment.source or "", context, headers=headers, hosts=_MEDIA_HOSTS)

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:
        own = _own(config)
        if own.api_secret is None or not (own.api_key and own.sender and request.to.address):
            return Sent(
                outcome=Outcome.CONFIG, detail="the key of the account, its secret, a sender and a number are needed"
            )
        return await vonage_sending.send(self.render(request, config), own.api_secret, context)


def _own(config: ChannelConfig) -> VonageConfig:
    assert isinstance(config, VonageConfig)
    return config


def _document(delivery: Delivery) -> Mapping[str, object]:
    document: dict[str, object] = dict(query(delivery.url))
    if "json" in (delivery.header("Content-Type") or "").lower():
        body = load_provider(delivery.body)
        return {**document, **body} if isinstance(body, dict) else document
    return {**document, **dict(urlencoded(delivery.body))}


def _message(document: Mapping[str, object], *, identifier: str, territory: str) -> Sequence[Event]:
    stamp = text(document, "message-timestamp") or text(document, "timestamp")
    to = _party(document, "to", territory=territory)
    message = Event(
        type=EventType.MESSAGE_RECEIVED,
        event_key=identifier,
        external_id=identifier,
        account=text(document, "api-key"),
        sender=_party(document, "msisdn", territory=territory) or _party(document, "from", territory=territory),
        recipients=[to] if to else [],
        text=text(document, "text") or text(document, "message", "content", "text") or "",
        attachments=_pieces(document),
        # "2020-01-01 12:00:00", in UTC.
        occurred_at=from_iso(stamp) or from_epoch(stamp),
        occurred_raw=stamp,
        fields={name: said for name in ("keyword", "type", "channel") if (said := text(document, name))},
    )
    part, total = number(document, "concat-part"), number(document, "concat-total")
    group = text(document, "concat-ref")
    if text(document, "concat") == "true" and part and total and group:
        person = message.sender.address if message.sender else None
        return [_part(message, group=digest(person, group), index=int(part), total=int(total))]
    return with_opt_out(message)


def _part(message: Event, *, group: str, index: int, total: int) -> Event:
    return Event(
        type=EventType.PART_RECEIVED,
        event_key=message.event_key,
        external_id=message.external_id,
        account=message.account,
        sender=message.sender,
        recipients=message.recipients,
        text=message.text,
        occurred_at=message.occurred_at,
        occurred_raw=message.occurred_raw,
        fields={**message.fields, "group": group, "index": index, "total": total},
    )


def _status(document: Mapping[str, object], *, identifier: str, status: str, territory: str) -> Event:
    # A receipt of the SMS API names the person `msisdn` and us `to`; one of the Messages API names the person `to`.
    person = _party(document, "to" if "message_uuid" in document else "msisdn", territory=territory)
    stamp = text(document, "message-timestamp") or text(document, "timestamp")
    code = text(document, "err-code") or text(document, "error", "title")
    reason = text(document, "error", "detail")
    kept = {"status": status, "error_code": code, "ref": text(document, "client-ref") or text(document, "client_ref")}
    return Event(
        type=EventType.DELIVERY_UPDATE,
        event_key=digest(identifier, status, stamp),
        external_id=identifier,
        recipients=[person] if person else [],
        occurred_at=from_iso(stamp) or from_epoch(stamp),
        occurred_raw=stamp,
        status=_STATUSES[status],
        reports_on=identifier,
        fields={name: said for name, said in kept.items() if said},
        reason=reason or (f"Vonage {code}" if code and code != "0" else None),
    )


def _address(document: Mapping[str, object], name: str) -> str | None:
    return text(document, name) or text(document, name, "number") or text(document, name, "id")


def _party(document: Mapping[str, object], name: str, *, territory: str) -> Party | None:
    address = _address(document, name)
    if address is not None and text(document, "channel") == "whatsapp":
        return Party(PointKind.WHATSAPP, address.lstrip("+"), text(document, "profile", "name"))
    return phone_party(address, territory=territory, international=True)


def _pieces(document: Mapping[str, object]) -> Sequence[Attachment]:
    return [
        Attachment(
            name=text(document, kind, "name"),
            content_type="application/octet-stream" if kind == "file" else f"{kind}/*",
            source=url,
        )
        for kind in _PIECES
        if isinstance(member(document, kind), dict) and (url := text(document, kind, "url"))
    ]
