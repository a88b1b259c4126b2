"""Amazon SES: mails received by a rule that publishes to SNS, and what became of those sent.

Sources: docs.aws.amazon.com/ses, "Contents of notifications" (receiving), "Amazon SNS notification contents" (sending).
A mail above 150 kB stands in S3: it is told with the place of its bytes, to be fetched.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Self

from pydantic import model_validator

from app.channels.adapters.mail_providers import sns
from app.channels.adapters.mail_providers.reading import Headers, event_of, from_raw
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
from app.channels.kit.json import JsonRefused, load_provider, member, objects, text
from app.channels.kit.keys import digest
from app.channels.kit.times import from_iso
from app.channels.kit.unsigned import WithoutHandshake

_OUTCOMES: Mapping[str, DeliveryStatus | str] = {
    "Send": DeliveryStatus.SENT,
    "Delivery": DeliveryStatus.DELIVERED,
    "DeliveryDelay": DEFERRED,
    "Reject": DeliveryStatus.FAILED,
    "Rendering Failure": DeliveryStatus.FAILED,
    "Complaint": STOPPED,
    "Subscription": STOPPED,
}
_VERDICTS = ("spamVerdict", "virusVerdict", "spfVerdict", "dkimVerdict", "dmarcVerdict")


class SesConfig(ChannelConfig):
    """The topics we listen to, and the certificates Amazon signs with (PEM; two while one replaces the other)."""

    certificates: tuple[str, ...] = ()
    topic_arns: tuple[str, ...] = ()
    accept_unsigned: bool = False

    @model_validator(mode="after")
    def _says_when_it_trusts_anybody(self) -> Self:
        if not self.certificates and not self.accept_unsigned:
            raise ValueError("give the signing certificate, or accept_unsigned to take unsigned deliveries knowingly")
        return self


class SesAdapter(WithoutHandshake):
    """Mails of one SES account."""

    meta: ClassVar[Meta] = Meta(
        type="email.ses",
        name_fr="Courriel par Amazon SES",
        name_en="E-mail through Amazon SES",
        homepage="https://docs.aws.amazon.com/ses/latest/dg/receiving-email.html",
    )
    Config: ClassVar[type[ChannelConfig]] = SesConfig

    def capabilities(self, config: ChannelConfig) -> Capabilities:  # noqa: ARG002
        return Capabilities(html=True, subject=True, receipts=True)

    def config_for(self, secret: str | None) -> ChannelConfig:
        return SesConfig(certificates=(secret,) if secret else (), accept_unsigned=secret is None)

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:  # noqa: ARG002
        assert isinstance(config, SesConfig)
        return sns.verify(delivery, certificates=config.certificates, topics=config.topic_arns)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:  # noqa: ARG002
        envelope = sns.read(delivery)
        identifier = text(envelope, "MessageId") or digest(delivery.body.hex())
        topic = text(envelope, "TopicArn")
        if text(envelope, "Type") != "Notification":
            return [_confirmation(envelope, identifier=identifier, topic=topic)]
        try:
            message = load_provider(
                (text(envelope, "Message") or "").encode("utf-8", "replace"), max_bytes=sns.MAX_BYTES
            )
        except JsonRefused:
            message = None
        kind = text(message, "notificationType") or text(message, "eventType") or ""
        if kind == "Received":
            return [_mail(message, key=text(message, "mail", "messageId") or identifier, topic=topic)]
        return _reports(message, kind, key=identifier, topic=topic)


def _confirmation(envelope: Mapping[str, object], *, identifier: str, topic: str | None) -> Event:
    url = text(envelope, "SubscribeURL")
    kind = text(envelope, "Type")
    usable = url if sns.is_amazon(url) else None
    return Event(
        type=EventType.CHANNEL_PROBLEM,
        event_key=identifier,
        external_id=identifier,
        account=topic,
        fields={"subscribe_url": usable} if usable else {},
        reason=f"{kind} for {topic}: an administrator opens the address to confirm the subscription"[:500],
    )


def _mail(message: object, *, key: str, topic: str | None) -> Event:
    verdicts = {name: said for name in _VERDICTS if (said := text(message, "receipt", name, "status"))}
    fields = {"provider_id": key, "envelope_from": text(message, "mail", "source"), **verdicts}
    content = text(message, "content")
    if content is not None:
        raw = _content(content, encoding=text(message, "receipt", "action", "encoding"))
        return from_raw(raw, key=key, account=topic, fields=fields)
    pairs = [
        (name, value)
        for item in objects(message, "mail", "headers")
        if (name := text(item, "name")) and (value := text(item, "value")) is not None
    ]
    bucket, place = (text(message, "receipt", "action", name) for name in ("bucketName", "objectKey"))
    stored = Attachment(name=None, content_type="message/rfc822", source=f"s3://{bucket}/{place}")
    return event_of(
        Headers.of(pairs),
        key=key,
        account=topic,
        text=None,
        html=None,
        attachments=[stored] if bucket and place else [],
        fields=fields,
        warnings=["the mail itself is kept by Amazon S3 and has to be fetched"] if bucket and place else [],
    )


def _content(content: str, *, encoding: str | None) -> bytes:
    if (encoding or "").upper() == "BASE64":
        try:
            return base64.b64decode(content, validate=True)
        except (binascii.Error, ValueError):
            pass  # then it is what it looks like
    return content.encode("utf-8", "replace")


def _reports(message: object, kind: str, *, key: str, topic: str | None) -> Sequence[Event]:
    part = member(message, kind[:1].lower() + kind[1:])
    outcome = _OUTCOMES.get(kind)
    if kind == "Bounce":
        outcome = DEFERRED if text(part, "bounceType") == "Transient" else DeliveryStatus.BOUNCED
    if kind == "Complaint" and text(part, "complaintFeedbackType") == "not-spam":
        outcome = None  # the contrary of a complaint: the person took it out of the junk
    if kind == "Subscription" and member(part, "newTopicPreferences", "unsubscribeAll") is False:
        outcome = None  # some lists were left, or joined; no mail of ours is refused
    stamp = text(part, "timestamp") or text(message, "mail", "timestamp")
    listed = member(part, "recipients") or member(message, "mail", "destination")
    people: list[tuple[str | None, str | None]] = [
        (text(one, "emailAddress"), text(one, "diagnosticCode") or text(one, "status"))
        for name in ("bouncedRecipients", "complainedRecipients", "delayedRecipients")
        for one in objects(part, name)
    ]
    people = people or [(one, None) for one in (listed if isinstance(listed, list) else []) if isinstance(one, str)]
    return [
        reported(
            Report(
                said=" ".join(word for word in (kind, text(part, "bounceType"), text(part, "bounceSubType")) if word)
                or "a notification that is not about a mail",
                outcome=outcome,
                message_id=text(message, "mail", "messageId"),
                recipient=recipient,
                key=key if len(people) < 2 else f"{key}:{recipient}",
                account=topic,
                occurred_at=from_iso(stamp),
                occurred_raw=stamp,
                reason=told or text(part, "smtpResponse") or text(part, "reason"),
                details={"header_message_id": text(message, "mail", "commonHeaders", "messageId")},
            )
        )
        for recipient, told in people or [(None, None)]
    ]
