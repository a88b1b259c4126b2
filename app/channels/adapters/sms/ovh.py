"""OVHcloud SMS: sending by the REST API, delivery receipts by callback, answers by callback or by reading `/incoming`.

Sources: docs.ovhcloud.com "Tout ce qu'il faut savoir sur les utilisateurs SMS" (callback), "API SMS - Cookbook",
api.ovh.com/console (/sms). OVH signs nothing of what it calls: the channel's URL is the secret, or a `?token=` in it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Literal
from urllib.parse import urlencode

from pydantic import Field, SecretStr

from app.channels.adapters.sms import ovh_inbound, probing
from app.channels.contract import (
    Capabilities,
    ChannelConfig,
    Checked,
    Context,
    Delivery,
    Event,
    IdentityAssurance,
    Meta,
    Outcome,
    Polled,
    Receipt,
    Rendered,
    SendRequest,
    Sent,
    TextUnit,
)
from app.channels.errors import Unreadable
from app.channels.kit.json import JsonRefused, load_provider, member, text
from app.channels.kit.opt_out import WORDS
from app.channels.kit.probing import incomplete
from app.channels.kit.segments import SmsEncoding, sms_size
from app.channels.kit.sending import Answer, Call, accepted, by_status, exchange
from app.channels.kit.unsigned import SharedSecretConfig, SharedSecretDoor

_HOSTS = {"eu": "eu.api.ovh.com", "ca": "ca.api.ovh.com"}
_MOST_A_POLL = 50


class OvhConfig(SharedSecretConfig):
    """An SMS service and the application that may use it (rights: GET and POST on /sms/{service}/*)."""

    endpoint: Literal["eu", "ca"] = "eu"
    service_name: str = Field(default="", pattern=r"^[A-Za-z0-9-]*$")  # sms-ab12345-1
    application_key: str = ""
    application_secret: SecretStr | None = None
    consumer_key: SecretStr | None = None
    sender: str | None = None  # None: a short number that takes answers for 48 hours
    no_stop_clause: bool = True  # answers to a request are not advertising: no STOP clause, no night or Sunday delay
    zone: str = "Europe/Paris"
    territory: str = "FR"


class OvhAdapter(SharedSecretDoor):
    """SMS of one OVHcloud service."""

    meta: ClassVar[Meta] = Meta(
        type="sms.ovh",
        name_fr="SMS par OVHcloud",
        name_en="SMS through OVHcloud",
        homepage="https://www.ovhcloud.com/fr/sms/",
    )
    Config: ClassVar[type[ChannelConfig]] = OvhConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        own = _own(config)
        sends = bool(own.service_name and own.application_key and own.application_secret and own.consumer_key)
        return Capabilities(
            can_send=sends,
            can_start=sends,
            text_max=8,
            text_unit=TextUnit.SMS_SEGMENTS,
            # The short number of an answer lives 48 hours; a declared sender takes no answer at all.
            receipts=True,
            receipt_queries=sends,
            opt_out_words=WORDS,
            rate_per_second=20 if sends else None,
            identity_assurance=IdentityAssurance.ROUTED,
            polls=sends,
            credential_hosts=(_HOSTS[own.endpoint],),
        )

    def config_for(self, secret: str | None) -> ChannelConfig:
        return OvhConfig(token=SecretStr(secret) if secret else None)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        own = _own(config)
        return ovh_inbound.events(delivery, zone=own.zone, territory=own.territory, account=own.service_name or None)

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered:
        own = _own(config)
        unicode = sms_size(request.text).encoding is SmsEncoding.UCS2
        document: dict[str, object] = {
            "message": request.text,
            "receivers": [request.to.address],
            "noStopClause": own.no_stop_clause,
            "charset": "UTF-8",
            "coding": "8bit" if unicode else "7bit",
            "priority": "high",
            "tag": request.ref[:64],
            **({"sender": own.sender} if own.sender else {"senderForResponse": True}),
        }
        body = json.dumps(document, ensure_ascii=False).encode()
        return Rendered("application/json", body, f"{_service(own)}/jobs")

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:
        if not self.capabilities(config).can_send or not request.to.address:
            return Sent(outcome=Outcome.CONFIG, detail="the service, its three keys and a number are needed")
        rendered = self.render(request, config)
        answer = await _signed(_own(config), context, method="POST", url=rendered.url or "", body=rendered.body)
        return answer if isinstance(answer, Sent) else _outcome(answer, now=context.now())

    async def check(self, config: ChannelConfig, context: Context) -> Checked:
        own = _own(config)
        if not self.capabilities(config).can_send:
            return incomplete(
                "donnez le service et ses trois clés pour répondre", "give the service and its three keys to answer"
            )
        answer = await _signed(own, context, method="GET", url=_service(own))
        return probing.judged_ovh(answer, service=own.service_name)

    async def receipt(self, request: SendRequest, config: ChannelConfig, context: Context) -> Receipt:
        """Asks for what was sent under our reference, which OVHcloud keeps as the tag.

        That it is not there yet proves nothing: its absence is never told as a refusal.
        """
        own = _own(config)
        if not self.capabilities(config).can_send:
            return Receipt(known=None)
        url = f"{_service(own)}/outgoing?{urlencode({'tag': request.ref[:64]})}"
        answer = await _signed(own, context, method="GET", url=url)
        if isinstance(answer, Sent) or answer.status != 200:
            return Receipt(known=None)
        try:
            listed = load_provider(answer.body)
        except JsonRefused:
            return Receipt(known=None)
        ids = [str(one) for one in listed if isinstance(one, int)] if isinstance(listed, list) else []
        return Receipt(known=True, external_ids=ids) if ids else Receipt(known=None)

    async def poll(self, config: ChannelConfig, context: Context, *, cursor: Mapping[str, object]) -> Polled:
        """Reads the answers received since the cursor: OVH keeps them, so nothing is lost while we are away."""
        own = _own(config)
        last = cursor.get("last_id")
        last = last if isinstance(last, int) else 0
        listed = await _document(own, context, f"{_service(own)}/incoming")
        new = sorted(i for i in listed if isinstance(i, int) and i > last) if isinstance(listed, list) else []
        taken = new[:_MOST_A_POLL]
        deliveries = []
        for identifier in taken:
            url = f"{_service(own)}/incoming/{identifier}"
            answer = await _signed(own, context, method="GET", url=url)
            if isinstance(answer, Sent) or answer.status != 200:
                raise Unreadable("OVHcloud did not give an answer it had listed; it is asked again at the next turn")
            deliveries.append(Delivery(body=answer.body, url=url, headers=[("Content-Type", "application/json")]))
        return Polled(
            deliveries=deliveries, cursor={"last_id": taken[-1] if taken else last}, more=len(new) > len(taken)
        )


def _own(config: ChannelConfig) -> OvhConfig:
    assert isinstance(config, OvhConfig)
    return config


def _service(own: OvhConfig) -> str:
    return f"https://{_HOSTS[own.endpoint]}/1.0/sms/{own.service_name}"


async def _signed(
    own: OvhConfig, context: Context, *, method: str, url: str, body: bytes = b"", shift_s: int | None = None
) -> Answer | Sent:
    """Makes one signed call; a clock that OVH finds too far from its own is corrected once, from /auth/time."""
    stamp = str(int(context.now().timestamp()) + (shift_s or 0))
    headers = {**signature_headers(own, method=method, url=url, body=body, stamp=stamp)}
    if body:
        headers["Content-Type"] = "application/json"
    hosts = (_HOSTS[own.endpoint],)
    answer = await exchange(Call(method=method, url=url, body=body, headers=headers, hosts=hosts), context)
    if isinstance(answer, Sent) or shift_s is not None or answer.status not in {400, 403} or b"time" not in answer.body:
        return answer
    clock = await exchange(Call(method="GET", url=f"https://{hosts[0]}/1.0/auth/time", hosts=hosts), context)
    if isinstance(clock, Sent) or not clock.body.strip().isdigit() or len(clock.body) > 12:
        return answer
    shift = int(clock.body) - int(context.now().timestamp())
    return await _signed(own, context, method=method, url=url, body=body, shift_s=shift)


def signature_headers(own: OvhConfig, *, method: str, url: str, body: bytes, stamp: str) -> Mapping[str, str]:
    """Returns the four `X-Ovh-*` headers: SHA-1 of secret, consumer key, method, URL, body and time, joined by `+`."""
    secret = own.application_secret.get_secret_value() if own.application_secret else ""
    consumer = own.consumer_key.get_secret_value() if own.consumer_key else ""
    signed = f"{secret}+{consumer}+{method}+{url}+{body.decode()}+{stamp}"
    return {
        "X-Ovh-Application": own.application_key,
        "X-Ovh-Consumer": consumer,
        "X-Ovh-Timestamp": stamp,
        "X-Ovh-Signature": "$1$" + hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest(),
    }


async def _document(own: OvhConfig, context: Context, url: str) -> object:
    answer = await _signed(own, context, method="GET", url=url)
    if isinstance(answer, Sent) or answer.status != 200:
        told = answer.detail if isinstance(answer, Sent) else f"status {answer.status}"
        raise Unreadable(f"OVHcloud could not be read: {told}")
    return load_provider(answer.body)


def _outcome(answer: Answer, *, now: datetime) -> Sent:
    try:
        document = load_provider(answer.body)
    except JsonRefused:
        document = None
    if answer.status != 200:
        told = text(document, "message")
        return by_status(answer, now=now, detail=f"OVHcloud: {told}" if told else None)
    ids = member(document, "ids")
    invalid = member(document, "invalidReceivers")
    if not ids and invalid:
        return Sent(outcome=Outcome.PERMANENT, detail="OVHcloud says the number is invalid")
    return accepted(*(text(i) for i in ids) if isinstance(ids, list) else ())
