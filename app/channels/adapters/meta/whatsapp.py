"""WhatsApp, by Meta's Cloud API: received and reported.

Source: developers.facebook.com/docs/whatsapp/cloud-api/webhooks. Answers outside 24 hours need an approved template.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from pydantic import SecretStr

from app.channels.adapters.meta import envelope, whatsapp_message
from app.channels.contract import (
    Capabilities,
    ChannelConfig,
    Delivery,
    DeliveryStatus,
    Event,
    EventType,
    Handshake,
    Meta,
    Verdict,
)
from app.channels.kit.json import member, objects, text
from app.channels.kit.keys import digest
from app.channels.kit.times import from_epoch

_STATUSES = {
    "accepted": DeliveryStatus.ACCEPTED,
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "played": DeliveryStatus.READ,
    "failed": DeliveryStatus.FAILED,
    "undelivered": DeliveryStatus.FAILED,
}
# Changes of the account that an administrator must see, whatever their value.
_PROBLEMS = {"account_alerts", "account_update", "phone_number_quality_update", "message_template_status_update"}


class WhatsappConfig(envelope.MetaConfig):
    """A WhatsApp Business account; each number of it is an account of its own."""

    phone_number_id: str | None = None


class WhatsappAdapter:
    """Conversations of one or several WhatsApp numbers of an application."""

    meta: ClassVar[Meta] = Meta(
        type="meta.whatsapp",
        name_fr="WhatsApp",
        name_en="WhatsApp",
        homepage="https://developers.facebook.com/docs/whatsapp/cloud-api",
    )
    Config: ClassVar[type[ChannelConfig]] = WhatsappConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:  # noqa: ARG002
        return Capabilities(text_max=4096, reply_window_hours=24, receipts=True)

    def config_for(self, secret: str | None) -> ChannelConfig:
        given = SecretStr(secret) if secret else None
        return WhatsappConfig(app_secret=given, verify_token=given, accept_unsigned=secret is None)

    def handshake(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Handshake | None:  # noqa: ARG002
        return envelope.handshake(delivery, _own(config))

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:
        return envelope.verify(delivery, _own(config), now=now)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:  # noqa: ARG002
        what, entries = envelope.entries(delivery)
        ours = what == "whatsapp_business_account"
        found = [event for account, entry in entries for event in _entry(entry, account)] if ours else []
        return found or [envelope.nothing_for(delivery, what)]


def _own(config: ChannelConfig) -> WhatsappConfig:
    assert isinstance(config, WhatsappConfig)
    return config


def _entry(entry: Mapping[str, object], waba: str | None) -> Iterator[Event]:
    for field, value in envelope.values_of(entry):
        account = text(value, "metadata", "phone_number_id") or waba
        found = [
            *(event for message in objects(value, "messages") for event in _message(message, value, account)),
            *(whatsapp_message.echo(echo, account=account) for echo in objects(value, "message_echoes")),
            *(_status(status, account=account) for status in objects(value, "statuses")),
            *(_problem(error, value, account=account) for error in objects(value, "errors")),
        ]
        yield from found or [_other(field, value, account=account)]


def _message(message: Mapping[str, object], value: Mapping[str, object], account: str | None) -> Sequence[Event]:
    return whatsapp_message.received(message, contacts=list(objects(value, "contacts")), account=account)


def _status(status: Mapping[str, object], *, account: str | None) -> Event:
    identifier, said = text(status, "id"), (text(status, "status") or "").lower()
    recipient = text(status, "recipient_id") or text(status, "recipient_user_id")
    error = next(objects(status, "errors"), None)
    code = text(error, "code")
    told = text(error, "error_data", "details") or text(error, "title")
    person = whatsapp_message.person(recipient, None)
    known = _STATUSES.get(said)
    kept = {"status": said, "error_code": code, "ref": text(status, "biz_opaque_callback_data")}
    return Event(
        type=EventType.DELIVERY_UPDATE if known else EventType.IGNORED,
        event_key=f"{identifier}:{said}",
        external_id=identifier,
        account=account,
        recipients=[person] if person else [],
        occurred_at=from_epoch(member(status, "timestamp")),
        occurred_raw=text(status, "timestamp"),
        status=known,
        reports_on=identifier,
        fields={name: word for name, word in kept.items() if word},
        reason=told or (None if known else f"status {said!r}"[:200]),
    )


def _problem(error: Mapping[str, object], value: Mapping[str, object], *, account: str | None) -> Event:
    code, title = text(error, "code"), text(error, "title")
    details = text(error, "error_data", "details") or text(error, "message")
    return Event(
        type=EventType.CHANNEL_PROBLEM,
        event_key=digest(account, code, title, repr(value)),
        account=account,
        fields={"error_code": code} if code else {},
        reason=f"WhatsApp {code}: {details or title}"[:500],
    )


def _other(field: str, value: Mapping[str, object], *, account: str | None) -> Event:
    is_problem = field in _PROBLEMS
    return Event(
        type=EventType.CHANNEL_PROBLEM if is_problem else EventType.IGNORED,
        event_key=digest(account, field, repr(value)),
        account=account,
        fields={"field": field, "event": text(value, "event") or ""},
        reason=f"{field}: {text(value, 'event') or 'changed'}"
        if is_problem
        else f"change of {field or 'nothing named'}",
    )
