"""Twilio: SMS, MMS and WhatsApp through Twilio.

Sources: twilio.com/docs/usage/webhooks/webhooks-security, /docs/messaging/guides/webhook-request,
/docs/messaging/guides/track-outbound-message-status, /docs/messaging/api/message-resource.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import quote, urlencode, urlsplit

from pydantic import SecretStr, model_validator

from app.channels.adapters.sms import probing, registering, twilio_inbound, twilio_signature
from app.channels.contract import (
    Attachment,
    Capabilities,
    ChannelConfig,
    Checked,
    Context,
    Delivery,
    Event,
    Meta,
    Outcome,
    PointKind,
    Receipt,
    Rendered,
    SendRequest,
    Sent,
    TextUnit,
    Verdict,
)
from app.channels.kit.forms import read_form
from app.channels.kit.json import JsonRefused, load_provider, objects, text
from app.channels.kit.media import MAX_BYTES, download
from app.channels.kit.sending import Answer, Call, accepted, basic_auth, by_status, exchange, shortened
from app.channels.kit.signatures import SignedConfig, in_force
from app.channels.kit.times import from_http
from app.channels.kit.unsigned import WithoutHandshake

HOST = "api.twilio.com"
FORM = "application/x-www-form-urlencoded"
_LOOKED_BACK = timedelta(hours=4)
# Codes of twilio.com/docs/api/errors that say more than the HTTP status.
_CODES = {
    "20003": Outcome.AUTH,
    "20429": Outcome.THROTTLED,
    "21610": Outcome.OPTED_OUT,
    "21606": Outcome.CONFIG,  # this sender may not send to that number
    "21659": Outcome.CONFIG,
    "21660": Outcome.CONFIG,
    "30001": Outcome.RETRY,  # queue overflow
    "30022": Outcome.THROTTLED,
    "63016": Outcome.WINDOW_CLOSED,  # WhatsApp: free text outside the 24-hour window
    "63018": Outcome.THROTTLED,
}


class TwilioConfig(SignedConfig):
    """An account, and the number, messaging service or WhatsApp sender it writes from."""

    account_sid: str = ""
    auth_token: SecretStr | None = None
    previous_auth_token: SecretStr | None = None  # a secondary token being promoted: both sign for a while
    sender: str | None = None  # +33…, an alphanumeric sender, or whatsapp:+33…
    messaging_service_sid: str | None = None
    territory: str = "FR"

    def signing_secrets(self) -> Sequence[SecretStr]:
        return in_force(self.auth_token, self.previous_auth_token)

    @model_validator(mode="after")
    def _one_origin(self) -> "TwilioConfig":
        if self.sender and self.messaging_service_sid:
            raise ValueError("give a sender or a messaging service, not both")
        return self


class TwilioAdapter(WithoutHandshake):
    """SMS and WhatsApp of one Twilio account."""

    meta: ClassVar[Meta] = Meta(
        type="sms.twilio",
        name_fr="SMS et WhatsApp par Twilio",
        name_en="SMS and WhatsApp through Twilio",
        homepage="https://www.twilio.com/docs/messaging",
    )
    Config: ClassVar[type[ChannelConfig]] = TwilioConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        own = _own(config)
        whatsapp = (own.sender or "").startswith("whatsapp:")
        sends = bool(own.account_sid and own.auth_token and (own.sender or own.messaging_service_sid))
        return Capabilities(
            can_send=sends,
            can_start=sends and not whatsapp,
            text_max=1600,
            text_unit=TextUnit.CHARACTERS,
            attachments_max_bytes=5_000_000,
            reply_window_hours=24 if whatsapp else None,
            receipts=True,
            receipt_queries=sends,
            needs_public_url=True,
            fetch_max_bytes=MAX_BYTES,
            credential_hosts=(HOST, registering.TWILIO_SERVICES),
        )

    def config_for(self, secret: str | None) -> ChannelConfig:
        return TwilioConfig(auth_token=SecretStr(secret) if secret else None, accept_unsigned=secret is None)

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:  # noqa: ARG002
        return twilio_signature.verify(delivery, _own(config).signing_secrets())

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:
        return twilio_inbound.events(read_form(delivery), delivery, territory=_own(config).territory)

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered:
        own = _own(config)
        pairs = [("To", _address(request)), ("Body", request.text)]
        if own.messaging_service_sid:
            pairs.append(("MessagingServiceSid", own.messaging_service_sid))
        elif own.sender:
            pairs.append(("From", own.sender))
        if request.status_url:
            pairs.append(("StatusCallback", _with_ref(request.status_url, request.ref)))
        pairs += [("MediaUrl", piece.source) for piece in request.attachments if piece.source]
        url = f"https://{HOST}/2010-04-01/Accounts/{own.account_sid}/Messages.json"
        return Rendered(FORM, urlencode(pairs).encode(), url)

    async def fetch(self, attachment: Attachment, config: ChannelConfig, context: Context) -> bytes:
        """Asks with the account's name: Twilio answers with a signed address elsewhere, where no name follows."""
        own = _own(config)
        headers = {"Authorization": basic_auth(own.account_sid, own.auth_token)} if own.auth_token else None
        return await download(attachment.source or "", context, headers=headers, hosts=(HOST,))

    async def check(self, config: ChannelConfig, context: Context) -> Checked:
        own = _own(config)
        return await probing.check_twilio(own.account_sid, own.auth_token, context)

    async def on_enable(self, config: ChannelConfig, context: Context, *, public_url: str) -> Checked:
        return await self._told(config, context, url=public_url)

    async def on_disable(self, config: ChannelConfig, context: Context) -> Checked:
        return await self._told(config, context, url="")

    async def _told(self, config: ChannelConfig, context: Context, *, url: str) -> Checked:
        own = _own(config)
        return await registering.tell_twilio(
            own.account_sid, own.auth_token, context, sender=own.sender, service=own.messaging_service_sid, url=url
        )

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:
        own = _own(config)
        if not self.capabilities(config).can_send or own.auth_token is None or not request.to.address:
            return Sent(outcome=Outcome.CONFIG, detail="the account, its token, a sender and a number are needed")
        rendered = self.render(request, config)
        headers = {"Content-Type": FORM, "Authorization": basic_auth(own.account_sid, own.auth_token)}
        call = Call(method="POST", url=rendered.url or "", body=rendered.body, headers=headers, hosts=(HOST,))
        answer = await exchange(call, context)
        return answer if isinstance(answer, Sent) else _outcome(answer, now=context.now())

    async def receipt(self, request: SendRequest, config: ChannelConfig, context: Context) -> Receipt:
        """Looks for the message among those sent to that number: Twilio keeps no reference of ours.

        That it is not there yet proves nothing: its absence is never told as a refusal.
        """
        own = _own(config)
        if not self.capabilities(config).can_send or own.auth_token is None:
            return Receipt(known=None)
        asked = urlencode({"To": _address(request), "PageSize": "50"})
        url = f"https://{HOST}/2010-04-01/Accounts/{quote(own.account_sid, safe='')}/Messages.json?{asked}"
        headers = {"Authorization": basic_auth(own.account_sid, own.auth_token)}
        answer = await exchange(Call(method="GET", url=url, headers=headers, hosts=(HOST,)), context)
        if isinstance(answer, Sent) or answer.status != 200:
            return Receipt(known=None)
        return _found(answer, request, since=context.now() - _LOOKED_BACK)


def _own(config: ChannelConfig) -> TwilioConfig:
    assert isinstance(config, TwilioConfig)
    return config


def _address(request: SendRequest) -> str:
    address = request.to.address or ""
    if request.to.kind is PointKind.WHATSAPP:
        return f"whatsapp:+{address.lstrip('+')}"
    return f"whatsapp:{address}" if request.to.kind is PointKind.WHATSAPP_USER else address


def _with_ref(status_url: str, ref: str) -> str:
    # A status can come before the answer to the send: our reference in its URL tells which message it speaks of.
    return f"{status_url}{'&' if urlsplit(status_url).query else '?'}{urlencode({'ref': ref})}"


def _found(answer: Answer, request: SendRequest, *, since: datetime) -> Receipt:
    """The one message of ours with these words; of several, nobody can say which, nor whether one more is missing."""
    try:
        document = load_provider(answer.body)
    except JsonRefused:
        return Receipt(known=None)
    same = [
        sid
        for one in objects(document, "messages")
        if text(one, "body") == request.text
        and (sid := text(one, "sid"))
        and (made := from_http(text(one, "date_created"))) is not None
        and made >= since
    ]
    return Receipt(known=True, external_ids=same) if len(same) == 1 else Receipt(known=None)


def _outcome(answer: Answer, *, now: datetime) -> Sent:
    try:
        document = load_provider(answer.body)
    except JsonRefused:
        document = None
    if answer.status in {200, 201}:
        return accepted(text(document, "sid"))
    code, told = text(document, "code"), text(document, "message")
    by_code = _CODES.get(code or "")
    plain = by_status(answer, now=now, detail=f"Twilio {code}: {told}" if code else None)
    if by_code is None or answer.status >= 500:
        return plain
    return Sent(outcome=by_code, detail=shortened(plain.detail), retry_after_s=plain.retry_after_s)
