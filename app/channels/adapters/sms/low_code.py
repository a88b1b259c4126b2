"""Any SMS provider that speaks HTTP, by configuration alone: the names of its fields, and three templates to send.

What comes is a form, a query or a JSON object whose fields are named here (`message.from.number` walks into objects).
What leaves is a URL, headers and a body with `{to}`, `{text}` and a few others filled in.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from app.channels.adapters.sms import templates
from app.channels.adapters.sms.sms import MOST_SEGMENTS, capabilities_of, document_of
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
from app.channels.kit.forms import query, urlencoded
from app.channels.kit.json import load_provider, text
from app.channels.kit.keys import digest
from app.channels.kit.opt_out import with_opt_out
from app.channels.kit.phone import phone_party
from app.channels.kit.sending import Answer, Call, accepted, by_status, exchange
from app.channels.kit.times import from_epoch, from_iso
from app.channels.kit.unsigned import SharedSecretConfig, SharedSecretDoor

_HIDDEN = "***"


class LowCodeConfig(SharedSecretConfig):
    """How a provider names things, and what it wants to be sent."""

    from_field: str = "from"
    to_field: str = "to"
    text_field: str = "text"
    id_field: str = "id"
    date_field: str = ""
    zone: str = "Europe/Paris"
    charset: str = "utf-8"
    territory: str = "FR"
    status_field: str = ""
    status_id_field: str = ""
    accepted_values: tuple[str, ...] = ()
    delivered_values: tuple[str, ...] = ()
    failed_values: tuple[str, ...] = ()

    send_url: str = Field(default="", max_length=2000)
    send_method: Literal["POST", "GET", "PUT"] = "POST"
    content_type: str = "application/json"
    headers: dict[str, str] = Field(default_factory=dict)
    body: str = Field(default="", max_length=10_000)
    sender: str = ""
    secret: SecretStr | None = None
    success_statuses: tuple[int, ...] = (200, 201, 202)
    success_contains: str = ""
    failure_contains: str = ""
    sent_id_field: str = ""
    max_segments: int = Field(default=MOST_SEGMENTS, ge=1, le=20)
    rate_per_second: float | None = Field(default=None, gt=0, le=1000)

    @field_validator("send_url", "body")
    @classmethod
    def _known(cls, value: str) -> str:
        return templates.checked(value)

    @field_validator("headers")
    @classmethod
    def _on_one_line(cls, value: dict[str, str]) -> dict[str, str]:
        for name, template in value.items():
            if not name.replace("-", "").isalnum() or not name.isascii() or any(c in template for c in "\r\n\0"):
                raise ValueError("a header is a name of letters, figures and hyphens, and one line")
            templates.checked(template)
        return value

    @model_validator(mode="after")
    def _one_host(self) -> Self:
        if self.send_url and ("{" in urlsplit(self.send_url).netloc or not self.send_url.startswith("https://")):
            raise ValueError("send_url begins with https:// and a host written out: secrets leave for no other")
        return self


class LowCodeAdapter(SharedSecretDoor):
    """SMS of a provider described by its configuration."""

    meta: ClassVar[Meta] = Meta(
        type="sms.http", name_fr="SMS par un autre fournisseur (HTTP)", name_en="SMS through another provider (HTTP)"
    )
    Config: ClassVar[type[ChannelConfig]] = LowCodeConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        own = _own(config)
        return capabilities_of(
            sends=bool(own.send_url), hosts=_hosts(own), rate=own.rate_per_second, segments=own.max_segments
        )

    def config_for(self, secret: str | None) -> ChannelConfig:
        return LowCodeConfig(
            token=SecretStr(secret) if secret else None,
            status_field="status",
            status_id_field="id",
            delivered_values=("delivered",),
            failed_values=("failed",),
        )

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        own = _own(config)
        document = _document(delivery, own)
        status = _at(document, own.status_field)
        words, person = _at(document, own.text_field), _at(document, own.from_field)
        if own.status_field and status is not None and words is None:
            return [_status(document, status, own)]
        if words is None or person is None:
            key = digest(*sorted((name, repr(value)) for name, value in document.items()))
            return [Event(type=EventType.IGNORED, event_key=key, reason="neither an SMS nor a receipt")]
        return _message(document, person, words, own)

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered:
        own = _own(config)
        values = _values(request, own, secret=_HIDDEN)
        body = templates.filled(own.body, values, written=templates.writer(own.content_type))
        return Rendered(
            own.content_type, body.encode(), templates.filled(own.send_url, values, written=templates.in_url)
        )

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:
        own = _own(config)
        if not own.send_url or not request.to.address:
            return Sent(outcome=Outcome.CONFIG, detail="an address to send to and a number are needed")
        values = _values(request, own, secret=own.secret.get_secret_value() if own.secret else "")
        body = templates.filled(own.body, values, written=templates.writer(own.content_type))
        headers = {
            name: templates.filled(given, values, written=templates.in_header) for name, given in own.headers.items()
        }
        if own.body:
            headers.setdefault("Content-Type", own.content_type)
        url = templates.filled(own.send_url, values, written=templates.in_url)
        call = Call(method=own.send_method, url=url, body=body.encode(), headers=headers, hosts=_hosts(own))
        answer = await exchange(call, context)
        return answer if isinstance(answer, Sent) else _outcome(answer, request, own, now=context.now())


def _own(config: ChannelConfig) -> LowCodeConfig:
    assert isinstance(config, LowCodeConfig)
    return config


def _hosts(own: LowCodeConfig) -> Sequence[str]:
    host = urlsplit(own.send_url).hostname if own.send_url else None
    return (host,) if host else ()


def _values(request: SendRequest, own: LowCodeConfig, *, secret: str) -> Mapping[str, str]:
    number = request.to.address or ""
    return {
        "to": number,
        "to_digits": number.lstrip("+"),
        "text": request.text,
        "from": own.sender,
        "ref": request.ref,
        "status_url": request.status_url or "",
        "secret": secret,
    }


def _outcome(answer: Answer, request: SendRequest, own: LowCodeConfig, *, now: datetime) -> Sent:
    """A success is the status and the words that were agreed; anything else in a success may have left, or not."""
    if answer.status not in own.success_statuses:
        return by_status(answer, now=now)
    if own.failure_contains and own.failure_contains.encode() in answer.body:
        return Sent(outcome=Outcome.PERMANENT, detail="the provider says that it did not take the SMS")
    if own.success_contains and own.success_contains.encode() not in answer.body:
        return Sent(outcome=Outcome.UNKNOWN, detail="the provider's answer does not say whether it took the SMS")
    if not own.sent_id_field:
        return accepted(request.ref)
    return accepted(_at(document_of(answer), own.sent_id_field))


def _document(delivery: Delivery, own: LowCodeConfig) -> Mapping[str, object]:
    document: dict[str, object] = dict(query(delivery.url, charset=own.charset))
    if "json" in (delivery.header("Content-Type") or "").lower():
        body = load_provider(delivery.body)
        return {**document, **body} if isinstance(body, dict) else document
    return {**document, **dict(urlencoded(delivery.body, charset=own.charset))}


def _at(document: object, path: str) -> str | None:
    """What stands under a name, or at the end of a path of names with dots between them."""
    if not path:
        return None
    found = text(document, path)
    return found if found is not None else text(document, *path.split("."))


def _status(document: Mapping[str, object], status: str, own: LowCodeConfig) -> Event:
    identifier = _at(document, own.status_id_field or own.id_field)
    known = {
        **dict.fromkeys(own.accepted_values, DeliveryStatus.SENT),
        **dict.fromkeys(own.failed_values, DeliveryStatus.FAILED),
        **dict.fromkeys(own.delivered_values, DeliveryStatus.DELIVERED),
    }.get(status)
    named = known if identifier else None
    return Event(
        type=EventType.DELIVERY_UPDATE if named else EventType.IGNORED,
        event_key=digest(identifier, status),
        external_id=identifier,
        status=named,
        reports_on=identifier,
        fields={"status": status, **({"ref": identifier} if identifier and not own.sent_id_field else {})},
        reason=None if named else f"unknown status {status}"[:200],
    )


def _message(document: Mapping[str, object], person: str, words: str, own: LowCodeConfig) -> Sequence[Event]:
    identifier, stamp = _at(document, own.id_field), _at(document, own.date_field)
    to = phone_party(_at(document, own.to_field), territory=own.territory, international=True)
    message = Event(
        type=EventType.MESSAGE_RECEIVED,
        event_key=identifier or digest(person, stamp, words),
        external_id=identifier,
        sender=phone_party(person, territory=own.territory, international=True),
        recipients=[to] if to else [],
        text=words,
        occurred_at=from_epoch(stamp) or from_iso(stamp, zone=own.zone),
        occurred_raw=stamp,
    )
    return with_opt_out(message)
