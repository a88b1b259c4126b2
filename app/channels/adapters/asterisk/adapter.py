"""Asterisk: the calls of a switchboard, as events of AMI or ARI that a small relay posts to us.

A call is not an electronic sending: it opens no legal term. A call nobody answered, and a voice message, make a ticket;
the rest is told for the screen and kept as ignored.
"""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import SecretStr

from app.channels.adapters.asterisk import ami, ari
from app.channels.contract import Capabilities, ChannelConfig, Delivery, Event, EventType, Meta
from app.channels.kit.json import load_provider
from app.channels.kit.keys import digest
from app.channels.kit.unsigned import SharedSecretConfig, SharedSecretDoor


class AsteriskConfig(SharedSecretConfig):
    """A switchboard; `zone` is that of its clock, which its call records do not name."""

    zone: str = "Europe/Paris"
    territory: str = "FR"


class AsteriskAdapter(SharedSecretDoor):
    """Calls of one switchboard."""

    meta: ClassVar[Meta] = Meta(
        type="phone.asterisk",
        name_fr="Téléphone (Asterisk)",
        name_en="Telephone (Asterisk)",
        homepage="https://docs.asterisk.org",
    )
    Config: ClassVar[type[ChannelConfig]] = AsteriskConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:  # noqa: ARG002
        return Capabilities(electronic=False)

    def config_for(self, secret: str | None) -> ChannelConfig:
        return AsteriskConfig(token=SecretStr(secret) if secret else None)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        assert isinstance(config, AsteriskConfig)
        if delivery.body.lstrip()[:1] in {b"{", b"["}:
            document = load_provider(delivery.body)
            listed = document if isinstance(document, list) else [document]
            found = [ari.event(item, territory=config.territory, zone=config.zone) for item in listed]
        else:
            found = [
                ami.event(block, territory=config.territory, zone=config.zone) for block in ami.blocks(delivery.body)
            ]
        return found or [Event(type=EventType.IGNORED, event_key=digest(delivery.body.hex()), reason="nothing in it")]
