"""Mailgun: mails forwarded by a route, and events.

Source: documentation.mailgun.com (routes, webhooks, securing webhooks). The signature covers a timestamp and a token, not
the body: it proves who calls, not what is said; hence the freshness, and the token kept as the delivery's key.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from pydantic import SecretStr

from app.channels.adapters.mail_providers.reading import Headers, clean_html, event_of, from_raw
from app.channels.adapters.mail_providers.reports import DEFERRED, STOPPED, Report
from app.channels.adapters.mail_providers.reports import event_of as reported
from app.channels.contract import (
    Attachment,
    Capabilities,
    ChannelConfig,
    Delivery,
    DeliveryStatus,
    Event,
    EventType,
    Meta,
    Verdict,
)
from app.channels.errors import Unreadable
from app.channels.kit.forms import Form, read_form
from app.channels.kit.json import load_provider, member, number, objects, text
from app.channels.kit.keys import digest
from app.channels.kit.signatures import SignedConfig, fresh, hmac_hex, in_force, judged, refused, same, sha256_hex
from app.channels.kit.times import from_epoch
from app.channels.kit.unsigned import WithoutHandshake

MAX_BYTES = 40 << 20
_OUTCOMES: Mapping[str, DeliveryStatus | str] = {
    "accepted": DeliveryStatus.ACCEPTED,
    "delivered": DeliveryStatus.DELIVERED,
    "rejected": DeliveryStatus.FAILED,
    "dropped": DeliveryStatus.FAILED,
    "bounced": DeliveryStatus.BOUNCED,
    "unsubscribed": STOPPED,
    "complained": STOPPED,
}


class MailgunConfig(SignedConfig):
    """A domain of Mailgun, and its webhook signing key."""

    signing_key: SecretStr | None = None
    previous_signing_key: SecretStr | None = None
    api_key: SecretStr | None = None
    tolerance_s: int | None = 900

    def signing_secrets(self) -> Sequence[SecretStr]:
        return in_force(self.signing_key, self.previous_signing_key)


class MailgunAdapter(WithoutHandshake):
    """Mails of one Mailgun domain."""

    meta: ClassVar[Meta] = Meta(
        type="email.mailgun",
        name_fr="Courriel par Mailgun",
        name_en="E-mail through Mailgun",
        homepage="https://documentation.mailgun.com",
    )
    Config: ClassVar[type[ChannelConfig]] = MailgunConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:  # noqa: ARG002
        hosts = ("api.mailgun.net", "api.eu.mailgun.net")
        return Capabilities(html=True, subject=True, receipts=True, credential_hosts=hosts)

    def config_for(self, secret: str | None) -> ChannelConfig:
        return MailgunConfig(signing_key=SecretStr(secret) if secret else None, accept_unsigned=secret is None)

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:
        own = _own(config)
        try:
            stamp, token, given = _signature(delivery)
        except Unreadable as error:
            return refused(str(error)) if own.signing_secrets() else Verdict(None)
        if own.signing_secrets() and not fresh(number(stamp), now=now, tolerance_s=own.tolerance_s):
            return refused(f"the timestamp is more than {own.tolerance_s} s from now")
        signed = f"{stamp}{token}".encode("utf-8", "replace")
        return judged(
            own.signing_secrets(),
            lambda key: bool(stamp and token) and same(given.lower(), hmac_hex(key, signed)),
            what="the signature",
        )

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:  # noqa: ARG002
        if _is_json(delivery):
            document = load_provider(delivery.body, max_bytes=MAX_BYTES)
            return [_report(document, token=text(document, "signature", "token"))]
        form = read_form(delivery)
        if form.last("event"):
            flat = {"event-data": {name.lower(): value for name, value in form.as_dict().items()}}
            return [_report(flat, token=form.last("token"))]
        return [_mail(form)]


def _own(config: ChannelConfig) -> MailgunConfig:
    assert isinstance(config, MailgunConfig)
    return config


def _is_json(delivery: Delivery) -> bool:
    return "json" in (delivery.header("Content-Type") or "").lower()


def _signature(delivery: Delivery) -> tuple[str, str, str]:
    if _is_json(delivery):
        document = load_provider(delivery.body, max_bytes=MAX_BYTES)
        found = [text(document, "signature", name) or "" for name in ("timestamp", "token", "signature")]
    else:
        form = read_form(delivery)
        # Of a field sent twice, the last is Mailgun's own.
        found = [form.last(name) or "" for name in ("timestamp", "token", "signature")]
    return found[0], found[1], found[2]


def _mail(form: Form) -> Event:
    raw = form.last("body-mime")
    fields: dict[str, object] = {
        "envelope_from": form.last("sender"),
        "recipient": form.last("recipient"),
        "spam": form.last("X-Mailgun-Sflag"),
    }
    kept = {name: value for name, value in fields.items() if value}
    identity = (form.last("Message-Id", "message-id"), form.last("token"), len(form.files))
    if raw:
        return from_raw(raw.encode("utf-8", "replace"), key=digest(*identity, raw), account=None, fields=kept)
    if form.last("from", "From") is None and form.last("message-headers") is None:
        key = digest(*sorted(form.pairs))
        return Event(type=EventType.IGNORED, event_key=key, reason="neither a mail nor an event")
    content_ids = _content_ids(form)
    return event_of(
        Headers.of(_headers(form)),
        key=digest(*identity, form.last("body-plain"), form.last("body-html")),
        account=None,
        text=form.last("body-plain"),
        html=clean_html(form.last("body-html")),
        attachments=[*_pieces(form, content_ids), *_stored(form)],
        fields=kept,
        text_new=form.last("stripped-text") or None,
    )


def _headers(form: Form) -> Sequence[tuple[str, str]]:
    try:
        listed = json.loads(form.last("message-headers") or "[]")
    except (ValueError, RecursionError):
        listed = []
    pairs = [
        (str(pair[0]), str(pair[1]))
        for pair in (listed if isinstance(listed, list) else [])
        if isinstance(pair, list) and len(pair) == 2
    ]
    known = {name.lower() for name, _ in pairs}
    names = ("From", "To", "Cc", "Subject", "Date", "Message-Id", "In-Reply-To", "References")
    taken = [(name, value) for name in names if (value := form.last(name, name.lower())) and name.lower() not in known]
    return [*pairs, *taken]


def _content_ids(form: Form) -> Mapping[str, str]:
    try:
        found = load_provider((form.last("content-id-map") or "{}").encode())
    except Unreadable:
        return {}
    pairs = found.items() if isinstance(found, dict) else ()
    return {str(field): content_id.strip("<>") for content_id, field in pairs}


def _pieces(form: Form, content_ids: Mapping[str, str]) -> Sequence[Attachment]:
    return [
        Attachment(
            name=file.name,
            content_type=file.content_type,
            size=len(file.content),
            content_id=content_ids.get(file.field_name),
            sha256=sha256_hex(file.content),
            content=file.content,
        )
        for file in form.files
    ]


def _stored(form: Form) -> Sequence[Attachment]:
    """Returns the pieces of a mail Mailgun keeps for us (`store()`), to fetch within three days."""
    try:
        listed = load_provider((form.last("attachments") or "[]").encode())
    except Unreadable:
        return []
    return [
        Attachment(
            name=text(item, "name"),
            content_type=text(item, "content-type") or "application/octet-stream",
            size=int(number(item, "size") or 0),
            source=text(item, "url"),
        )
        for item in objects(listed)
    ]


def _report(document: object, *, token: str | None) -> Event:
    data = member(document, "event-data")
    said, severity = (text(data, "event") or "").lower(), text(data, "severity")
    outcome = _OUTCOMES.get(said)
    if said == "failed":
        outcome = DEFERRED if severity == "temporary" else DeliveryStatus.BOUNCED
    stamp = text(data, "timestamp")
    told = text(data, "delivery-status", "message") or text(data, "delivery-status", "description")
    identifier = text(data, "id")
    return reported(
        Report(
            said=f"{said} {severity or ''}".strip() or "nothing",
            outcome=outcome,
            message_id=text(data, "message", "headers", "message-id") or text(data, "message-id"),
            recipient=text(data, "recipient"),
            key=identifier or (digest(token, said) if token else None),
            occurred_at=from_epoch(stamp),
            occurred_raw=stamp,
            reason=told or text(data, "reason"),
            details={
                "error_code": text(data, "delivery-status", "code"),
                "ref": text(data, "user-variables", "ref"),
            },
        )
    )
