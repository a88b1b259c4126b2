"""Pigeon: SMS posted as JSON, signed with HMAC-SHA256 over the body in `X-Pigeon-Signature`."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from pydantic import Field, SecretStr

from app.channels.contract import (
    Attachment,
    Capabilities,
    ChannelConfig,
    Checked,
    Context,
    Delivery,
    DeliveryStatus,
    Event,
    EventType,
    IdentityAssurance,
    Media,
    Meta,
    Outcome,
    Rendered,
    SendRequest,
    Sent,
    Support,
    TextUnit,
    Verdict,
)
from app.channels.errors import Unreadable
from app.channels.kit import probing
from app.channels.kit.json import load_provider, objects, text
from app.channels.kit.keys import digest
from app.channels.kit.media import download
from app.channels.kit.opt_out import with_opt_out
from app.channels.kit.phone import phone_party
from app.channels.kit.sending import Call, accepted, by_status, exchange
from app.channels.kit.signatures import SignedConfig, hmac_hex, in_force, judged, same
from app.channels.kit.times import from_iso
from app.channels.kit.unsigned import WithoutHandshake

HOST = "api.pigeon.example.org"
STATUSES = {"landed": DeliveryStatus.DELIVERED, "lost": DeliveryStatus.FAILED, "flying": DeliveryStatus.SENT}
PIECE_MAX = 5_000_000


class PigeonConfig(SignedConfig):
    """What an administrator fills in. Secrets are `SecretStr`: stored encrypted, never shown again."""

    signing_secret: SecretStr | None = Field(default=None, description="Secret de signature, dans le compte Pigeon.")
    previous_signing_secret: SecretStr | None = Field(
        default=None, description="L'ancien secret, accepté encore pendant qu'on le remplace."
    )
    api_key: SecretStr | None = Field(
        default=None, description="Clé avec laquelle on répond ; vide, on ne fait que lire."
    )
    territory: str = Field(default="FR", description="Territoire des numéros écrits sans indicatif.")
    accept_unsigned: bool = Field(default=False, description="Accepter ce qui n'est pas signé.")

    def signing_secrets(self) -> Sequence[SecretStr]:
        return in_force(self.signing_secret, self.previous_signing_secret)


class PigeonAdapter(WithoutHandshake):
    """SMS of one Pigeon account."""

    meta: ClassVar[Meta] = Meta(type="sms.pigeon", name_fr="SMS par Pigeon", name_en="SMS through Pigeon")
    Config: ClassVar[type[ChannelConfig]] = PigeonConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        assert isinstance(config, PigeonConfig)
        sends = config.api_key is not None
        return Capabilities(
            can_send=sends,
            can_start=sends,
            text_max=5,
            text_unit=TextUnit.SMS_SEGMENTS,
            receipts=True,
            media=(Media(types="*/*", support=Support.REJECTED),),
            fetch_max_bytes=PIECE_MAX if sends else None,
            identity_assurance=IdentityAssurance.ROUTED,
            needs_public_url=True,
            credential_hosts=(HOST,),
        )

    def config_for(self, secret: str | None) -> ChannelConfig:
        return PigeonConfig(signing_secret=SecretStr(secret) if secret else None, accept_unsigned=secret is None)

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:  # noqa: ARG002
        assert isinstance(config, PigeonConfig)
        given = delivery.header("X-Pigeon-Signature") or ""
        # Over the bytes received: JSON that was read and written again has another signature.
        return judged(
            config.signing_secrets(),
            lambda key: same(given, hmac_hex(key, delivery.body)),
            what="the X-Pigeon-Signature",
        )

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        assert isinstance(config, PigeonConfig)
        document = load_provider(delivery.body)  # refuses NaN, doubled keys, 10 000 levels; cleans NUL and surrogates
        if not isinstance(document, dict):
            raise Unreadable("a Pigeon delivery is a JSON object")
        identifier, kind, stamp = text(document, "id"), text(document, "kind"), text(document, "sent_at")
        status = STATUSES.get(text(document, "status") or "")
        if kind == "receipt" and identifier and status:
            return [
                Event(
                    type=EventType.DELIVERY_UPDATE,
                    event_key=f"{identifier}:{status}",  # a message lands once; it may be told to fly, then to land
                    external_id=identifier,
                    status=status,
                    reports_on=identifier,
                )
            ]
        if kind != "message":
            return [Event(type=EventType.IGNORED, event_key=digest(repr(document)), reason=f"a {kind}"[:200])]
        message = Event(
            type=EventType.MESSAGE_RECEIVED,
            event_key=identifier or digest(repr(document)),
            external_id=identifier,
            sender=phone_party(text(document, "from"), territory=config.territory),
            text=text(document, "words") or "",
            attachments=[
                Attachment(name=None, content_type=text(piece, "type") or "image/jpeg", source=text(piece, "url"))
                for piece in objects(document, "pictures")
            ],
            occurred_at=from_iso(stamp),
            occurred_raw=stamp,
        )
        return with_opt_out(message)  # "STOP" gives a second event beside the message

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered:  # noqa: ARG002
        body = json.dumps({"to": request.to.address, "words": request.text, "ref": request.ref}).encode()
        return Rendered("application/json", body, f"https://{HOST}/v1/flights")

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:
        assert isinstance(config, PigeonConfig)
        if config.api_key is None:
            return Sent(outcome=Outcome.CONFIG, detail="no API key")
        rendered = self.render(request, config)
        answer = await exchange(_call(config, "POST", rendered.url or "", rendered.body), context)
        if isinstance(answer, Sent):
            return answer  # no answer came: the outcome says whether the attempt may be repeated
        if answer.status not in {200, 201}:
            return by_status(answer, now=context.now())
        try:
            return accepted(text(load_provider(answer.body), "id"))
        except Unreadable:
            return accepted()

    async def check(self, config: ChannelConfig, context: Context) -> Checked:
        assert isinstance(config, PigeonConfig)
        if config.api_key is None:
            return probing.incomplete("la clé manque : le canal ne fait que lire", "no API key: the channel only reads")
        told = await probing.asked(_call(config, "GET", f"https://{HOST}/v1/account"), context, name="Pigeon")
        if isinstance(told, Checked):
            return told
        return probing.ready("Pigeon accepte la clé", "Pigeon accepts the key")

    async def on_enable(self, config: ChannelConfig, context: Context, *, public_url: str) -> Checked:
        return await self._registered(config, context, json.dumps({"url": public_url}).encode())

    async def on_disable(self, config: ChannelConfig, context: Context) -> Checked:
        return await self._registered(config, context, b'{"url": null}')

    async def fetch(self, attachment: Attachment, config: ChannelConfig, context: Context) -> bytes:
        assert isinstance(config, PigeonConfig)
        key = {"X-Api-Key": config.api_key.get_secret_value()} if config.api_key else {}
        return await download(attachment.source or "", context, headers=key, hosts=(HOST,), max_bytes=PIECE_MAX)

    async def _registered(self, config: ChannelConfig, context: Context, body: bytes) -> Checked:
        assert isinstance(config, PigeonConfig)
        if config.api_key is None:
            return probing.incomplete("la clé manque", "no API key")
        told = await probing.asked(_call(config, "PUT", f"https://{HOST}/v1/loft", body), context, name="Pigeon")
        if isinstance(told, Checked):
            return told
        return probing.ready("Pigeon connaît notre adresse", "Pigeon knows our address")


def _call(config: PigeonConfig, method: str, url: str, body: bytes = b"") -> Call:
    key = config.api_key.get_secret_value() if config.api_key else ""
    headers = {"Content-Type": "application/json", "X-Api-Key": key}
    return Call(method=method, url=url, body=body, headers=headers, hosts=(HOST,))
