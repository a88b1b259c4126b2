"""What Twilio tells: messages received and what became of those we sent."""

import re
from collections.abc import Sequence

from app.channels.contract import Attachment, Delivery, DeliveryStatus, Event, EventType, Geo, Party, PointKind
from app.channels.kit.forms import Form, query
from app.channels.kit.json import number
from app.channels.kit.keys import digest
from app.channels.kit.opt_out import with_opt_out
from app.channels.kit.phone import phone_party
from app.channels.kit.signatures import unpadded

_STATUSES = {
    "accepted": DeliveryStatus.ACCEPTED,
    "scheduled": DeliveryStatus.ACCEPTED,
    "queued": DeliveryStatus.ACCEPTED,
    "sending": DeliveryStatus.ACCEPTED,
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "undelivered": DeliveryStatus.FAILED,
    "failed": DeliveryStatus.FAILED,
    "canceled": DeliveryStatus.FAILED,
}
_OPTED_OUT = "21610"  # "Attempt to send to unsubscribed recipient"
_KEPT = (
    *("FromCountry", "NumSegments", "MessagingServiceSid", "Address", "Label", "ref"),
    *("ButtonText", "ButtonPayload", "ListId", "ListTitle", "InteractiveData", "ReferralSourceUrl", "Forwarded"),
)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{60,}={0,2}", re.ASCII)


def events(form: Form, delivery: Delivery, *, territory: str) -> Sequence[Event]:
    """Reads one request. What is neither a message nor a status is ignored, with its reason."""
    sid = form.last("MessageSid", "SmsMessageSid", "SmsSid")
    status = (form.last("MessageStatus", "SmsStatus") or "").lower()
    if sid and status in _STATUSES:
        return _status(form, delivery, sid=sid, status=status, territory=territory)
    if sid and (form.last("From") is not None) and status in {"", "received", "receiving"}:
        return _message(form, sid=sid, territory=territory)
    return [
        Event(
            type=EventType.IGNORED,
            event_key=digest(*sorted(form.pairs)),
            external_id=sid or form.last("CallSid"),
            account=form.last("AccountSid"),
            reason=f"not a message nor a status of one ({status or 'no MessageSid'})"[:200],
        )
    ]


def _message(form: Form, *, sid: str, territory: str) -> Sequence[Event]:
    written = form.last("Body") or ""
    decoded = _decoded(written)
    to = _party(form.last("To"), territory=territory)
    lat, lon = number(form.last("Latitude")), number(form.last("Longitude"))
    message = Event(
        type=EventType.MESSAGE_RECEIVED,
        event_key=sid,
        external_id=sid,
        account=form.last("AccountSid"),
        sender=_sender(form, territory=territory),
        recipients=[to] if to else [],
        text=written if decoded is None else decoded,
        attachments=_pieces(form),
        geo=Geo(lat, lon) if lat is not None and lon is not None else None,
        in_reply_to=[answered] if (answered := form.last("OriginalRepliedMessageSid")) else [],
        fields=_fields(form),
        warnings=[] if decoded is None else ["the text came in base64 and was decoded"],
    )
    return with_opt_out(message, said_by_provider=(form.last("OptOutType") or "").upper() == "STOP")


def _status(form: Form, delivery: Delivery, *, sid: str, status: str, territory: str) -> Sequence[Event]:
    code = form.last("ErrorCode") or ""
    to = _party(form.last("To"), territory=territory)
    fields = {"status": status, **({"error_code": code} if code else {}), **_fields(form)}
    fields.update((name, value) for name, value in query(delivery.url) if name == "ref")
    update = Event(
        type=EventType.DELIVERY_UPDATE,
        event_key=f"{sid}:{status}",
        external_id=sid,
        account=form.last("AccountSid"),
        recipients=[to] if to else [],
        status=_STATUSES[status],
        reports_on=sid,
        fields=fields,
        reason=f"Twilio {code}" if code else None,
    )
    if code != _OPTED_OUT:
        return [update]
    stopped = Event(
        type=EventType.OPT_OUT,
        event_key=f"{sid}:opt_out",
        external_id=sid,
        account=update.account,
        sender=to,
        reason="the person had answered STOP to this sender (21610)",
    )
    return [update, stopped]


def _sender(form: Form, *, territory: str) -> Party | None:
    party = _party(form.last("From"), territory=territory)
    name = form.last("ProfileName")
    return Party(party.kind, party.address, name) if party and name else party


def _party(raw: str | None, *, territory: str) -> Party | None:
    if raw is None or not raw.strip():
        return None
    if raw.startswith("messenger:"):
        identifier = raw.removeprefix("messenger:").strip()
        return Party(PointKind.MESSENGER, identifier) if identifier else None
    if not raw.startswith("whatsapp:"):
        # RCS writes the person's own number after its name, and an agent's name for ours.
        return phone_party(raw.removeprefix("rcs:"), territory=territory)
    address = raw.removeprefix("whatsapp:").strip()
    # A person who hides the number writes under a business-scoped id, `US.1234`.
    if re.fullmatch(r"\+?\d+", address, re.ASCII):
        return Party(PointKind.WHATSAPP, address.lstrip("+"))
    return Party(PointKind.WHATSAPP_USER, address)


def _pieces(form: Form) -> Sequence[Attachment]:
    count = min(int(number(form.last("NumMedia")) or 0), 20)
    return [
        Attachment(
            name=None,
            content_type=form.last(f"MediaContentType{index}") or "application/octet-stream",
            source=form.last(f"MediaUrl{index}"),
        )
        for index in range(count)
    ]


def _fields(form: Form) -> dict[str, object]:
    return {name: value for name in _KEPT if (value := form.last(name))}


def _decoded(written: str) -> str | None:
    """Returns the text of a long joined SMS that Twilio delivered in base64, or None when it is plain.

    Words are shorter than sixty characters; what decodes to printable text with blanks was encoded. The last character
    may be cut in the middle of its bytes.
    """
    if not _BASE64.fullmatch(written) or len(written) % 4:
        return None
    try:
        content = unpadded(written)
    except ValueError:
        return None
    found = content.decode("utf-8", "ignore")
    lost = len(content) - len(found.encode())
    readable = all(c.isprintable() or c in "\r\n\t" for c in found)
    return found if lost < 4 and readable and any(c.isspace() for c in found) else None
