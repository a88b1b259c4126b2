"""What a partner's Open311 server told, as events: numbers and statuses of what we handed over, and reports made there.

A report that bears our reference is ours, told back; one that does not was made there. A status is the partner's word:
`open`, `closed`, or one of FixMyStreet's; any other is kept as it stands.
"""

from collections.abc import Mapping, Sequence

from app.channels.adapters.open311_partner import OURS, TOKEN
from app.channels.adapters.open311_reading import Item, instant, place
from app.channels.contract import Attachment, Delivery, DeliveryStatus, Event, EventType, Party, PointKind
from app.channels.errors import Unreadable
from app.channels.kit.json import load_provider, member
from app.channels.kit.keys import digest

_MOST_NOTES = 2000


def events(delivery: Delivery) -> Sequence[Event]:
    """Reads one polled item. Raises `Unreadable` for one that names no report."""
    document = load_provider(delivery.body)
    kind, told = member(document, "georeport"), member(document, "item")
    if not isinstance(told, Mapping):
        raise Unreadable("neither a report nor a status")
    item = {str(name): str(value) for name, value in told.items()}
    number = item.get("service_request_id")
    if not number:
        raise Unreadable("the partner's server named no service_request_id")
    match kind:
        case "token":
            return [_numbered(item.get("token", ""), number)]
        case "request":
            return [_ours(item, number) if OURS in item.get("description", "") else _made_there(item, number)]
        case _:
            return [_status(item, number)]


def _numbered(token: str, number: str) -> Event:
    named = TOKEN + token
    return Event(
        type=EventType.DELIVERY_UPDATE,
        event_key=f"number:{number}",
        reports_on=named,
        status=DeliveryStatus.DELIVERED,
        fields={"partner": {"number": number, "was": named}},
    )


def _status(item: Item, number: str, *, ref: str = "") -> Event:
    notes = item.get("status_notes") or item.get("description" if "update_id" in item else "status_notes") or ""
    status = item.get("status", "").lower()
    moved = item.get("update_id") or f"{status}|{item.get('updated_datetime', '')}|{notes}"
    fields: dict[str, object] = {"partner": {"number": number, "status": status[:60], "notes": notes[:_MOST_NOTES]}}
    if ref:
        fields["ref"] = ref
    return Event(
        type=EventType.DELIVERY_UPDATE,
        event_key=f"status:{number}:{digest(moved)}",
        reports_on=number,
        status=DeliveryStatus.DELIVERED,
        occurred_at=instant(item, "updated_datetime") or instant(item, "requested_datetime"),
        occurred_raw=item.get("updated_datetime"),
        fields=fields,
    )


def _ours(item: Item, number: str) -> Event:
    """Our own report in the partner's list: a lost answer is known by it to have been taken."""
    ref = item["description"].rpartition(OURS)[2].split()
    return _status(item, number, ref=ref[0][:80] if ref else "")


def _made_there(item: Item, number: str) -> Event:
    geo, doubt = place(item)
    media = [url for url in item.get("media_url", "").split() if url.startswith("https://")]
    words = [item.get("description", ""), f"Adresse : {item['address']}" if item.get("address") else ""]
    kept = ("service_code", "address", "agency_responsible", "status", "status_notes")
    return Event(
        type=EventType.MESSAGE_RECEIVED,
        event_key=f"request:{number}",
        external_id=number,
        sender=Party(PointKind.UNKNOWN, None, f"Signalement Open311 n° {number}"[:200]),
        subject=item.get("service_name") or item.get("service_code") or "Signalement",
        text="\n\n".join(word for word in words if word) or "(sans description)",
        attachments=[Attachment(name=None, content_type="image/*", source=url) for url in media],
        occurred_at=instant(item, "requested_datetime"),
        occurred_raw=item.get("requested_datetime"),
        geo=geo,
        fields={
            **{name: item[name] for name in kept if item.get(name)},
            "partner": {"number": number, "status": item.get("status", "").lower()},
        },
        warnings=[doubt] if doubt else [],
    )
