"""The generic channel: any software that can sign an HTTP request, in any language.

In: Standard Webhooks signatures or a bearer token, over bare JSON or CloudEvents. Out: one CloudEvent a message, signed
the same way, to the integrator's address.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from app.channels.adapters.http import envelopes
from app.channels.contract import (
    Capabilities,
    ChannelConfig,
    Context,
    Delivery,
    Event,
    Handshake,
    Meta,
    Outcome,
    Rendered,
    SendRequest,
    Sent,
    Verdict,
)
from app.channels.kit import webhooks
from app.channels.kit.json import JsonRefused, load_provider, member, text
from app.channels.kit.sending import Answer, Call, by_status, exchange, shortened
from app.channels.kit.signatures import SignedConfig, in_force, shared_secret, unpadded


class HttpConfig(SignedConfig):
    """How an integrator proves itself, and where its answers are posted."""

    secrets: tuple[SecretStr, ...] = Field(default=(), max_length=5)  # whsec_…, whpk_…: all in force, for rotation
    bearer_token: SecretStr | None = None  # for senders that cannot sign
    tolerance_s: int | None = webhooks.TOLERANCE_S
    allowed_origins: tuple[str, ...] = ()  # CloudEvents handshake; empty: any origin may ask
    rate: int = Field(default=120, ge=1)  # requests a minute granted in the handshake
    outbound_url: str | None = None
    outbound_secrets: tuple[SecretStr, ...] = Field(default=(), max_length=5)
    source: str = "urn:parvis"
    text_max: int | None = Field(default=None, ge=1)
    territory: str = "FR"
    zone: str = "Europe/Paris"

    def signing_secrets(self) -> Sequence[SecretStr]:
        return [*in_force(*self.secrets), *in_force(self.bearer_token)]

    @model_validator(mode="after")
    def _usable(self) -> Self:
        for secret in (*self.secrets, *self.outbound_secrets):
            unpadded(secret.get_secret_value().removeprefix("whsec_").removeprefix("whpk_"))
        if self.outbound_url and (urlsplit(self.outbound_url).scheme != "https" or not self.outbound_secrets):
            raise ValueError("the outbound address is https and what is sent there is signed (outbound_secrets)")
        return self


class HttpAdapter:
    """A channel made of signed HTTP requests."""

    meta: ClassVar[Meta] = Meta(
        type="http",
        name_fr="Canal HTTP générique",
        name_en="Generic HTTP channel",
        homepage="https://www.standardwebhooks.com",
    )
    Config: ClassVar[type[ChannelConfig]] = HttpConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        own = _own(config)
        sends = own.outbound_url is not None
        return Capabilities(
            can_send=sends,
            can_start=sends,
            text_max=own.text_max,
            html=True,
            subject=True,
            attachments_max_bytes=envelopes.MAX_BYTES,
            receipts=sends,
            credential_hosts=(_host(own),) if sends else (),
        )

    def config_for(self, secret: str | None) -> ChannelConfig:
        given = (SecretStr(secret),) if secret else ()
        return HttpConfig(secrets=given, accept_unsigned=secret is None)

    def handshake(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Handshake | None:  # noqa: ARG002
        own = _own(config)
        return envelopes.handshake(delivery, allowed=own.allowed_origins, rate=own.rate)

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:
        own = _own(config)
        signed = delivery.header("webhook-signature") is not None
        if own.bearer_token is not None and not (signed and own.secrets):
            return shared_secret(delivery, in_force(own.bearer_token))
        return webhooks.verify(delivery, in_force(*own.secrets), now=now, tolerance_s=own.tolerance_s)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        own = _own(config)
        return envelopes.read(delivery, territory=own.territory, zone=own.zone)

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered:
        own = _own(config)
        to = {"kind": request.to.kind, "address": request.to.address, "display_name": request.to.display_name}
        data = {
            "ref": request.ref,
            "to": to,
            "subject": request.subject,
            "text": request.text,
            "html": request.html,
            "in_reply_to": request.in_reply_to,
            "author": "person" if request.human else "automation",
            "automatic": request.automatic,
            "attachments": [
                {"name": piece.name, "content_type": piece.content_type, "size": piece.size, "url": piece.source}
                for piece in request.attachments
            ],
            "status_url": request.status_url,
        }
        document = {
            "specversion": "1.0",
            "id": request.ref,
            "source": own.source,
            "type": "fr.parvis.message.send.v1",
            "datacontenttype": "application/json",
            "data": data,
        }
        body = json.dumps(document, ensure_ascii=False).encode()
        return Rendered("application/cloudevents+json", body, own.outbound_url)

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:
        own = _own(config)
        if own.outbound_url is None:
            return Sent(outcome=Outcome.CONFIG, detail="no outbound address")
        rendered = self.render(request, config)
        # The reference is the webhook's id: an integrator that sees it twice has one message, not two.
        signed = webhooks.signed_headers(
            identifier=request.ref.replace(".", "_"),
            at=context.now(),
            body=rendered.body,
            secrets=own.outbound_secrets,
        )
        headers = {"Content-Type": rendered.content_type, **signed}
        call = Call(method="POST", url=own.outbound_url, body=rendered.body, headers=headers, hosts=(_host(own),))
        answer = await exchange(call, context)
        return answer if isinstance(answer, Sent) else _outcome(answer, request, now=context.now())


def _own(config: ChannelConfig) -> HttpConfig:
    assert isinstance(config, HttpConfig)
    return config


def _host(own: HttpConfig) -> str:
    return (urlsplit(own.outbound_url or "").hostname or "").lower()


def _outcome(answer: Answer, request: SendRequest, *, now: datetime) -> Sent:
    try:
        document = load_provider(answer.body) if answer.body else None
    except JsonRefused:
        document = None
    # 409 says that the reference is known: an earlier attempt had succeeded.
    if 200 <= answer.status < 300 or answer.status == 409:
        ids = member(document, "external_ids")
        given = [found for item in ids if (found := text(item))] if isinstance(ids, list) else []
        return Sent(outcome=Outcome.OK, external_ids=given or [request.ref])
    told = text(document, "code") or text(document, "detail") or text(document, "title")
    plain = by_status(answer, now=now, detail=f"the integrator answered {answer.status}: {told}" if told else None)
    if answer.status == 410:
        return Sent(outcome=Outcome.OPTED_OUT, detail=shortened(plain.detail))
    return plain
