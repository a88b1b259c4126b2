"""mTarget (France): SMS received, long ones in parts, and receipts.

Source: the provider's API as read in public integrations; it signs nothing.
"""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import SecretStr

from app.channels.contract import Capabilities, ChannelConfig, Delivery, DeliveryStatus, Event, EventType, Meta
from app.channels.kit.forms import Form, read_form
from app.channels.kit.json import number
from app.channels.kit.keys import digest
from app.channels.kit.opt_out import with_opt_out
from app.channels.kit.phone import phone_party
from app.channels.kit.unsigned import SharedSecretConfig, SharedSecretDoor

_STATUSES = {
    "0": DeliveryStatus.ACCEPTED,
    "1": DeliveryStatus.SENT,
    "2": DeliveryStatus.SENT,
    "3": DeliveryStatus.DELIVERED,
    "4": DeliveryStatus.FAILED,
    "6": DeliveryStatus.FAILED,
}


class MtargetConfig(SharedSecretConfig):
    """A service of mTarget."""

    territory: str = "FR"


class MtargetAdapter(SharedSecretDoor):
    """SMS received by a short number of mTarget."""

    meta: ClassVar[Meta] = Meta(
        type="sms.mtarget",
        name_fr="SMS par mTarget",
        name_en="SMS through mTarget",
        homepage="https://www.mtarget.fr",
    )
    Config: ClassVar[type[ChannelConfig]] = MtargetConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:  # noqa: ARG002
        return Capabilities(receipts=True)

    def config_for(self, secret: str | None) -> ChannelConfig:
        return MtargetConfig(token=SecretStr(secret) if secret else None)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        assert isinstance(config, MtargetConfig)
        form = read_form(delivery)
        identifier, status = form.last("MsgId"), form.last("Status")
        if identifier and status is not None:
            return [_status(identifier, status)]
        if form.last("Msisdn") is None or form.last("Content") is None:
            key = digest(*sorted(form.pairs))
            return [Event(type=EventType.IGNORED, event_key=key, reason="neither an SMS nor a receipt")]
        return _message(form, territory=config.territory)


def _status(identifier: str, status: str) -> Event:
    known = _STATUSES.get(status)
    return Event(
        type=EventType.DELIVERY_UPDATE if known else EventType.IGNORED,
        event_key=f"{identifier}:{status}",
        external_id=identifier,
        status=known,
        reports_on=identifier,
        fields={"status": status},
        reason=None if known else f"unknown status {status}"[:200],
    )


def _message(form: Form, *, territory: str) -> Sequence[Event]:
    identifier, number_from, words = form.last("MsgId"), form.last("Msisdn"), form.last("Content") or ""
    group, index = form.last("msglong.id"), number(form.last("msglong.msgref"))
    total = number(form.last("msglong.msgcount"))
    keyword = form.last("Keyword")
    message = Event(
        type=EventType.MESSAGE_RECEIVED,
        event_key=identifier or digest(number_from, words),
        external_id=identifier,
        sender=phone_party(number_from, territory=territory, international=True),
        text=words,
        fields={"keyword": keyword} if keyword else {},
    )
    if not group or not index or not total:
        return with_opt_out(message, said_by_provider=(keyword or "").lower() == "stop")
    # Parts may come in any order; the platform joins them, and gives up waiting after a while.
    return [
        Event(
            type=EventType.PART_RECEIVED,
            event_key=f"{group}:{int(index)}",
            external_id=identifier,
            sender=message.sender,
            text=words,
            fields={**message.fields, "group": group, "index": int(index), "total": int(total)},
        )
    ]
