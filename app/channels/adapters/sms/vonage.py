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

from app.channels.adapters.sms import registering, vonage_inbound, vonage_sending, vonage_signature
from app.channels.adapters.sms.sms import capabilities_of
from app.channels.contract import (
    Attachment,
    Capabilities,
    ChannelConfig,
    Checked,
    Context,
    Delivery,
    Event,
    EventType,
    Meta,
    Outcome,
    Rendered,
    SendRequest,
    Sent,
    Verdict,
)
from app.channels.kit.forms import query, urlencoded
from app.channels.kit.json import load_provider, text
from app.channels.kit.keys import digest
from app.channels.kit.media import MAX_BYTES, download
from app.channels.kit.sending import basic_auth
from app.channels.kit.signatures import SignedConfig, in_force
from app.channels.kit.unsigned import WithoutHandshake

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
        if identifier and status in vonage_inbound.STATUSES:
            return [vonage_inbound.status_of(document, identifier=identifier, status=status, territory=territory)]
        if identifier and (vonage_inbound.named(document, "msisdn") or vonage_inbound.named(document, "from")):
            return vonage_inbound.message(document, identifier=identifier, territory=territory)
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

    async def check(self, config: ChannelConfig, context: Context) -> Checked:
        own = _own(config)
        return await registering.check_vonage(own.api_key, own.api_secret, context)

    async def on_enable(self, config: ChannelConfig, context: Context, *, public_url: str) -> Checked:
        own = _own(config)
        return await registering.tell_vonage(own.api_key, own.api_secret, context, sender=own.sender, url=public_url)

    async def on_disable(self, config: ChannelConfig, context: Context) -> Checked:
        own = _own(config)
        return await registering.tell_vonage(own.api_key, own.api_secret, context, sender=own.sender, url="")

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
