"""mTarget (France): SMS received, long ones in parts; SMS sent, and their receipts.

Source: the provider's API as read in public integrations; it signs nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlencode

from pydantic import SecretStr

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
from app.channels.kit.forms import Form, read_form
from app.channels.kit.json import member, number, text
from app.channels.kit.keys import digest
from app.channels.kit.opt_out import with_opt_out
from app.channels.kit.phone import phone_party
from app.channels.kit.segments import SmsEncoding, sms_size
from app.channels.kit.sending import Answer, Call, accepted, by_status, exchange
from app.channels.kit.unsigned import SharedSecretConfig, SharedSecretDoor

HOST = "api-public.mtarget.fr"
FORM = "application/x-www-form-urlencoded"
_STATUSES = {
    "0": DeliveryStatus.ACCEPTED,
    "1": DeliveryStatus.SENT,
    "2": DeliveryStatus.SENT,
    "3": DeliveryStatus.DELIVERED,
    "4": DeliveryStatus.FAILED,
    "6": DeliveryStatus.FAILED,
}


class MtargetConfig(SharedSecretConfig):
    """A service of mTarget; with its user, password and service, it also sends."""

    username: str = ""
    password: SecretStr | None = None
    service_id: str = ""
    territory: str = "FR"


class MtargetAdapter(SharedSecretDoor):
    """SMS of a short number of mTarget."""

    meta: ClassVar[Meta] = Meta(
        type="sms.mtarget",
        name_fr="SMS par mTarget",
        name_en="SMS through mTarget",
        homepage="https://www.mtarget.fr",
    )
    Config: ClassVar[type[ChannelConfig]] = MtargetConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        own = _own(config)
        return capabilities_of(sends=bool(own.username and own.password and own.service_id), hosts=(HOST,))

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

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered:
        """Writes all but the user and the password: what is shown holds no secret."""
        pairs = {
            "msisdn": request.to.address or "",
            "msg": request.text,
            "serviceid": _own(config).service_id,
            "allowunicode": "true" if sms_size(request.text).encoding is SmsEncoding.UCS2 else "false",
        }
        return Rendered(FORM, urlencode(pairs).encode(), f"https://{HOST}/api-sms.json")

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:
        own = _own(config)
        if own.password is None or not (own.username and own.service_id and request.to.address):
            return Sent(outcome=Outcome.CONFIG, detail="a user, its password, a service and a number are needed")
        rendered = self.render(request, config)
        secrets = urlencode({"username": own.username, "password": own.password.get_secret_value()}).encode()
        body, headers = rendered.body + b"&" + secrets, {"Content-Type": FORM}
        call = Call(method="POST", url=rendered.url or "", body=body, headers=headers, hosts=(HOST,))
        answer = await exchange(call, context)
        return answer if isinstance(answer, Sent) else _outcome(answer, now=context.now())


def _own(config: ChannelConfig) -> MtargetConfig:
    assert isinstance(config, MtargetConfig)
    return config


def _outcome(answer: Answer, *, now: datetime) -> Sent:
    results = member(document_of(answer), "results")
    first = results[0] if isinstance(results, list) and results else None
    code, told = text(first, "code"), text(first, "reason")
    if answer.status != 200:
        return by_status(answer, now=now, detail=f"mTarget {code}: {told}" if code else None)
    if code in {None, "0"}:
        return accepted(text(first, "ticket"))
    return Sent(outcome=Outcome.PERMANENT, detail=f"mTarget {code}: {told or ''}"[:500])


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
            event_key=identifier or f"{group}:{int(index)}",
            external_id=identifier,
            sender=message.sender,
            text=words,
            fields={**message.fields, "group": group, "index": int(index), "total": int(total)},
        )
    ]
