"""What OVHcloud tells: a receipt (`id`, `ptt`, `date`, `description`, `descriptionDlr`), or an answer from a person.

`description` is the state of the receipt and `ptt` the operator's cause; the state decides. The names of an answer's
fields are those of `GET /sms/{service}/incoming/{id}`, and of the CGI callback, which writes some of them differently.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from app.channels.contract import Delivery, DeliveryStatus, Event, EventType, Party
from app.channels.kit.forms import query, urlencoded
from app.channels.kit.json import clean_text, load_provider, text
from app.channels.kit.keys import digest
from app.channels.kit.opt_out import with_opt_out
from app.channels.kit.phone import phone_party
from app.channels.kit.times import from_iso

# docs.ovhcloud.com, table of the receipt's states.
_STATES = {
    "0": DeliveryStatus.ACCEPTED,
    "1": DeliveryStatus.DELIVERED,
    "2": DeliveryStatus.FAILED,
    "4": DeliveryStatus.SENT,
    "8": DeliveryStatus.SENT,
    "16": DeliveryStatus.FAILED,
}
_BLACKLISTED = {"53"}  # the number answered STOP


def events(delivery: Delivery, *, zone: str, territory: str, account: str | None) -> Sequence[Event]:
    """Reads one call, or one answer read from the API."""
    values = _values(delivery)
    if "ptt" in values or "descriptionDlr" in values:
        return _receipt(values, zone=zone, account=account)
    words = _first(values, "message", "text", "msg")
    sender = _first(values, "sender", "from", "numero", "phone")
    if words is None or sender is None:
        return [
            Event(
                type=EventType.IGNORED,
                event_key=digest(*sorted(values.items())),
                account=account,
                reason="neither a receipt nor an answer",
            )
        ]
    return _answer(values, words=words, sender=sender, zone=zone, territory=territory, account=account)


def _answer(
    values: Mapping[str, str], *, words: str, sender: str, zone: str, territory: str, account: str | None
) -> Sequence[Event]:
    identifier = _first(values, "id", "smsId", "messageId")
    stamp = _first(values, "creationDatetime", "date", "datetime")
    to = phone_party(_first(values, "to", "receiver", "recipient", "shortNumber"), territory=territory)
    message = Event(
        type=EventType.MESSAGE_RECEIVED,
        event_key=identifier or digest(sender, stamp, words),
        external_id=identifier,
        account=account,
        # OVH writes numbers as 0033… or +33…
        sender=phone_party(sender, territory=territory),
        recipients=[to] if to else [],
        text=words,
        occurred_at=_instant(stamp, zone=zone),
        occurred_raw=stamp,
        fields={"tag": values["tag"]} if values.get("tag") else {},
    )
    return with_opt_out(message)


def _receipt(values: Mapping[str, str], *, zone: str, account: str | None) -> Sequence[Event]:
    identifier, ptt = values.get("id"), values.get("ptt", "")
    state = values.get("description", "")
    stamp = values.get("date")
    status = _STATES.get(state) or (DeliveryStatus.DELIVERED if ptt == "4" else DeliveryStatus.SENT)
    update = Event(
        type=EventType.DELIVERY_UPDATE,
        event_key=f"{identifier}:{state}:{ptt}" if identifier else digest(*sorted(values.items())),
        external_id=identifier,
        account=account,
        occurred_at=_instant(stamp, zone=zone),
        occurred_raw=stamp,
        status=status,
        reports_on=identifier,
        fields={name: values[name] for name in ("ptt", "description", "descriptionDlr", "tag") if values.get(name)},
        reason=f"ptt {ptt}: {values.get('descriptionDlr', '')}"[:200] if status is DeliveryStatus.FAILED else None,
    )
    if status is not DeliveryStatus.FAILED or ptt not in _BLACKLISTED:
        return [update]
    stopped: Party | None = phone_party(_first(values, "receiver", "to"))
    return [
        update,
        Event(
            type=EventType.OPT_OUT,
            event_key=f"{update.event_key}:opt_out",
            external_id=identifier,
            account=account,
            sender=stopped,
            reports_on=identifier,
            reason=f"the number is on the list of those who refuse our messages (ptt {ptt})",
        ),
    ]


def _values(delivery: Delivery) -> Mapping[str, str]:
    pairs = list(query(delivery.url))
    if "json" in (delivery.header("Content-Type") or "").lower():
        document = load_provider(delivery.body)
        if isinstance(document, dict):
            pairs += [(name, written) for name, value in document.items() if (written := text(value)) is not None]
    elif delivery.body:
        pairs += urlencoded(delivery.body)
    return {name: clean_text(value) for name, value in pairs if name != "token"}


def _first(values: Mapping[str, str], *names: str) -> str | None:
    return next((values[name] for name in names if values.get(name)), None)


def _instant(stamp: str | None, *, zone: str) -> datetime | None:
    # The callback writes 20260105090000 or 2026-01-05 09:00:00, in the time of France.
    packed = re.fullmatch(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?", stamp or "", re.ASCII)
    if packed:
        year, month, day, hour, minute, second = packed.groups()
        stamp = f"{year}-{month}-{day} {hour}:{minute}:{second or '00'}"
    return from_iso(stamp, zone=zone)
