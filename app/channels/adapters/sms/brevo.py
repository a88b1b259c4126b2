"""Brevo: transactional SMS, their receipts and their answers.

Sources: developers.brevo.com/docs/transactional-webhooks (SMS), /reference/sendtransacsms. The shape of an answer is not documented in full; every
name seen is read. Brevo signs nothing: give it a URL with a `?token=`, or a header, when creating the webhook.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from pydantic import Field, SecretStr

from app.channels.adapters.sms import probing
from app.channels.adapters.sms.sms import capabilities_of, document_of
from app.channels.contract import (
    Capabilities,
    ChannelConfig,
    Checked,
    Context,
    Delivery,
    DeliveryStatus,
    Event,
    EventType,
    Meta,
    Outcome,
    Rendered,
    SendRequest,
    Sent,
)
from app.channels.errors import Unreadable
from app.channels.kit.json import load_provider, number, text
from app.channels.kit.keys import digest
from app.channels.kit.opt_out import opt_out_of, with_opt_out
from app.channels.kit.phone import phone_party
from app.channels.kit.segments import SmsEncoding, sms_size
from app.channels.kit.sending import Answer, Call, accepted, by_status, exchange
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
HOST = "api.brevo.com"
_REPLIES = {"reply", "replied", "replies"}
_STOPPED = {"unsubscribe", "unsubscribed", "blacklisted"}


class BrevoSmsConfig(SharedSecretConfig):
    """An account of Brevo; with its key and a sender, it also sends."""

    api_key: SecretStr | None = None
    sender: str = Field(default="", max_length=15)  # eleven letters and figures, or fifteen figures
    territory: str = "FR"


class BrevoSmsAdapter(SharedSecretDoor):
    """SMS sent by Brevo, their receipts and their answers."""

    meta: ClassVar[Meta] = Meta(
        type="sms.brevo",
        name_fr="SMS par Brevo",
        name_en="SMS through Brevo",
        homepage="https://developers.brevo.com/docs/transactional-webhooks",
    )
    Config: ClassVar[type[ChannelConfig]] = BrevoSmsConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        own = _own(config)
        return capabilities_of(sends=bool(own.api_key and own.sender), hosts=(HOST,))

    def config_for(self, secret: str | None) -> ChannelConfig:
        return BrevoSmsConfig(token=SecretStr(secret) if secret else None)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        assert isinstance(config, BrevoSmsConfig)
        document = load_provider(delivery.body)
        if not isinstance(document, dict):
            raise Unreadable("a Brevo event is a JSON object")
        return _events(document, territory=config.territory)

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered:
        document = {
            "sender": _own(config).sender,
            "recipient": (request.to.address or "").lstrip("+"),
            "content": request.text,
            "type": "transactional",  # an answer is no advertising: no STOP clause, no hours
            "tag": request.ref,
            "unicodeEnabled": sms_size(request.text).encoding is SmsEncoding.UCS2,
            **({"webUrl": request.status_url} if request.status_url else {}),
        }
        body = json.dumps(document, ensure_ascii=False).encode()
        return Rendered("application/json", body, f"https://{HOST}/v3/transactionalSMS/sms")

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:
        own = _own(config)
        if own.api_key is None or not own.sender or not request.to.address:
            return Sent(outcome=Outcome.CONFIG, detail="the key of the account, a sender and a number are needed")
        rendered = self.render(request, config)
        headers = {"Content-Type": "application/json", "api-key": own.api_key.get_secret_value()}
        call = Call(method="POST", url=rendered.url or "", body=rendered.body, headers=headers, hosts=(HOST,))
        answer = await exchange(call, context)
        return answer if isinstance(answer, Sent) else _outcome(answer, now=context.now())

    async def check(self, config: ChannelConfig, context: Context) -> Checked:
        return await probing.check_brevo(_own(config).api_key, context)


def _own(config: ChannelConfig) -> BrevoSmsConfig:
    assert isinstance(config, BrevoSmsConfig)
    return config


def _outcome(answer: Answer, *, now: datetime) -> Sent:
    document = document_of(answer)
    if answer.status in {200, 201, 202}:
        return accepted(text(document, "messageId"), text(document, "reference"))
    told = text(document, "message") or text(document, "code")
    return by_status(answer, now=now, detail=f"Brevo: {told}" if told else None)


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
