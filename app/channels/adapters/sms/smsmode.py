"""smsmode (France): SMS sent by the REST API, their receipts and their answers.

Source: dev.smsmode.com/sms/v1. smsmode signs nothing: a `?token=` in the two addresses it calls is the secret.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from pydantic import Field, SecretStr

from app.channels.adapters.sms.sms import capabilities_of, document_of
from app.channels.contract import (
    Capabilities,
    ChannelConfig,
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
from app.channels.kit.json import load_provider, text
from app.channels.kit.keys import digest
from app.channels.kit.opt_out import with_opt_out
from app.channels.kit.phone import phone_party
from app.channels.kit.sending import Answer, Call, accepted, by_status, exchange
from app.channels.kit.times import from_iso
from app.channels.kit.unsigned import SharedSecretConfig, SharedSecretDoor

HOST = "rest.smsmode.com"
_STATUSES = {
    "SCHEDULED": DeliveryStatus.ACCEPTED,
    "ENROUTE": DeliveryStatus.SENT,
    "DELIVERED": DeliveryStatus.DELIVERED,
    "UNDELIVERABLE": DeliveryStatus.FAILED,
    "UNDELIVERED": DeliveryStatus.FAILED,
    "EXPIRED": DeliveryStatus.FAILED,
    "CANCELLED": DeliveryStatus.FAILED,
}


class SmsmodeConfig(SharedSecretConfig):
    """An account of smsmode; with its key, it also sends."""

    api_key: SecretStr | None = None
    sender: str = Field(default="", max_length=11)  # empty: a number that takes answers
    zone: str = "Europe/Paris"
    territory: str = "FR"


class SmsmodeAdapter(SharedSecretDoor):
    """SMS of one smsmode account."""

    meta: ClassVar[Meta] = Meta(
        type="sms.smsmode",
        name_fr="SMS par smsmode",
        name_en="SMS through smsmode",
        homepage="https://dev.smsmode.com/sms/v1/",
    )
    Config: ClassVar[type[ChannelConfig]] = SmsmodeConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        return capabilities_of(sends=_own(config).api_key is not None, hosts=(HOST,))

    def config_for(self, secret: str | None) -> ChannelConfig:
        return SmsmodeConfig(token=SecretStr(secret) if secret else None)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        document = load_provider(delivery.body)
        if not isinstance(document, dict):
            raise Unreadable("an smsmode event is a JSON object")
        return _events(document, _own(config))

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered:
        own = _own(config)
        document = {
            "recipient": {"to": (request.to.address or "").lstrip("+")},
            "body": {"text": request.text},
            "refClient": request.ref,
            **({"from": own.sender} if own.sender else {}),
            **(
                {"callbackUrlStatus": request.status_url, "callbackUrlMo": request.status_url}
                if request.status_url
                else {}
            ),
        }
        body = json.dumps(document, ensure_ascii=False).encode()
        return Rendered("application/json", body, f"https://{HOST}/sms/v1/messages")

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:
        own = _own(config)
        if own.api_key is None or not request.to.address:
            return Sent(outcome=Outcome.CONFIG, detail="the key of the account and a number are needed")
        rendered = self.render(request, config)
        headers = {"Content-Type": "application/json", "X-Api-Key": own.api_key.get_secret_value()}
        call = Call(method="POST", url=rendered.url or "", body=rendered.body, headers=headers, hosts=(HOST,))
        answer = await exchange(call, context)
        return answer if isinstance(answer, Sent) else _outcome(answer, now=context.now())


def _own(config: ChannelConfig) -> SmsmodeConfig:
    assert isinstance(config, SmsmodeConfig)
    return config


def _outcome(answer: Answer, *, now: datetime) -> Sent:
    document = document_of(answer)
    if answer.status in {200, 201, 202}:
        return accepted(text(document, "messageId"))
    told = text(document, "message") or text(document, "title")
    return by_status(answer, now=now, detail=f"smsmode: {told}" if told else None)


def _events(document: Mapping[str, object], own: SmsmodeConfig) -> Sequence[Event]:
    identifier, said = text(document, "messageId"), (text(document, "status", "value") or "").upper()
    stamp = text(document, "status", "deliveryDate") or text(document, "sentDate")
    ref = text(document, "refClient")
    base = Event(
        type=EventType.IGNORED,
        event_key=digest(identifier, said, stamp),
        external_id=identifier,
        occurred_at=from_iso(stamp, zone=own.zone),
        occurred_raw=stamp,
        fields={"ref": ref} if ref else {},
        reason=f"neither an SMS nor a receipt ({said or 'no status'})"[:200],
    )
    if text(document, "direction") == "MO" or (not said and text(document, "body", "text") is not None):
        return _message(document, base, own)
    if identifier and said in _STATUSES:
        return [_status(document, base, _STATUSES[said])]
    return [base]


def _message(document: Mapping[str, object], base: Event, own: SmsmodeConfig) -> Sequence[Event]:
    words = text(document, "body", "text") or ""
    person = phone_party(text(document, "from"), territory=own.territory, international=True)
    to = phone_party(text(document, "recipient", "to"), territory=own.territory, international=True)
    answered = text(document, "originMessageId")
    message = Event(
        type=EventType.MESSAGE_RECEIVED,
        event_key=base.external_id or digest(text(document, "from"), base.occurred_raw, words),
        external_id=base.external_id,
        sender=person,
        recipients=[to] if to else [],
        text=words,
        occurred_at=base.occurred_at,
        occurred_raw=base.occurred_raw,
        in_reply_to=[answered] if answered else [],
    )
    return with_opt_out(message)


def _status(document: Mapping[str, object], base: Event, status: DeliveryStatus) -> Event:
    return Event(
        type=EventType.DELIVERY_UPDATE,
        event_key=base.event_key,
        external_id=base.external_id,
        occurred_at=base.occurred_at,
        occurred_raw=base.occurred_raw,
        status=status,
        reports_on=base.external_id,
        fields=base.fields,
        reason=text(document, "status", "detail"),
    )
