"""Brevo: receipts and answers of transactional SMS.

Source: developers.brevo.com/docs/transactional-webhooks (SMS). The shape of an answer is not documented in full; every
name seen is read. Brevo signs nothing: give it a URL with a `?token=`, or a header, when creating the webhook.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from pydantic import SecretStr

from app.channels.contract import Capabilities, ChannelConfig, Delivery, DeliveryStatus, Event, EventType, Meta
from app.channels.errors import Unreadable
from app.channels.kit.json import load_provider, number, text
from app.channels.kit.keys import digest
from app.channels.kit.opt_out import opt_out_of, with_opt_out
from app.channels.kit.phone import phone_party
from app.channels.kit.times import from_epoch, from_iso
from app.channels.kit.unsigned import SharedSecretConfig, SharedSecretDoor

_STATUSES = {
    "request": DeliveryStatus.ACCEPTED,
    "requested": DeliveryStatus.ACCEPTED,
    "accepted": DeliveryStatus.ACCEPTED,
    "sent": DeliveryStatus.SENT,
    "softbounce": DeliveryStatus.SENT,  # tried again by Brevo
    "softbounces": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "hardbounce": DeliveryStatus.FAILED,
    "hardbounces": DeliveryStatus.FAILED,
    "rejected": DeliveryStatus.FAILED,
    "blocked": DeliveryStatus.FAILED,
    "skip": DeliveryStatus.FAILED,
    "blacklisted": DeliveryStatus.FAILED,
}
_REPLIES = {"reply", "replied", "replies"}
_STOPPED = {"unsubscribe", "unsubscribed", "blacklisted"}


class BrevoSmsConfig(SharedSecretConfig):
    """An account of Brevo."""

    territory: str = "FR"


class BrevoSmsAdapter(SharedSecretDoor):
    """Answers and receipts of SMS sent by Brevo."""

    meta: ClassVar[Meta] = Meta(
        type="sms.brevo",
        name_fr="SMS par Brevo",
        name_en="SMS through Brevo",
        homepage="https://developers.brevo.com/docs/transactional-webhooks",
    )
    Config: ClassVar[type[ChannelConfig]] = BrevoSmsConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:  # noqa: ARG002
        return Capabilities(receipts=True)

    def config_for(self, secret: str | None) -> ChannelConfig:
        return BrevoSmsConfig(token=SecretStr(secret) if secret else None)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        assert isinstance(config, BrevoSmsConfig)
        document = load_provider(delivery.body)
        if not isinstance(document, dict):
            raise Unreadable("a Brevo event is a JSON object")
        return _events(document, territory=config.territory)


def _events(document: Mapping[str, object], *, territory: str) -> Sequence[Event]:
    said = text(document, "msg_status") or text(document, "event") or text(document, "status") or ""
    status = said.lower().replace("_", "").replace("-", "")
    identifier = text(document, "messageId") or text(document, "message_id")
    person = phone_party(_person(document, reply=status in _REPLIES), territory=territory, international=True)
    words = text(document, "reply") or text(document, "content") or text(document, "message")
    is_reply = status in _REPLIES and words is not None
    base = Event(
        type=EventType.MESSAGE_RECEIVED if is_reply else EventType.DELIVERY_UPDATE,
        event_key=digest(identifier, status, _stamp(document), words if is_reply else ""),
        external_id=identifier,
        sender=person if is_reply or status in _STOPPED else None,
        recipients=[person] if person and not is_reply else [],
        text=words if is_reply else None,
        occurred_at=_instant(document),
        occurred_raw=_stamp(document),
        in_reply_to=[identifier] if is_reply and identifier else [],
        status=None if is_reply else _STATUSES.get(status),
        reports_on=None if is_reply else identifier,
        fields={name: kept for name in ("tag", "description") if (kept := text(document, name))},
        reason=text(document, "reason") or None,
    )
    if is_reply:
        return with_opt_out(base)
    stops = [opt_out_of(base)] if status in _STOPPED else []
    if status in _STATUSES:
        return [base, *stops]
    ignored = Event(
        type=EventType.IGNORED, event_key=base.event_key, external_id=identifier, reason=f"event {said!r}"[:200]
    )
    return stops or [ignored]


def _person(document: Mapping[str, object], *, reply: bool) -> str | None:
    # In an answer `to` is at times the person and at times our sender; a `from` settles it.
    names = ("from", "sender", "mobile", "phone", "to") if reply else ("to", "recipient", "mobile")
    return next((found for name in names if (found := text(document, name))), None)


def _stamp(document: Mapping[str, object]) -> str | None:
    return next((found for name in ("ts_epoch", "ts_event", "ts", "date") if (found := text(document, name))), None)


def _instant(document: Mapping[str, object]) -> datetime | None:
    stamp = _stamp(document)
    return from_epoch(stamp) if number(stamp) else from_iso(stamp, zone="Europe/Paris")
