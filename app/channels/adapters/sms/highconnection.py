"""HighConnection (France): SMS received in ISO-8859-1, and receipts.

Source: the provider's API as read in public integrations; it signs nothing. Dates carry no zone.
"""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import SecretStr

from app.channels.contract import Capabilities, ChannelConfig, Delivery, DeliveryStatus, Event, EventType, Meta
from app.channels.kit.forms import Form, query, urlencoded
from app.channels.kit.keys import digest
from app.channels.kit.opt_out import with_opt_out
from app.channels.kit.phone import phone_party
from app.channels.kit.times import from_iso
from app.channels.kit.unsigned import SharedSecretConfig, SharedSecretDoor

_STATUSES = {"4": DeliveryStatus.SENT, "6": DeliveryStatus.DELIVERED} | dict.fromkeys(
    ("2", "11", "12", "13", "14", "15", "16"), DeliveryStatus.FAILED
)


class HighConnectionConfig(SharedSecretConfig):
    """An account of HighConnection; `zone` is that of the dates it writes."""

    charset: str = "iso-8859-1"
    zone: str = "UTC"
    territory: str = "FR"


class HighConnectionAdapter(SharedSecretDoor):
    """SMS received by a short number of HighConnection."""

    meta: ClassVar[Meta] = Meta(
        type="sms.highconnection",
        name_fr="SMS par HighConnection",
        name_en="SMS through HighConnection",
        homepage="https://www.highconnexion.com",
    )
    Config: ClassVar[type[ChannelConfig]] = HighConnectionConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:  # noqa: ARG002
        return Capabilities(receipts=True)

    def config_for(self, secret: str | None) -> ChannelConfig:
        return HighConnectionConfig(token=SecretStr(secret) if secret else None)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        assert isinstance(config, HighConnectionConfig)
        pairs = [*query(delivery.url, charset=config.charset), *urlencoded(delivery.body, charset=config.charset)]
        form = Form(pairs)
        ref, status = form.last("ret_id"), form.last("status")
        if ref and status is not None:
            return [_status(ref, status)]
        if form.last("FROM") is None or form.last("MESSAGE") is None:
            key = digest(*sorted(form.pairs))
            return [Event(type=EventType.IGNORED, event_key=key, reason="neither an SMS nor a receipt")]
        return _message(form, config)


def _status(ref: str, status: str) -> Event:
    known = _STATUSES.get(status)
    return Event(
        type=EventType.DELIVERY_UPDATE if known else EventType.IGNORED,
        event_key=f"{ref}:{status}",
        # `ret_id` is the reference we gave when sending, not an id of theirs.
        external_id=ref,
        status=known,
        reports_on=ref,
        fields={"ref": ref, "status": status},
        reason=None if known else f"unknown status {status}"[:200],
    )


def _message(form: Form, config: HighConnectionConfig) -> Sequence[Event]:
    identifier, stamp, words = form.last("ID"), form.last("RECEPTION_DATE"), form.last("MESSAGE") or ""
    to = phone_party(form.last("TO"), territory=config.territory)
    message = Event(
        type=EventType.MESSAGE_RECEIVED,
        event_key=identifier or digest(form.last("FROM"), stamp, words),
        external_id=identifier,
        sender=phone_party(form.last("FROM"), territory=config.territory, international=True),
        recipients=[to] if to else [],
        text=words,
        occurred_at=from_iso(stamp, zone=config.zone),
        occurred_raw=stamp,
    )
    return with_opt_out(message)
