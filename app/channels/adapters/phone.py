"""Telephone: the call log of any hosted switchboard, one signed JSON object an event.

Several events tell one call: those that end it make a message, the others are kept as ignored. A missed call is to be
called back, a voice message is its piece, an answered call is a line on the person's request. A number is what the
network showed, which may be forged: it names a contact point, it proves nobody.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from pydantic import Field, SecretStr

from app.channels.adapters import phone_calls
from app.channels.contract import (
    Attachment,
    Capabilities,
    ChannelConfig,
    Context,
    Delivery,
    Event,
    Meta,
    Verdict,
)
from app.channels.errors import Unfetched
from app.channels.kit import webhooks
from app.channels.kit.json import load_strict
from app.channels.kit.media import download
from app.channels.kit.signatures import UNSIGNED, in_force, refused
from app.channels.kit.unsigned import WithoutHandshake

_VOICEMAIL_BYTES = 25 * 2**20


class PhoneConfig(ChannelConfig):
    """A switchboard that signs as Standard Webhooks say; with no secret, agents write calls down and the door is shut."""

    secrets: tuple[SecretStr, ...] = Field(default=(), max_length=5)  # whsec_…: all in force, for rotation
    accept_unsigned: bool = False
    tolerance_s: int | None = webhooks.TOLERANCE_S
    territory: str = "FR"
    zone: str = "Europe/Paris"


class PhoneAdapter(WithoutHandshake):
    """Calls of one switchboard, and those agents write down."""

    meta: ClassVar[Meta] = Meta(
        type="phone",
        name_fr="Téléphone (journal d'appels)",
        name_en="Telephone (call log)",
        homepage="https://www.standardwebhooks.com",
    )
    Config: ClassVar[type[ChannelConfig]] = PhoneConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        return Capabilities(
            electronic=False, fetch_max_bytes=_VOICEMAIL_BYTES, needs_public_url=bool(_own(config).secrets)
        )

    def config_for(self, secret: str | None) -> ChannelConfig:
        return PhoneConfig(secrets=(SecretStr(secret),) if secret else (), accept_unsigned=secret is None)

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:
        own = _own(config)
        if secrets := in_force(*own.secrets):
            return webhooks.verify(delivery, secrets, now=now, tolerance_s=own.tolerance_s)
        return UNSIGNED if own.accept_unsigned else refused("no secret is set: this door is shut")

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        own = _own(config)
        document = load_strict(delivery.body)
        listed = document if isinstance(document, list) else [document]
        return [phone_calls.event(one, territory=own.territory, zone=own.zone) for one in listed]

    async def fetch(self, attachment: Attachment, config: ChannelConfig, context: Context) -> bytes:  # noqa: ARG002
        """Fetches a voice message: its address is signed for by the switchboard, no credential of ours travels."""
        if attachment.source is None:
            raise Unfetched("le message vocal n'a pas d'adresse", retry=False)
        return await download(attachment.source, context, max_bytes=_VOICEMAIL_BYTES)


def _own(config: ChannelConfig) -> PhoneConfig:
    assert isinstance(config, PhoneConfig)
    return config
