"""WhatsApp, by Meta's Cloud API.

Source: developers.facebook.com/docs/whatsapp/cloud-api. Answers outside 24 hours need an approved template.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote, urlencode

from pydantic import SecretStr

from app.channels.adapters.meta import (
    envelope,
    graph,
    media,
    probing,
    subscribing,
    whatsapp_message,
    whatsapp_sending,
)
from app.channels.contract import (
    AfterWindow,
    Attachment,
    Capabilities,
    ChannelConfig,
    Checked,
    CheckState,
    Context,
    Delivery,
    DeliveryStatus,
    Event,
    EventType,
    Handshake,
    IdentityAssurance,
    Meta,
    Outcome,
    Party,
    Rendered,
    SendRequest,
    Sent,
    Template,
    Verdict,
)
from app.channels.kit.json import JsonRefused, load_provider, member, objects, text
from app.channels.kit.keys import digest
from app.channels.kit.sending import Call, exchange
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
# One text of the account was approved, refused or paused: the account itself works as before.
_TEMPLATES = {"message_template_status_update"}


_MOST_PAGES = 20


class WhatsappConfig(envelope.MetaConfig):
    """A WhatsApp Business account; each number of it is an account of its own."""

    phone_number_id: str | None = None
    business_account_id: str | None = None  # whose approved templates may be used after 24 hours


class WhatsappAdapter:
    """Conversations of one or several WhatsApp numbers of an application."""

    meta: ClassVar[Meta] = Meta(
        type="meta.whatsapp",
        name_fr="WhatsApp",
        name_en="WhatsApp",
        homepage="https://developers.facebook.com/docs/whatsapp/cloud-api",
    )
    Config: ClassVar[type[ChannelConfig]] = WhatsappConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        own = _own(config)
        sends = own.access_token is not None and own.phone_number_id is not None
        templates = sends and own.business_account_id is not None
        return Capabilities(
            can_send=sends,
            text_max=4096,
            reply_window_hours=24,
            after_window=AfterWindow.TEMPLATE if templates else AfterWindow.CLOSED,
            receipts=True,
            edits=True,
            deletes=True,
            echoes=True,
            rate_per_second=80,
            identity_assurance=IdentityAssurance.ACCOUNT,
            needs_public_url=True,
            fetch_max_bytes=media.WHATSAPP_MAX_BYTES,
            credential_hosts=media.WHATSAPP_HOSTS,
        )

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

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered:
        own = _own(config)
        account = quote(request.account or own.phone_number_id or "", safe="")
        url = f"https://{envelope.GRAPH_HOST}/{own.graph_version}/{account}/messages"
        return Rendered("application/json", whatsapp_sending.body(request), url)

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:
        own = _own(config)
        if own.access_token is None or own.phone_number_id is None or not request.to.address:
            return Sent(outcome=Outcome.CONFIG, detail="a token, the id of the number and a person are needed")
        sent, document = await graph.call(
            self.render(request, config),
            own.access_token,
            context,
            host=envelope.GRAPH_HOST,
            judge=whatsapp_sending.by_code,
            ids=(("messages", "0", "id"),),
        )
        if sent.outcome is not Outcome.OK:
            return sent
        return replace(sent, aliases=_aliases(document, request.to), account=request.account or own.phone_number_id)

    async def fetch(self, attachment: Attachment, config: ChannelConfig, context: Context) -> bytes:
        own = _own(config)
        return await media.fetch_whatsapp(attachment, context, token=own.access_token, graph_version=own.graph_version)

    async def check(self, config: ChannelConfig, context: Context) -> Checked:
        own = _own(config)
        return await probing.check_whatsapp(own.access_token, own.phone_number_id, context, version=own.graph_version)

    async def on_enable(self, config: ChannelConfig, context: Context, *, public_url: str) -> Checked:
        """Subscribes the application to the account, whose messages then come to this address alone."""
        own = _own(config)
        token = own.verify_token.get_secret_value() if own.verify_token else ""
        asking = {"override_callback_uri": public_url, "verify_token": token} if token else {}
        return await subscribing.subscribe(
            own.business_account_id or "",
            own.access_token,
            context,
            host=envelope.GRAPH_HOST,
            version=own.graph_version,
            asking=asking,
            typed_once=None if token else public_url,
        )

    async def on_disable(self, config: ChannelConfig, context: Context) -> Checked:
        own = _own(config)
        return await subscribing.unsubscribe(
            own.business_account_id or "",
            own.access_token,
            context,
            host=envelope.GRAPH_HOST,
            version=own.graph_version,
        )

    async def templates(self, config: ChannelConfig, context: Context) -> Sequence[Template] | Checked:
        """Returns the approved templates that a text alone can fill, page after page."""
        own = _own(config)
        if own.access_token is None or own.business_account_id is None:
            return Checked(
                ok=False,
                state=CheckState.INCOMPLETE,
                words_fr="donnez le jeton et l'identifiant du compte WhatsApp Business (`business_account_id`)",
                words_en="give the token and the WhatsApp Business account id (`business_account_id`)",
            )
        root = f"https://{envelope.GRAPH_HOST}/{own.graph_version}/{quote(own.business_account_id, safe='')}"
        headers = {"Authorization": f"Bearer {own.access_token.get_secret_value()}"}
        found: list[Template] = []
        after: str | None = None
        for _ in range(_MOST_PAGES):
            asked = {"fields": "name,language,status,category,components", "status": "APPROVED", "limit": "100"}
            url = f"{root}/message_templates?{urlencode({**asked, **({'after': after} if after else {})})}"
            answer = await exchange(Call(method="GET", url=url, headers=headers, hosts=(envelope.GRAPH_HOST,)), context)
            if isinstance(answer, Sent):
                return _unread(CheckState.UNREACHABLE, answer.detail)
            try:
                document = load_provider(answer.body)
            except JsonRefused:
                return _unread(CheckState.UNSURE, f"status {answer.status}, not JSON")
            if answer.status != 200:
                code = text(document, "error", "code") or ""
                refused = answer.status in {401, 403} or whatsapp_sending.by_code(code, "") is Outcome.AUTH
                return _unread(CheckState.REFUSED if refused else CheckState.UNSURE, text(document, "error", "message"))
            found += whatsapp_sending.approved(document)
            after = text(document, "paging", "cursors", "after") if text(document, "paging", "next") else None
            if after is None:
                break
        return found


def _unread(state: CheckState, detail: str | None) -> Checked:
    told = {
        CheckState.REFUSED: ("Meta refuse le jeton : reconnectez le compte", "Meta refuses the token: connect again"),
        CheckState.UNREACHABLE: ("Meta ne répond pas : réessayez plus tard", "Meta does not answer: try again later"),
    }
    words = told.get(state, ("la réponse de Meta ne se lit pas", "the answer of Meta cannot be read"))
    return Checked(ok=False, state=state, words_fr=words[0], words_en=words[1], detail=detail)


def _aliases(document: object, to: Party) -> Sequence[Party]:
    """The other addresses the answer gives for the person written to; a number may be hidden from us, or the scoped id."""
    found = [
        party
        for contact in objects(document, "contacts")
        for party in (
            whatsapp_message.person(text(contact, "wa_id"), None),
            whatsapp_message.person(None, text(contact, "user_id")),
        )
        if party is not None
    ]
    return [party for party in found if (party.kind, party.address) != (to.kind, to.address)]


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
        fields={
            "field": field,
            "event": text(value, "event") or "",
            **({"templates": "changed"} if field in _TEMPLATES else {}),
        },
        reason=f"{field}: {text(value, 'event') or 'changed'}"
        if is_problem
        else f"change of {field or 'nothing named'}",
    )
